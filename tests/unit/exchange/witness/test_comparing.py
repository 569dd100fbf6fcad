"""A restored log is told it is behind; two histories are found through what messages brought and what a log shows."""

import shutil

import pytest

from tests.unit.exchange.witness.country import CODES
from tests.unit.exchange.witness.test_submitting import Network, round_of
from uruk.exchange.api import ConsistencyCheck, HeldCheckpoints, WitnessStore, kept_forks, latest_known
from uruk.exchange.witness import known
from uruk.kernel.api import CodedError
from uruk.trust.api import CannotTellError, FolderFiles, LogReader, parse_checkpoint


class Files:
    """The public files of a country's nodes, by the address of a node; some are away."""

    def __init__(self, country) -> None:
        self.country, self.away = country, set()

    def __call__(self, url: str) -> FolderFiles:
        code = url.removeprefix("http://").partition("/")[0]
        return FolderFiles(self.country.nodes[code].public / ("away" if code in self.away else ""))


@pytest.fixture
def network(country):
    return Network(country)


@pytest.fixture
def ask(country, monkeypatch):
    """The witnesses of the country as `UrlKnown` asks them; returns those that are away."""
    away = set()

    class Asked:
        def __init__(self, url: str, timeout_s: float = 1.0) -> None:
            self.code = url.removeprefix("http://").partition("/")[0]

        def newest(self, origin: str):
            if self.code in away:
                raise CannotTellError(self.code)
            return WitnessStore(country.nodes[self.code].witness).newest(origin)

    monkeypatch.setattr(known, "UrlKnown", Asked)
    return away


def latest(country, code="interior", where=""):
    node = country.nodes[code]
    return latest_known(node.data, node.data / "trust" / "known", where, f"{code}-node", country.directory)


def logs(node):
    reader = LogReader(node.data / "trust", node.public)
    try:
        return reader.logs()
    finally:
        reader.close()


def restore(node, backup):
    """Put a copy back whole, marked in place: as a snapshot of a whole machine would be."""
    shutil.rmtree(node.data)
    shutil.copytree(backup, node.data)
    for folder in (node.data / "trust" / "known", node.witness):
        marker = folder / "place"
        if marker.exists():
            found = marker.stat()
            (folder / "place.is").write_text(f"{found.st_ino} {found.st_ctime_ns}\n", encoding="ascii")


def test_a_snapshot_of_yesterday_is_noticed_through_a_witness(country, network, ask, tmp_path):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    shutil.copytree(node.data, tmp_path / "backup")
    node.write(4, latest(country))
    round_of(country, network)
    restore(node, tmp_path / "backup")
    node.write(1, latest(country))
    first, second = logs(node)
    assert (first.broken.reason, first.broken.size, first.broken.known_size) == ("behind", 3, 7)
    assert second.generation == 2


def test_with_a_witness_away_another_one_tells(country, network, ask, tmp_path):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    shutil.copytree(node.data, tmp_path / "backup")
    node.write(4, latest(country))
    round_of(country, network)
    restore(node, tmp_path / "backup")
    ask.add("centre")
    node.write(1, latest(country))
    assert logs(node)[0].broken.reason == "behind"


def test_what_a_peer_holds_from_messages_tells_too(country, ask, tmp_path):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    shutil.copytree(node.data, tmp_path / "backup")
    receipt = node.write(4, latest(country))[-1]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    assert held.note(receipt.parsed_proof.checkpoint)
    held.flush()
    held.flush()
    restore(node, tmp_path / "backup")
    node.write(1, latest(country))
    assert logs(node)[0].broken.known_size == 7


def test_with_everybody_away_a_log_that_knows_its_place_goes_on(country, network, ask):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    ask.update(CODES)
    node.write(1, latest(country))
    assert [(log.size, log.broken) for log in logs(node)] == [(4, None)]


def test_a_copied_place_cannot_tell_however_many_witnesses_there_are(country, network, ask, tmp_path):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    round_of(country, network)
    shutil.copytree(node.data, tmp_path / "backup")
    shutil.rmtree(node.data)
    shutil.copytree(tmp_path / "backup", node.data)
    node.write(1, latest(country))
    assert logs(node)[0].broken.reason == "cannot_tell", "the witness may not have had the last entries yet"


def test_a_witness_that_tells_what_our_key_did_not_sign_is_passed_over(country, ask):
    node = country.nodes["interior"]
    node.write(3, latest(country))
    foreign = country.nodes["agriculture"].write(9)[0].parsed_proof.checkpoint
    text = foreign.raw.decode().replace("agriculture", "interior")
    WitnessStore(country.nodes["centre"].witness).hold({node.origin(): parse_checkpoint(text.encode())})
    node.write(1, latest(country))
    assert [(log.size, log.broken) for log in logs(node)] == [(4, None)]


def test_the_place_may_be_another_folder_or_an_address(country, ask, tmp_path):
    node = country.nodes["interior"]
    node.write(3, latest(country, where=str(tmp_path / "disk")))
    assert (tmp_path / "disk" / "trust" / "place").exists()
    node.write(1, latest(country, where=str(tmp_path / "disk")))
    assert [(log.size, log.broken) for log in logs(node)] == [(4, None)]
    assert isinstance(latest(country, where="http://127.0.0.1:9/known"), known.KnownTogether)
    alone = latest_known(node.data, node.data / "trust" / "known", "", "interior-node", None)
    with pytest.raises(CannotTellError):
        alone.newest(node.origin())


def check(country, code="agriculture", files=None):
    return ConsistencyCheck(country.nodes[code].witness, f"{code}-node", files or Files(country))


def test_a_log_that_only_grew_is_found_consistent(country, network):
    node = country.nodes["interior"]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    for _ in range(5):
        held.note(node.write(3)[-1].parsed_proof.checkpoint)
    held.flush()
    round_of(country, network)
    checker = check(country)
    assert [checker.look(country.directory), checker.look(country.directory)] == [0, 0]
    assert kept_forks(country.nodes["agriculture"].witness) == ()


def test_two_roots_for_one_size_in_two_messages_are_two_histories(country):
    node = country.nodes["interior"]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    assert held.note(node.write(3)[-1].parsed_proof.checkpoint)
    shutil.rmtree(node.data)
    assert not held.note(node.write(3, first=50)[-1].parsed_proof.checkpoint)
    (fork,) = kept_forks(country.nodes["agriculture"].witness)
    assert fork.origin == node.origin()


def test_a_log_that_shows_another_tree_than_messages_had_is_proved_to_have_two_histories(country):
    node = country.nodes["interior"]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    held.note(node.write(4)[-1].parsed_proof.checkpoint)
    held.flush()
    shutil.rmtree(node.data)
    node.write(9, first=50)
    assert check(country).look(country.directory) == 1
    (fork,) = kept_forks(country.nodes["agriculture"].witness)
    assert (fork.older.size, fork.newer.size) == (4, 9)


def test_what_was_suspected_is_cleared_when_the_tree_shows_one_history(country):
    node = country.nodes["interior"]
    first = node.write(3)[-1].parsed_proof.checkpoint
    node.write(4)
    store = WitnessStore(country.nodes["agriculture"].witness)
    store.suspect(first)
    assert check(country).look(country.directory) == 0
    assert store.suspects() == {}


def test_a_log_that_is_away_or_shows_less_is_looked_at_again(country):
    node = country.nodes["interior"]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    held.note(node.write(3)[-1].parsed_proof.checkpoint)
    held.flush()
    files = Files(country)
    files.away.add("interior")
    checker = check(country, files=files)
    assert checker.look(country.directory) == 0
    files.away.clear()
    shutil.rmtree(node.data)
    node.write(2, first=50)
    assert checker.look(country.directory) == 0
    node.write(6)
    assert checker.look(country.directory) == 1


def test_a_quarantined_or_unlisted_log_is_not_looked_at(country):
    node = country.nodes["interior"]
    held = HeldCheckpoints(country.nodes["agriculture"].witness)
    held.note(node.write(4)[-1].parsed_proof.checkpoint)
    held.flush()
    shutil.rmtree(node.data)
    node.write(9, first=50)
    country.change("centre", quarantined=frozenset({node.origin()}))
    assert check(country).look(country.directory) == 0
    country.change("centre", quarantined=frozenset())
    country.change("interior", keys=None)
    assert check(country).look(country.directory) == 0
    with pytest.raises(CodedError):
        country.directory.entry("iq/GOV/interior")
