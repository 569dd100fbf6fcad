"""The journey through a country of several nodes: papers, directory, agreements, messages, and citizens' cases."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from uruk.cli.demo.asking import Asking
from uruk.cli.demo.players import Player
from uruk.cli.demo.report import Report
from uruk.cli.demo.systems import InformationSystems
from uruk.definitions.api import Country, DemonstrationNode, JourneyCase, JourneyMessage, JourneyRound
from uruk.kernel.api import rfc3339, set_behind

LOTS_AFTER = timedelta(minutes=2)  # a node looks again a minute later whether its closing was cosigned
ROUNDS = 3  # of the directory until a node that is new in it is known to all with its keys and agreements


@dataclass(frozen=True)
class Crowd:
    """How many synthetic people the country has, and the seed they are drawn with."""

    people: int
    seed: int


class Journey:
    """Everything that the demonstration plays, node by node. `players` in the order of `nodes`."""

    def __init__(
        self,
        nodes: Sequence[DemonstrationNode],
        players: Sequence[Player],
        folder: Path,
        report: Report,
        country: Country,
        crowd: Crowd | None = None,
        clock: Path | None = None,
    ) -> None:
        self._players = {node.code: player for node, player in zip(nodes, players, strict=True)}
        self._country = country
        self._nodes, self._folder, self._report, self._crowd = nodes, folder, report, crowd
        self._clock = clock
        self._authority = next((node.code for node in nodes if node.authority), "")

    def play(self, systems: InformationSystems, played: Callable[[], None]) -> None:
        """Play everything; each step prints itself and raises when it does not come out as it must.

        `played` is called at the end, before whoever reads what is printed can know of it.
        """
        with self._report.step("played"):
            self.begin()
            if self._clock is not None:
                self._rounds(self._clock)
            self._at_once("papers", folder=str(self._folder))
            if self._authority:
                for message in self._country.messages:
                    self._ask(message, systems)
            for case in self._country.cases:
                if not case.away:
                    self._case(case)
            played()

    def begin(self) -> None:
        """What all else rests on: the people, what is in force, what registries know, who is listed, what is agreed."""
        self._at_once("load")
        self._at_once("people")
        self._at_once("definitions")
        self._at_once("records")
        self._fill()
        if self._authority:
            self._found_the_directory()
            self._agree()

    def _at_once(self, deed: str, **asked: Any) -> None:
        """Have every node play a part of which no other node need know."""
        with ThreadPoolExecutor(len(self._players)) as pool:
            list(pool.map(lambda player: player.play(deed, **asked), self._players.values()))

    def _fill(self) -> None:
        """Fill the country's register of persons with those who were asked for, wherever it is kept."""
        if self._crowd is None:
            return
        for player in self._players.values():
            player.play("population", count=self._crowd.people, seed=self._crowd.seed)

    def _found_the_directory(self) -> None:
        """The authority lists itself, then every node that asks; each takes what the others say."""
        authority = self._players[self._authority]
        fingerprint = authority.play("authority", operator=self._authority)
        authority.play("approve", right="approve-members")
        for code, player in self._players.items():
            if code != self._authority:
                player.play("join", fingerprint=fingerprint)
                authority.play("approve", right="approve-members")
        self._exchange_parts(ROUNDS)

    def _exchange_parts(self, rounds: int) -> None:
        """What nodes do by themselves each minute, now: all say what is theirs, the authority signs, all take it."""
        for _ in range(rounds):
            self._at_once("say")
            self._players[self._authority].play("list")
            self._at_once("take")

    def _agree(self) -> None:
        """Two persons of each party approve each agreement; the parties fetch each other's receipts."""
        for player in self._players.values():
            player.play("agree")
        self._exchange_parts(ROUNDS)

    def _ask(self, message: JourneyMessage, systems: InformationSystems) -> None:
        asker, provider = self._player_of(message.client), self._player_of(message.service)
        if message.answer is not None:
            system = message.service.rpartition("/")[0]
            provider.play("connect", system=system, url=systems.url(system))
        asking = Asking(asker.node, provider.node, message, self._report)
        request = asking.ask()
        if asker is not provider:
            self._prove(message, asking, request)

    def _prove(self, message: JourneyMessage, asking: Asking, request: str) -> None:
        """Between two nodes: evidence for somebody who has neither, and what becomes of a request while one is away."""
        asker, provider = self._player_of(message.client), self._player_of(message.service)
        asker.play("settle", request=request)
        for player in (provider, asker):
            player.play("witness")
        asker.play("evidence", request=request, path=str(self._folder / f"{message.name}.uruk"))
        provider.node.stop()
        asking.told_whom_it_waits_for()
        later = asking.leave_for_later()
        self._wait_for(provider)
        provider.node.begin()
        provider.node.wait_until_ready()
        asking.pick_up(later)

    # -- rounds, whose days pass in minutes ----------------------------------------------------------------------------

    def _rounds(self, clock: Path) -> None:
        """Play all rounds, each part on its day; afterwards the clock is the machine's."""
        days = {day for one in self._country.rounds for day in (one.opened, one.closed, 0)}
        for day in sorted(days, reverse=True):
            self._days_ago(clock, timedelta(days=day))
            for one in self._country.rounds:
                if day in {one.opened, one.closed, 0}:
                    self._part_of_round(one, day, clock)

    def _part_of_round(self, plan: JourneyRound, day: int, clock: Path) -> None:
        player = self._player_of(plan.institution)
        if day == plan.opened:
            self._play_round(player, plan, "apply")
        elif day == plan.closed:
            self._play_round(player, plan, "close")
            player.play("witness")  # lots are drawn from what others have cosigned
            self._days_ago(clock, timedelta(days=day) - LOTS_AFTER)
            self._play_round(player, plan, "decide")
        else:
            self._play_round(player, plan, "end")

    def _play_round(self, player: Player, plan: JourneyRound, what: str) -> None:
        player.play("round", name=plan.name, folder=str(self._folder), what=what)

    def _days_ago(self, clock: Path, behind: timedelta) -> None:
        """Have another moment come for all nodes, and let them hear of each other then."""
        with self._report.step("time") as facts:
            set_behind(clock, behind)
            facts["at"] = rfc3339((datetime.now(UTC) - behind).replace(microsecond=0))
        if self._authority:
            self._exchange_parts(1)

    # -- cases ---------------------------------------------------------------------------------------------------------

    def _case(self, case: JourneyCase) -> None:
        """Play a case to its end; the applicant, signed in, sees who read their data; somebody else reads the code."""
        player, folder = self._player_of(case.institution), str(self._folder)
        read = player.play("case", name=case.name, folder=folder)
        if read:
            self._where_citizens_sign_in().play("readings", person=case.applicant, **read)
        player.play("read_code", name=case.name, folder=folder)

    def _wait_for(self, stopped: Player) -> None:
        """Have people ask for what this node would answer: each case says for whom it waits, and goes on later."""
        for case in self._country.cases:
            if case.away and self._player_of(case.away) is stopped:
                self._player_of(case.institution).play("wait", name=case.name, folder=str(self._folder))

    def _where_citizens_sign_in(self) -> Player:
        signing = [code for code, one in self._country.institutions.items() if one.signs_in]
        return self._player_of(signing[0]) if signing else next(iter(self._players.values()))

    def _player_of(self, address: str) -> Player:
        institution = address.partition("/")[0]
        code = next(node.code for node in self._nodes if not node.hosts or institution in node.hosts)
        return self._players[code]
