"""A round of the journey: people apply, two officers close the call, anybody computes it again, places are taken."""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from uruk.acts.api import clock
from uruk.cli.demo.cases import PAUSE_S, WAIT_S, BehindAnotherError, CasePlayer
from uruk.cli.demo.papers import Papers
from uruk.cli.verifying import Judge
from uruk.definitions.api import JourneyAct, JourneyCase, JourneyRound
from uruk.documents.api import publish_public_files
from uruk.kernel.api import Actor
from uruk.services.api import (
    RoundJudge,
    RoundView,
    VerifiedRound,
    approve_round,
    propose_round,
    proposed_round,
    round_proposal,
    rounds,
    verify_round,
)
from uruk.trust.api import Receipt

PASSED = ".passed.jsonl"
Acts = Callable[[JourneyCase], Iterable[JourneyAct]]


class RoundPlayer:
    """Plays one round on the node of its institution, part after part, as its days come."""

    def __init__(self, papers: Papers, plan: JourneyRound) -> None:
        self._papers, self._plan, self._officers = papers, plan, papers.officers
        self._cases = [(one, CasePlayer(papers, one)) for one in plan.cases]

    def apply(self) -> None:
        """Everybody applies, and officers look at what they sent."""
        for _, player in self._cases:
            player.apply()
        self._do(lambda one: one.acts)
        for _, player in self._cases:
            player.wait_for("round")

    def close(self) -> None:
        """Two officers sign that the call is closed; that is one act."""
        first, second = (self._officer(name) for name in (self._plan.closes, self._plan.second))
        with self._papers.report.step("closed") as facts:
            service, key = self._plan.service, self._wait_for(first, lambda one: one.state == "ended").key
            signed = self._officers.approve(self._plan.closes, first, round_proposal(first, service, key))
            propose_round(first, service, key, signed)
            signed = self._officers.approve(self._plan.second, second, proposed_round(second, service, key))
            approve_round(second, service, key, signed)
            facts.update(self._named(), officers=[self._plan.closes, self._plan.second])

    def decide(self) -> None:
        """It is ranked by itself; whoever has a place takes it or leaves it; anybody computes it all again."""
        with self._papers.report.step("ranked") as facts:
            view = self._wait_for(self._officer(self._plan.closes), self._is_published)
            file = self._file(view)
            facts.update(self._named(), entries=view.entries, places=view.places, placed=view.placed)
            facts.update(waiting=view.waiting, path=str(file), url=f"{self._papers.url}{view.file}")
        for name, receipt in _receipts(file).items():
            self._papers.report.act(name, receipt, round=self._plan.name, call=self._plan.call)
        self._do(lambda one: one.then)
        self._compute_again(file)

    def end(self) -> None:
        """What comes of everybody."""
        self._do(lambda one: one.later)
        for _, player in self._cases:
            player.end()

    def _do(self, acts: Acts) -> None:
        """Have people act; nobody picks a case, so whichever the queue gives first is first."""
        left = [(player, list(acts(case))) for case, player in self._cases]
        while any(coming for _, coming in left):
            before = sum(len(coming) for _, coming in left)
            for player, coming in left:
                _next_act(player, coming)
            if sum(len(coming) for _, coming in left) == before:
                raise RuntimeError(f"the journey came out differently: {self._plan.name} waits behind another case")

    def _wait_for(self, officer: Actor, ready: Callable[[RoundView], object]) -> RoundView:
        deadline = time.monotonic() + WAIT_S
        while True:
            found = [one for one in rounds(officer) if (one.service, one.call) == (self._plan.service, self._plan.call)]
            if found and ready(found[0]):
                return found[0]
            if time.monotonic() > deadline:
                raise RuntimeError(f"the journey came out differently: {found}")
            time.sleep(PAUSE_S)

    def _is_published(self, view: RoundView) -> bool:
        """Whether it is decided, and the file that says so lies there: a job of the node writes it."""
        return view.state == "decided" and self._file(view).is_file()

    def _file(self, view: RoundView) -> Path:
        return self._papers.data / "public" / view.file

    def _compute_again(self, file: Path) -> None:
        """As anybody does at home: the published file, keys.json, and no network."""
        publish_public_files()
        with self._papers.report.step("computed-again") as facts:
            passed = self._wait_for(self._officer(self._plan.closes), lambda one: one.passed == _lines_of(file)).passed
            found = self._verified(file)
            facts.update(self._named(), path=str(file), entries=found.head.entries, placed=found.placed)
            facts.update(waiting=found.waiting, passed=[list(one) for one in found.passed], exit=0)
            if len(found.passed) != passed or not found.closed.two_persons:
                raise RuntimeError(f"the journey came out differently: {found.passed}")

    def _verified(self, file: Path) -> VerifiedRound:
        judge = Judge.of(self._papers.data / "public" / "keys.json", at=clock().now())
        beside = file.with_name(file.name.removesuffix(".jsonl") + PASSED)
        lines, passed = (one.read_bytes().splitlines() for one in (file, beside))
        return verify_round(iter(lines), iter(passed), RoundJudge(judge.directory, judge.at, judge.witnesses_of))

    def _named(self) -> dict[str, str]:
        return {"round": self._plan.name, "call": self._plan.call}

    def _officer(self, name: str) -> Actor:
        return self._officers.actor(name, self._plan.institution)


def _next_act(player: CasePlayer, coming: list[JourneyAct]) -> None:
    """Do the first of what is coming, unless another case is before this one."""
    if not coming:
        return
    try:
        player.do(coming[0])
    except BehindAnotherError:
        return
    coming.pop(0)


def _receipts(file: Path) -> dict[str, Receipt]:
    """The receipts of the two acts of a round, as its file holds them."""
    lines = file.read_bytes().splitlines()
    head, last = json.loads(lines[0]), json.loads(lines[-1])
    return {"round-closed": Receipt.parse(head["closed"]), "round-decided": Receipt.parse(last["receipt"])}


def _lines_of(file: Path) -> int:
    """How many places were passed on, as the file beside it has them."""
    beside = file.with_name(file.name.removesuffix(".jsonl") + PASSED)
    return len(beside.read_bytes().splitlines()) if beside.is_file() else -1
