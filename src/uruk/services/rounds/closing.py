"""Closing a call: an act that fixes who takes part; by itself when it has ended, or by the officers who are named."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import Deed, clock, enqueue, job, perform
from uruk.kernel.api import Actor, CodedError
from uruk.services.domain.rounds.file import FORMAT, Head, line
from uruk.services.models import Round, RoundProposal
from uruk.services.rounds.calling import ENDS, Announced, Call, announced, look_again, look_at_end, unready
from uruk.trust.api import Approval, Receipt

CLOSED = "round.closed"
GATHER = "services.round-gather"
SOON = timedelta(minutes=15)


@job(ENDS)
def end_call(payload: dict[str, Any]) -> None:
    """A call may be over: where no officer is named who closes it, it is closed once nobody has to be waited for."""
    call = Call(payload["institution"], payload["service"], payload["call"])
    found = announced(call)
    if found is None or Round.objects.filter(pk=call.id).exists():
        return
    if not found.is_over:
        look_at_end(call, found.last)
    elif found.linked.round.task is None:
        if unready(found):
            look_again(call, SOON)
        else:
            close(Actor.system(call.institution), found)


def require_ended(found: Announced) -> None:
    """Refuse to close a call that is not over, or for which cases are on their way.

    Errors: ``services.round_open``, ``services.round_unready``.
    """
    if not found.is_over:
        raise CodedError("services.round_open", last=found.last.isoformat())
    count = unready(found)
    if count:
        raise CodedError("services.round_unready", count=count)


def close(actor: Actor, found: Announced, proposal: bytes | None = None, approvals: Sequence[Approval] = ()) -> Receipt:
    """Do the act, by whoever may; the same again is harmless. Errors: those of `acts.perform`."""
    deed = Deed(
        type=CLOSED,
        role="decided",
        author=found.call.institution,
        body=body_of(found),
        rows=lambda act: _write(found, act),
        proposal=proposal,
        approvals=approvals,
        act_id=closed_act(found.call),
    )
    return perform(actor, deed)


def body_of(found: Announced) -> dict[str, object]:
    """What the statement says, and what two persons sign."""
    return {
        "service": found.call.service,
        "definition": found.pinned.definition.digest,
        "pinned": bytes.fromhex(found.pinned.digest),
        "round": found.call.id.bytes,
        "call": found.call.call,
    }


def closed_act(call: Call) -> UUID:
    """The id of the act that closes a call."""
    return uuid5(call.id, "closed")


def decided_act(call: UUID) -> UUID:
    """The id of the act that decides a round."""
    return uuid5(call, "decided")


def begin_gathering(act: UUID) -> None:
    """In the transaction of the receipt: those who take part are gathered now, and no proposal is open any more."""
    row = Round.objects.get(closed_act=act)
    RoundProposal.objects.filter(pk=row.pk).delete()
    enqueue(GATHER, {"round": str(row.pk), "after": None, "arrival": 0}, key=f"{GATHER}:{row.pk}:0")


def _write(found: Announced, act: UUID) -> None:
    call = found.call
    Round.objects.create(
        id=call.id,
        institution=call.institution,
        service=call.service,
        call=call.call,
        pin_id=found.pinned.digest,
        head=line(_head(found)).decode(),
        closed_act=act,
        decided_act=decided_act(call.id),
        closed_at=clock().now(),
    )


def _head(found: Announced) -> Head:
    """What is declared; how many take part, and the receipt of the closing, come when they are known."""
    declared, terms = found.linked.round, found.terms
    return Head(
        uruk=FORMAT,
        institution=found.call.institution,
        service=found.call.service,
        call=found.call.call,
        round=str(found.call.id),
        definition=found.pinned.definition.digest.hex(),
        pinned=found.pinned.digest,
        ends=terms.ends.isoformat(),
        places=max(terms.places, 0),
        kept=tuple((name, max(count, 0)) for name, count in terms.kept.items()),
        waiting=declared.waiting,
        order=tuple("most" if one.most else "least" for one in declared.order),
        ties=declared.ties,
        entries=0,
        closed="",
    )
