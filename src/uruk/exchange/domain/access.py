"""Who may call what: agreements in force, compiled once per snapshot, default deny."""

from collections.abc import Iterable
from dataclasses import dataclass

from uruk.exchange.domain.paths import Glob, Target
from uruk.exchange.snapshot import Agreement, Endpoint, Offer, Snapshot, System
from uruk.kernel.api import CodedError

_Pair = tuple[str, str]


@dataclass(slots=True)
class Decision:
    """That a request is allowed: under which agreement, as which endpoint, by which system and offer it is answered."""

    agreement: Agreement
    endpoint: Endpoint
    system: System
    offer: Offer


class _Rule:
    """An agreement with its endpoints' globs compiled."""

    __slots__ = ("agreement", "begins", "endpoints", "ends")

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.endpoints = tuple((each.method, Glob(each.path), each) for each in agreement.endpoints)
        self.begins, self.ends = agreement.valid_from, agreement.valid_until

    def holds(self, now: int) -> bool:
        """Whether the agreement is in its period."""
        return self.begins <= now < self.ends


class Access:
    """What a snapshot allows; made once for each. A decision costs the same with ten agreements as with 10,000."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._services = _services(snapshot)
        self._rules = _rules(snapshot.agreements)

    def decide(self, client: str, service: str, method: str, target: Target, now: int, law: str = "") -> Decision:
        """Allow or refuse a request of a subsystem (`now` in Unix seconds).

        Where several agreements allow it, the one under the law that the caller names counts, else the newest.
        Errors: `exchange.service_unknown`, `exchange.access_denied`, `exchange.agreement_ended`,
        `exchange.agreement_not_begun`, `exchange.service_disabled`.
        """
        served = self._services.get(service)
        if served is None:
            raise CodedError("exchange.service_unknown", service=service[:320])
        allowed = self._allowed(client, service, method, target.segments, law)
        for rule, endpoint in allowed:
            if rule.begins <= now < rule.ends:
                return _decided(rule, endpoint, service, served)
        raise _denial(client, service, [rule.agreement for rule, _ in allowed], now)

    def agreements(self, client: str, service: str, now: int) -> tuple[Agreement, ...]:
        """The agreements in their period between a consumer and a service, the newest first."""
        return tuple(rule.agreement for rule in self._rules.get((client, service), ()) if rule.holds(now))

    def _allowed(
        self, client: str, service: str, method: str, segments: tuple[str, ...], law: str
    ) -> list[tuple[_Rule, Endpoint]]:
        """The agreements that name this endpoint (the first of theirs that fits), whatever their period; law first."""
        found = []
        for rule in self._rules.get((client, service), ()):
            for allowed, glob, endpoint in rule.endpoints:
                if (allowed in (method, "*")) and glob.matches(segments):
                    found.append((rule, endpoint))
                    break
        if law and len(found) > 1:
            found.sort(key=lambda one: one[0].agreement.law != law)
        return found


def check_demands(decision: Decision, purpose: str, law: str, subject: str) -> None:
    """Refuse a request that lacks what its agreement demands, or that names another law.

    `exchange.purpose_missing`, `exchange.legal_basis_missing`, `exchange.subject_missing`,
    `exchange.legal_basis_differs`.
    """
    agreement = decision.agreement
    if law and law != agreement.law:
        raise CodedError("exchange.legal_basis_differs", given=law[:128], law=agreement.law)
    if not agreement.demands:
        return
    if not purpose and "purpose" in agreement.demands:
        raise CodedError("exchange.purpose_missing", agreement=agreement.code)
    if not law and "legal-basis" in agreement.demands:
        raise CodedError("exchange.legal_basis_missing", agreement=agreement.code, law=agreement.law)
    if not subject and "subject" in agreement.demands:
        raise CodedError("exchange.subject_missing", agreement=agreement.code)


def _decided(rule: _Rule, endpoint: Endpoint, service: str, served: tuple[System, Offer]) -> Decision:
    system, offer = served
    if not system.enabled:
        raise CodedError("exchange.service_disabled", service=service, notice=system.disabled_notice)
    return Decision(rule.agreement, endpoint, system, offer)


def _services(snapshot: Snapshot) -> dict[str, tuple[System, Offer]]:
    return {
        f"{member.address}/{system.code}/{offer.code}": (system, offer)
        for member in snapshot.members
        for system in member.systems
        for offer in system.offers
    }


def _rules(agreements: Iterable[Agreement]) -> dict[_Pair, tuple[_Rule, ...]]:
    """The rules of each consumer and service, the newest first; codes decide between equals."""
    grouped: dict[_Pair, list[Agreement]] = {}
    for agreement in agreements:
        grouped.setdefault((agreement.consumer, agreement.service), []).append(agreement)
    return {
        pair: tuple(_Rule(one) for one in sorted(found, key=lambda one: (-one.valid_from, one.code)))
        for pair, found in grouped.items()
    }


def _denial(client: str, service: str, agreements: list[Agreement], now: int) -> CodedError:
    """Why a request is not allowed: nothing allows it, or what allowed it is over, or has not begun."""
    if not agreements:
        return CodedError("exchange.access_denied", client=client[:320], service=service)
    ended = [one for one in agreements if one.valid_until <= now]
    if ended:
        return CodedError("exchange.agreement_ended", agreement=ended[0].code)
    return CodedError("exchange.agreement_not_begun", agreement=agreements[0].code)
