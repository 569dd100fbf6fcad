"""Whoever an applicant names to sign as well is asked to, by a notice, once for each stay in a state that waits."""

from uuid import UUID, uuid5

from uruk.kernel.api import Text
from uruk.notices.api import NewNotice, tell
from uruk.services.domain.cases.folding import Unfolded
from uruk.services.domain.definition import COSIGNER
from uruk.services.models import Case
from uruk.services.pins import Pinned

TOPIC = "case.cosign"
_NOTICES = UUID("0c8a1f52-9a77-5a0e-9d2e-6c1f2b7a4e11")
_ASKED = Text(
    "ذكرك مقدم طلب موقّعاً ثانياً. اقرأ الطلب ثم وقّعه أو ارفض.",
    "داواکارێک ناوی تۆی وەک واژووکاری دووەم نووسیوە. داواکارییەکە بخوێنەوە و واژووی بکە یان ڕەتی بکەرەوە.",
    "An applicant named you to sign their application as well. Read it, and sign or decline.",
)


def cosigners(pinned: Pinned, standing: Unfolded) -> frozenset[str]:
    """The numbers of those whom the answers name to sign as well."""
    asked = (step.cosign.number for step in pinned.model.steps if step.cosign is not None)
    found = (standing.answers.get(name) for name in asked)
    return frozenset(one for one in found if isinstance(one, str))


def waits_for_cosigner(pinned: Pinned, standing: Unfolded) -> bool:
    """Whether a case waits for somebody to sign it as well."""
    return pinned.model.states[standing.entry.state].waits == COSIGNER


def ask_cosigners(case: Case, pinned: Pinned, standing: Unfolded) -> None:
    """In the transaction of a receipt: tell whoever is named that their signature is waited for."""
    if not waits_for_cosigner(pinned, standing):
        return
    for number in sorted(cosigners(pinned, standing)):
        tell(
            NewNotice(
                id=uuid5(_NOTICES, f"{case.pk}/{standing.entry.seq}/{number}"),
                institution=case.institution,
                topic=TOPIC,
                reference=str(case.pk),
                about=pinned.definition.title,
                text=_ASKED,
                page=f"cases/signatures/{case.pk}/",
                number=number,
            )
        )
