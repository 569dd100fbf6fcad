"""The cases of the journey: a citizen asks, facts are fetched, rules and officers decide, a paper is signed."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from uruk.acts.api import clock
from uruk.cli.demo.papers import Papers, kept_receipt
from uruk.definitions.api import JourneyAct, JourneyCase, JourneyDocument, dated
from uruk.kernel.api import Actor, CodedError, today
from uruk.notices.api import my_notices
from uruk.publishing.api import country
from uruk.services.api import (
    ActView,
    Applicant,
    CaseView,
    EffectView,
    FailedCondition,
    ServiceDefinition,
    act,
    action_proposal,
    applicants,
    approve_action,
    begin_draft,
    case_acts,
    get_case,
    give_back,
    keep_draft_file,
    next_case,
    propose_action,
    proposed_bytes,
    record_payment,
    save_draft,
    submit_draft,
)

WAIT_S = 60.0
PAUSE_S = 0.1
TRIES = 10
LANGUAGE = "ar"
# What an act of a case is called among the steps.
STEPS = {
    "case.submitted": "applied",
    "case.fact-told": "fact",
    "case.moved": "moved",
    "case.action-proposed": "proposed",
    "case.effect-done": "effect",
}


class BehindAnotherError(Exception):
    """Another case is before this one in the queue: nobody picks, and so the journey leaves it there."""


class CasePlayer:
    """Plays one case of the journey on the node of its institution."""

    def __init__(self, papers: Papers, plan: JourneyCase) -> None:
        self._papers, self._plan, self._officers = papers, plan, papers.officers
        # Who speaks for another has shown a passkey; what a service wants of them is asked here as on the pages.
        shown = "passkey" if plan.whom else None
        self._citizen = Actor(channel="portal", person=self._officers.person(plan.applicant), second_factor=shown)
        self._begun, self._told, self._last = clock().now(), 0, clock().now()
        self._case = UUID(int=0)

    def play(self) -> dict[str, Any]:
        """Play it to its end; what it asked whom, so that the citizen finds who read their data."""
        self.apply()
        try:
            for deed in self._plan.acts:
                self.do(deed)
        except BehindAnotherError:
            with self._papers.report.step("queued") as facts:
                facts.update(outcome="waits", case=self._plan.name)
            return {}
        self.end()
        return {"since": self._begun.isoformat(), "holders": sorted(self._readers())}

    def wait(self) -> str:
        """Ask while a holder is away: the case says for whom it waits. Its id."""
        self.apply()
        # What the institution itself holds is known by then.
        view = self._until(lambda one: bool(one.waits) and one.parties == (self._plan.away,))
        with self._papers.report.step("waiting") as facts:
            names = [country().institutions[one].names.get(LANGUAGE) for one in view.parties]
            facts.update(self._named(), sentence="، ".join(names), waits_for=list(view.parties), url=self._url())
        return str(self._case)

    def wait_for(self, party: str) -> None:
        """Return when the case waits for somebody: for its round, say."""
        self._until(lambda one: party in one.parties)

    # -- what the applicant and officers do ----------------------------------------------------------------------------

    def apply(self) -> None:
        """Submit the case, as its applicant."""
        start, whom = time.perf_counter(), self._applicant()
        born = self._officers.identity(self._plan.applicant).born
        other = whom if self._plan.whom else None
        draft, _ = begin_draft(self._citizen, self._plan.institution, self._plan.service, born.year, other)
        answers = self._typed(self._plan.answers) | self._files(draft.id)
        saved = save_draft(self._citizen, draft.id, answers)
        _expect(not saved.problems, saved.problems)
        done = submit_draft(self._citizen, draft.id, whom)
        self._case = done.case
        self._tell_acts(round((time.perf_counter() - start) * 1000, 1))

    def _applicant(self) -> Applicant:
        """Themselves, or whom a register says that they speak for."""
        if not self._plan.whom:
            person = self._officers.identity(self._plan.applicant)
            return Applicant(person.number, person.born)
        choices = applicants(self._citizen, self._plan.institution, self._plan.service).choices
        found = [one.applicant for one in choices if one.applicant.number == self._plan.whom]
        _expect(len(found) == 1, choices)
        return found[0]

    def _files(self, draft: UUID) -> dict[str, str]:
        """The papers that go with it, as they would be taken from a phone: each the answer to its question."""
        papers = {name: self._papers.typeset(file) for name, file in self._plan.files.items()}
        return {name: keep_draft_file(self._citizen, draft, name, data) for name, data in papers.items()}

    def do(self, deed: JourneyAct) -> None:
        """Do what somebody does, as soon as it is their turn. Errors: BehindAnotherError."""
        if deed.signs:
            self._sign(deed)
        elif deed.paid:
            self._until(lambda one: "fee" in one.parties)
            record_payment(self._officer(deed.by), self._case, deed.paid)
        elif deed.by == self._plan.applicant:
            self._as_it_is_now(lambda: self._say(deed))
        else:
            officer = self._officer(deed.by)
            self._until(lambda one: one.task == officer.role)
            self._as_it_is_now(lambda: self._decide(officer, deed))
        self._tell_acts()

    def _say(self, deed: JourneyAct) -> None:
        """What the applicant does, on the case as they see it."""
        view = self._until(lambda one: deed.action in {action.name for action in one.actions})
        answers = None if deed.answers is None else self._typed(deed.answers)
        act(self._citizen, self._case, view.seq, deed.action, deed.said or {}, answers=answers)

    def _as_it_is_now(self, decide: Callable[[], None]) -> None:
        """Decide; where an answer came or an effect was done meanwhile, look at the case again, as anybody does."""
        for _ in range(TRIES - 1):
            try:
                return decide()
            except CodedError as error:
                if error.code != "services.case_moved":
                    raise
                time.sleep(PAUSE_S)
        return decide()

    def _decide(self, officer: Actor, deed: JourneyAct) -> None:
        """What an officer decides of the case that the queue gives them; with a second person where one must sign."""
        said, marks = self._typed(deed.said or {}), cast(Mapping[str, str], deed.marks or {})
        seq = self._given(officer)
        if not deed.second:
            act(officer, self._case, seq, deed.action, said, marks=marks)
            return
        signed = self._officers.approve(
            deed.by, officer, action_proposal(officer, self._case, seq, deed.action, said, marks)
        )
        propose_action(officer, self._case, seq, deed.action, signed, said, marks)
        second = self._officer(deed.second)
        self._given(second)
        approval = self._officers.approve(deed.second, second, proposed_bytes(second, self._case))
        approve_action(second, self._case, approval)

    def _given(self, officer: Actor) -> int:
        """How many acts the case has that the queue gives to an officer, if it is this one."""
        given = next_case(officer, self._plan.service)
        if given is not None and given.id == self._case:
            return given.seq
        if given is not None:
            give_back(officer, given.id)
        raise BehindAnotherError

    def _sign(self, deed: JourneyAct) -> None:
        """The case has prepared documents: one officer signs each, another releases it, and anybody verifies it."""
        view = self._until(lambda one: _is_prepared(_issued(one, deed.signs)))
        for number, effect in enumerate(_issued(view, deed.signs), 1):
            name = self._plan.name if number == 1 else f"{self._plan.name}-{number}"
            paper = JourneyDocument(
                name, self._plan.institution, deed.signs, deed.by, deed.second, values={}, original=None, revoked=None
            )
            self._papers.sign(paper, UUID(effect.result["draft"]))

    # -- what becomes of it --------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Where the case ends, and why: the article of each reason, until when one may appeal; what they are told."""
        self._decided()
        self._notices()

    def _decided(self) -> None:
        view = self._until(self._has_ended)
        with self._papers.report.step("decided") as facts:
            _expect(view.state == self._plan.ends, view.state)
            facts.update(self._named(), state=view.state, sentence=view.told.get(LANGUAGE), url=self._url())
            decision = view.decision
            if decision is not None and decision.failed:
                facts["reasons"] = {one.name: _reason(one) for one in decision.failed}
                facts["laws"] = {one.name: one.law for one in decision.failed}
                facts["appeal_until"] = decision.appeal_until

    def _has_ended(self, view: CaseView) -> bool:
        """Whether it is closed and nobody has to sign any more, or stands where the journey leaves it to an officer."""
        is_left = view.state == self._plan.ends and view.task is not None
        return is_left or (view.closed is not None and all(one.outcome != "waiting" for one in view.effects))

    def _notices(self) -> None:
        """What the applicant is told; a service that tells nothing has no step."""
        for one in my_notices(self._citizen):
            if one.reference == str(self._case):
                with self._papers.report.step("notice") as facts:
                    facts.update(
                        self._named(), sentence=one.text.get(LANGUAGE), url=f"{self._papers.url}{LANGUAGE}/notices/"
                    )

    def _readers(self) -> set[str]:
        """Whose records were read for this case: of those that were asked, and of its own officers."""
        model, acts = _model(get_case(self._citizen, self._case)), case_acts(self._citizen, self._case)
        asked = {model.facts[one.content["fact"]].holder for one in acts if one.type == "case.fact-told"}
        own = {self._plan.institution for one in acts if one.role}
        return {one for one in asked | own if one is not None}

    def _tell_acts(self, ms: float | None = None) -> None:
        """Print what has come to the case: each act with its receipt, and how long after the act before it came."""
        view, acts = get_case(self._citizen, self._case), case_acts(self._citizen, self._case)
        for one in acts[self._told :]:
            took = ms if ms is not None else _ms_between(self._last, one.at)
            step = STEPS.get(one.type, one.type.removeprefix("case."))
            facts = {**self._named(), **_facts_of(one, view), **self._by(one)}
            if one.seq == 1:
                facts["url"] = self._url()
            self._papers.report.act(step, kept_receipt(one.act), ms=took, **facts)
            self._last = one.at
        self._told = len(acts)

    def _until(self, ready: Callable[[CaseView], bool]) -> CaseView:
        """The case as its applicant sees it, as soon as it has come so far by itself."""
        deadline = time.monotonic() + WAIT_S
        while not ready(view := get_case(self._citizen, self._case)):
            _expect(time.monotonic() < deadline, (view.state, view.task, view.parties, view.effects))
            time.sleep(PAUSE_S)
        self._tell_acts()
        return view

    # -- words ---------------------------------------------------------------------------------------------------------

    def _named(self) -> dict[str, Any]:
        return {"case": self._plan.name, "id": str(self._case)}

    def _by(self, one: ActView) -> dict[str, str]:
        name = None if one.person is None else self._officers.find_name(one.person)
        return {} if name is None else {"by": name}

    def _url(self) -> str:
        return f"{self._papers.url}{LANGUAGE}/cases/{self._case}/"

    def _officer(self, name: str) -> Actor:
        return self._officers.actor(name, self._plan.institution)

    def _typed(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Answers as somebody types them today."""
        return cast(dict[str, Any], dated(answers, today(clock())))


def _issued(view: CaseView, document: str) -> list[EffectView]:
    """What the case does about documents of a type; nothing yet where it has not come so far."""
    return [one for one in view.effects if (one.kind, one.target) == ("issue", document)]


def _is_prepared(documents: list[EffectView]) -> bool:
    return bool(documents) and all("draft" in one.result for one in documents)


def _facts_of(one: ActView, view: CaseView) -> dict[str, Any]:
    """What an act of a case says that is worth a line."""
    said = one.content
    match one.type:
        case "case.fact-told":
            fact = _model(view).facts[said["fact"]]
            return {"fact": fact.name, "from": fact.holder or view.institution, "over": said["told"]["source"]}
        case "case.moved":
            return {"moved_by": said["by"], "to": said["to"]}
        case "case.effect-done":
            states = {entry.seq: entry.state for entry in view.entries}
            effect = _model(view).states[states[said["entry"]]].do[said["position"]]
            return {"effect": f"{effect.kind} {effect.target}".strip(), "came": said["outcome"]}
    return {}


def _model(view: CaseView) -> ServiceDefinition:
    return cast(ServiceDefinition, view.definition.model)


def _reason(one: FailedCondition) -> str:
    """A condition that did not hold, with the article that asks for it."""
    article = one.article
    cited = one.law if article is None else f"{article.title.get(LANGUAGE)}، {article.article}"
    return f"{one.text.get(LANGUAGE)} ({cited})"


def _ms_between(before: datetime, after: datetime) -> float:
    return round((after - before).total_seconds() * 1000, 1)


def _expect(true: bool, said: object) -> None:
    if not true:
        raise RuntimeError(f"the journey came out differently: {said!r}")
