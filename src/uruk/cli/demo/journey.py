"""The journey through a country of several nodes: its papers, its directory, its agreements, its messages."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uruk.cli.demo.asking import Asking
from uruk.cli.demo.players import Player
from uruk.cli.demo.report import Report
from uruk.cli.demo.systems import InformationSystems
from uruk.definitions.api import DemonstrationNode, JourneyMessage

ROUNDS = 3  # of the directory: what one node says, the authority signs, and the others take


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
        crowd: Crowd | None = None,
    ) -> None:
        self._players = {node.code: player for node, player in zip(nodes, players, strict=True)}
        self._nodes, self._folder, self._report, self._crowd = nodes, folder, report, crowd
        self._authority = next((node.code for node in nodes if node.authority), "")

    def play(self, messages: Sequence[JourneyMessage], systems: InformationSystems) -> None:
        """Play everything; each step prints itself and raises when it does not come out as it must."""
        self._at_once("load")
        self._at_once("people")
        self._at_once("definitions")
        self._at_once("records")
        self._at_once("papers", folder=str(self._folder))
        self._fill()
        if not self._authority:
            return
        self._found_the_directory()
        self._agree()
        for message in messages:
            self._ask(message, systems)

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
        self._exchange_parts()

    def _exchange_parts(self) -> None:
        for _ in range(ROUNDS):
            for player in self._players.values():
                player.play("exchange")

    def _agree(self) -> None:
        """Two persons of each party approve each agreement; the parties fetch each other's receipts."""
        for player in self._players.values():
            player.play("agree")
        self._exchange_parts()

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
        provider.node.begin()
        provider.node.wait_until_ready()
        asking.pick_up(later)

    def _player_of(self, address: str) -> Player:
        institution = address.partition("/")[0]
        code = next(node.code for node in self._nodes if institution in node.hosts)
        return self._players[code]
