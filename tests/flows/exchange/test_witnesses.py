"""Gateways whose logs are witnessed: yesterday's backup restored under load, two histories, evidence that travels."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.flows.exchange.witnessed import WitnessedWorld
from uruk.exchange.api import EvidenceStore, Sources, gather, read_bundle, verify_bundle, write_bundle
from uruk.exchange.messages.statements import ANSWER_RECEIVED
from uruk.trust.api import COSIGNED, FolderFiles, LogReader, PublicLog, Receipt, ReceiptParts, WitnessKey, cosigned_at

ENOUGH_S = 30.0


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WitnessedWorld]:
    with WitnessedWorld(tmp_path / "w", monkeypatch) as found:
        found.start_all()
        yield found


class Load:
    """Callers that ask all the time; `answered` are the request ids that were answered with 200, in order."""

    def __init__(self, world: WitnessedWorld, callers: int = 3) -> None:
        self.world, self.answered, self.others = world, [], []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(callers)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                answer = self.world.ask()
            except OSError:
                time.sleep(0.05)
                continue
            if answer.status == 200:
                self.answered.append(answer.request_id)
            else:
                self.others.append(answer.status)
                time.sleep(0.02)

    def wait_for(self, more: int) -> None:
        """Until so many more were answered."""
        wanted, end = len(self.answered) + more, time.monotonic() + ENOUGH_S
        while len(self.answered) < wanted:
            assert time.monotonic() < end, (self.others[-5:], self.world.said("north"), self.world.said("south"))
            time.sleep(0.02)

    def stop(self) -> list[str]:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.answered


def until(condition, what: str) -> None:
    end = time.monotonic() + ENOUGH_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def held_by_south(world: WitnessedWorld, ids: list[str]) -> list[Receipt]:
    """North's receipts of these answers, as South keeps them; South's gateway is stopped."""
    gateway = world.country.nodes["south"].gateway
    store = EvidenceStore(gateway / "evidence", gateway / "spool")
    try:
        records = [store.find(UUID(one).bytes, ANSWER_RECEIVED) for one in ids]
    finally:
        store.close()
    assert all(record is not None and record.proof is not None for record in records)
    parts = [
        (r.statement, ReceiptParts(r.proof.salt, r.proof.index, r.proof.path, r.proof.checkpoint)) for r in records
    ]
    return [Receipt.of_parts(statement, one) for statement, one in parts]


def logs_of(world: WitnessedWorld, code: str):
    node = world.country.nodes[code]
    reader = LogReader(node.gateway / "trust", node.folder / "public" / "log")
    try:
        return reader.logs()
    finally:
        reader.close()


@pytest.mark.parametrize("unnoticed", [False, True], ids=["a backup", "a snapshot of the whole machine"])
def test_yesterdays_backup_restored_under_load_begins_the_next_log(
    world: WitnessedWorld, tmp_path: Path, unnoticed: bool
) -> None:
    assert world.ask().status == 200
    world.stop("north")
    world.snapshot("north", tmp_path / "yesterday")
    world.start("north")
    load = Load(world)
    load.wait_for(30)
    world.round("north")
    load.wait_for(30)
    world.kill("north")
    world.restore("north", tmp_path / "yesterday", unnoticed=unnoticed)
    before = len(load.answered)
    world.start("north")
    until(lambda: len(world.origins("north")) == 2, "no second log")
    world.follow()
    load.wait_for(20)
    answered = load.stop()
    world.stop("south")
    world.stop("north")
    first, second = logs_of(world, "north")
    assert first.broken is not None
    assert first.broken.reason == ("behind" if unnoticed else "cannot_tell")
    assert first.closed is not None and second.generation == 3, (
        "2 may have been announced to others after the copy was made"
    )
    receipts = held_by_south(world, answered)
    places = [(receipt.origin, receipt.index) for receipt in receipts]
    assert len(set(places)) == len(places), "two answers in one place"
    assert {receipt.origin.rpartition("/")[2] for receipt in receipts[before + 3 :]} == {"3"}
    for receipt in receipts:
        assert receipt.parsed_proof.includes(receipt.leaf)


def test_a_log_that_is_continued_from_a_copy_is_found_to_have_two_histories(
    world: WitnessedWorld, tmp_path: Path
) -> None:
    """With all who could tell away at the start, the lie comes out by itself and ends the generation everywhere."""
    assert world.ask().status == 200
    world.stop("north")
    world.snapshot("north", tmp_path / "yesterday")
    world.start("north")
    for _ in range(4):
        assert world.ask().status == 200
    time.sleep(1.2)
    world.round("north")
    world.kill("north")
    world.restore("north", tmp_path / "yesterday", unnoticed=True)
    world.pages.away = {"south", "hub"}
    world.start("north")
    world.pages.away = set()
    for _ in range(9):
        world.ask()
    origin = world.country.nodes["north"].origin("interior")
    until(lambda: _shown(world, origin) > 12, "nothing is shown")
    world.round("north")
    assert world.forks("hub") or world.forks("south") or world.compare("hub") or world.compare("south")
    forks = [*world.forks("hub"), *world.forks("south")]
    world.country.nodes["hub"].forks = tuple(forks[:1])
    world.country.publish()
    assert world.country.directory().is_quarantined(origin)
    until(lambda: len(world.origins("north")) == 2 or (world.ask().status and False), "the log is continued")
    world.follow()
    until(lambda: world.ask().status == 200, "no exchange under the next log")


def _began_anew(world: WitnessedWorld) -> bool:
    """The next message opens the next log as soon as the gateway has read the directory."""
    world.ask()
    return len(world.origins("north")) == 2


def _shown(world: WitnessedWorld, origin: str) -> int:
    public = world.country.nodes["north"].folder / "public" / "log"
    try:
        return PublicLog(FolderFiles(public), origin).checkpoint().size
    except Exception:
        return 0


def test_the_evidence_of_a_real_message_is_proved_offline(world: WitnessedWorld, tmp_path: Path) -> None:
    answer = world.ask()
    assert answer.status == 200
    until(lambda: len(world.origins("north")) == 1 and len(world.origins("south")) == 1, "nothing is shown")
    time.sleep(1.0)
    world.round("north")
    world.round("south")
    request, node = UUID(answer.request_id).bytes, world.country.nodes["south"]
    reader = LogReader(node.gateway / "trust", node.folder / "public" / "log")
    store = EvidenceStore(node.gateway / "evidence", node.gateway / "spool")
    try:
        sources = Sources(reader, store, node.directory, lambda one: one, lambda digest: {})
        write_bundle(tmp_path / "message.uruk", gather(request, sources, bodies=True))
    finally:
        store.close()
        reader.close()
    root = node.directory.held().root.fingerprint
    found = verify_bundle(read_bundle(tmp_path / "message.uruk"), root, datetime.now(UTC))
    assert found.exit == 0, found
    assert set(found.receipts) == {"request-sent", "answer-sent", "answer-received"}
    assert found.receipts["answer-sent"].grade == "witnessed"
    assert found.contents == ("answer.header", "request.header", "answer.body", "request.body")
    assert [remark.code for remark in found.remarks] == ["exchange.bundle_unapproved"]


def test_the_gateways_log_is_witnessed_by_both_other_operators(world: WitnessedWorld) -> None:
    assert world.ask().status == 200
    until(lambda: len(world.origins("north")) == 1, "nothing is shown")
    assert world.round("north") == 1
    node = world.country.nodes["north"]
    shown = PublicLog(FolderFiles(node.folder / "public" / "log"), node.origin("interior")).checkpoint(COSIGNED)
    nodes = world.country.directory().nodes
    keys = [WitnessKey.parse(nodes[code].witness_key) for code in ("south", "hub")]
    assert all(cosigned_at(shown.note, key) for key in keys)
