"""What a restored log lost, approved by two persons: the node has said it at once, and they say it after it.

The act is `log.broken` again, `decided`, with the same body: whoever reads its receipt sees two persons.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from uruk.acts.api import said_breaks
from uruk.kernel.api import Actor, CodedError, Text
from uruk.publishing.decisions import Decided, Decision, Line, Summary
from uruk.publishing.models import Proposal
from uruk.publishing.proposals import decided_of, propose

KIND, RIGHT, ACT = "log-break", "approve-agreements", "log.broken"
MAX_BREAKS = 1_000
_REASONS = {
    "behind": Text("السجل أقدم مما رآه غيرنا", "تۆمارەکە کۆنترە لەوەی کەسانی تر بینیویانە", "Others saw more of it"),
    "forked": Text("للسجل تاريخان", "تۆمارەکە دوو مێژووی هەیە", "It has two histories"),
    "cannot_tell": Text("لا يُعرف ما فُقد", "نازانرێت چی ون بووە", "Nobody can tell what was lost"),
}  # fmt: skip


def propose_breaks() -> int:
    """Propose each break that was said to two persons of its institution, once; return how many are new."""
    known = {(one.institution, str(one.body["origin"])) for one in map(decided_of, _proposals())}
    fresh = [one for one in said_breaks() if (one.institution, one.origin) not in known]
    for one in fresh:
        propose(Actor.system(None), KIND, one.body, one.institution)
    return len(fresh)


def break_decision() -> Decision:
    """What `publishing.wiring` contributes."""
    return Decision(KIND, RIGHT, ACT, "decided", _check, _summary, _rows)


def _proposals() -> list[Proposal]:
    return list(Proposal.objects.filter(kind=KIND)[:MAX_BREAKS])


def _check(institution: str, body: Mapping[str, Any], attachment: bytes) -> None:
    """Only what the node has said itself, word for word."""
    if not any(one.institution == institution and dict(one.body) == dict(body) for one in said_breaks()):
        raise CodedError("publishing.break_unknown", origin=str(body.get("origin"))[:120])


def _rows(act_id: UUID, decided: Decided) -> None:
    """No rows: the act says it."""


def _summary(institution: str, body: Mapping[str, Any], attachment: bytes) -> Summary:
    title = Text("سجل أُغلق قبل أوانه", "تۆمارێک پێش وادەی خۆی داخرا", "A log that was closed early")
    lines = (
        Line(Text("السجل", "تۆمار", "Log"), _plain(str(body["origin"]))),
        Line(Text("السبب", "هۆکار", "Why"), _REASONS[str(body["reason"])]),
        Line(Text("القيود المحفوظة هنا", "تۆمارەکانی لێرە ماون", "Entries that are here"), _plain(str(body["size"]))),
        Line(Text("القيود المفقودة هنا", "تۆمارەکانی لێرە ون بوون", "Entries that are lost here"), _lost(body)),
    )
    return Summary(title, lines)


def _lost(body: Mapping[str, Any]) -> Text:
    if body["known_size"] is None:
        return Text("لا يُعرف", "نازانرێت", "Not known")
    return _plain(str(max(int(body["known_size"]) - int(body["size"]), 0)))


def _plain(text: str) -> Text:
    return Text(text, text, text)
