"""What an officer is shown of persons is noted first, and those persons see that it was."""

from collections.abc import Sequence
from typing import Any

from uruk.acts.api import Reading, index_act, record_read
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.models import Check, Document, Draft
from uruk.documents.types import model, type_by_digest, type_in_force
from uruk.kernel.api import Actor, Text

_READ = Text(
    "اطّلع موظف في المؤسسة على وثيقتك ({title})",
    "فەرمانبەرێکی دامەزراوەکە بەڵگەنامەکەتی بینی ({title})",
    "An officer of the institution read your document ({title})",
)
_LISTED = Text(
    "ظهرت وثيقتك في قائمة عُرضت على موظف في المؤسسة",
    "بەڵگەنامەکەت لە لیستێکدا پیشانی فەرمانبەرێکی دامەزراوەکە درا",
    "Your document stood in a list that an officer of the institution was shown",
)
_DRAFT = Text(
    "اطّلع موظف في المؤسسة على مسودة وثيقة باسمك ({title})",
    "فەرمانبەرێکی دامەزراوەکە ڕەشنووسی بەڵگەنامەیەکی بە ناوی تۆ بینی ({title})",
    "An officer of the institution read the draft of a document in your name ({title})",
)
_DRAFTS = Text(
    "ظهرت مسودة وثيقة باسمك في قائمة عُرضت على موظف في المؤسسة",
    "ڕەشنووسی بەڵگەنامەیەک بە ناوی تۆ لە لیستێکدا پیشانی فەرمانبەرێکی دامەزراوەکە درا",
    "The draft of a document in your name stood in a list that an officer of the institution was shown",
)
_CHECKED = Text(
    "تحقّق من يحمل وثيقتك أو رقمها ورمزها من صحتها ({title})",
    "ئەوەی بەڵگەنامەکەت یان ژمارە و کۆدەکەی لەلایە، ڕاستییەکەی پشکنی ({title})",
    "Somebody who has your document, or its number and code, checked it ({title})",
)


def document_read(actor: Actor, document: Document) -> None:
    """Note that an officer is shown a document: its page, its fields, its file. Errors as `acts.record_read`."""
    definition = type_by_digest(Proposed.from_bytes(bytes(document.proposal.body)).definition)
    sentence, law = _READ.filled(title=definition.title), model(definition).law
    record_read(actor, Reading("document.read", sentence, [document.holder], [str(document.pk)], law))


def documents_listed(actor: Actor, documents: Sequence[Document]) -> None:
    """Note that an officer is shown a list of documents; one act for the list."""
    held = [one for one in documents if one.holder]
    record_read(actor, Reading("document.listed", _LISTED, [one.holder for one in held], [str(one.pk) for one in held]))


def draft_read(actor: Actor, draft: Draft) -> None:
    """Note that an officer is shown a draft, in which somebody's number may stand already."""
    definition = type_in_force(draft.institution, draft.type_code)
    sentence, law = _DRAFT.filled(title=definition.title), model(definition).law
    record_read(actor, Reading("document.draft-read", sentence, [_holder(draft)], [str(draft.pk)], law))


def drafts_listed(actor: Actor, drafts: Sequence[Draft]) -> None:
    """Note that an officer is shown a list of drafts; one act for the list."""
    numbers, ids = [_holder(draft) for draft in drafts], [str(draft.pk) for draft in drafts]
    record_read(actor, Reading("document.drafts-listed", _DRAFTS, numbers, ids))


def index_check(payload: dict[str, Any]) -> None:
    """Show the holder that somebody checked a document; also called after the act, should this be interrupted."""
    row = Check.objects.filter(act_id=payload["act"]).first()
    if row is not None and row.document.holder:
        title = type_by_digest(Proposed.from_bytes(bytes(row.document.proposal.body)).definition).title
        index_act(row.act_id, _CHECKED.filled(title=title), row.document.holder, "check")


def _holder(draft: Draft) -> str:
    """The number of whom the draft is about, as it was typed; empty where it names nobody."""
    name = model(type_in_force(draft.institution, draft.type_code)).holder
    return str(draft.values.get(name) or "") if name else ""
