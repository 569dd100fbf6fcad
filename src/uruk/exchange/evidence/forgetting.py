"""Forgetting a month of evidence: salts and statements in the log, then the month's key, segments and bodies."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from uruk.exchange.evidence.record import Record
from uruk.exchange.evidence.store import EvidenceStore
from uruk.exchange.messages import statements

ACTS_AT_ONCE = 2000


def forget_month(evidence: EvidenceStore, forget: Callable[[Sequence[UUID]], object], month: str) -> None:
    """Forget a month (YYYYMM) for good; `forget` deletes the salts and statements of acts in the log.

    In portions, so that messages wait no longer than for one of them. Repeating it after a crash is harmless.
    """
    acts = (act for record in evidence.records_of(month) for act in _acts_of(record))
    while portion := list(islice(acts, ACTS_AT_ONCE)):
        forget(portion)
    evidence.destroy(month)


def _acts_of(record: Record) -> Iterator[UUID]:
    yield statements.act_of(record.request, record.role)
    if record.role == statements.SENT:  # what was said where no answer came has no evidence of its own
        yield statements.act_of(record.request, statements.ANSWER_RECEIVED)
