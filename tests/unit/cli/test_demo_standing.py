"""Where a demonstration stands: it goes on in its own folder, at its own ports, and in nobody else's."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from uruk.cli.demo.command import _standing
from uruk.cli.demo.journey import Crowd
from uruk.cli.demo.server import Ports
from uruk.cli.demo.standing import FILE, Place, Standing, find_standing, keep_standing
from uruk.definitions.api import DemonstrationNode
from uruk.kernel.api import CodedError

PLAN = (DemonstrationNode("north", (), True), DemonstrationNode("south", (), False))


@pytest.fixture
def ports() -> Iterator[Ports]:
    with closing(Ports()) as found:
        yield found


def refused(folder: Path, ports: Ports, crowd: Crowd | None = None, plan: tuple[DemonstrationNode, ...] = PLAN) -> str:
    with pytest.raises(CodedError) as refusal:
        _standing(plan, folder, ports, crowd)
    return refusal.value.code


def played(folder: Path, ports: Ports) -> Standing:
    """What an earlier run has left, its ports free."""
    found = _standing(PLAN, folder, ports, None)
    keep_standing(folder, Standing(found.nodes, found.systems, played=True))
    ports.close()
    return find_standing(folder) or found


def test_an_empty_folder_is_begun_with_every_port_of_its_own(tmp_path: Path, ports: Ports) -> None:
    found = _standing(PLAN, tmp_path, ports, Crowd(5, 1))
    assert list(found.nodes) == ["north", "south"] and not found.played
    assert len(set(found.ports())) == 7


def test_where_it_was_played_it_goes_on_at_its_ports(tmp_path: Path, ports: Ports) -> None:
    before = played(tmp_path, ports)
    assert before.played
    assert _standing(PLAN, tmp_path, ports, None) == before


@pytest.mark.parametrize("text", [None, "{}", "nothing", '{"nodes": {}, "systems": 1, "played": false}'])
def test_a_folder_of_something_else_or_of_a_journey_broken_off_is_refused(
    tmp_path: Path, ports: Ports, text: str | None
) -> None:
    (tmp_path / "letter.pdf").touch()
    if text is not None:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert refused(tmp_path, ports) == "cli.demo_folder_taken"


def test_neither_people_nor_another_country_come_to_what_stands(tmp_path: Path, ports: Ports) -> None:
    played(tmp_path, ports)
    assert refused(tmp_path, ports, crowd=Crowd(5, 1)) == "cli.demo_stands"
    assert refused(tmp_path, ports, plan=PLAN[:1]) == "cli.demo_folder_taken"


def test_a_port_that_somebody_has_meanwhile_is_named(tmp_path: Path, ports: Ports) -> None:
    before = played(tmp_path, ports)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        there = Place(before.nodes["north"].pages, taken.getsockname()[1], before.nodes["north"].peers)
        keep_standing(tmp_path, Standing({**before.nodes, "north": there}, before.systems, played=True))
        assert refused(tmp_path, ports) == "cli.demo_port_taken"
