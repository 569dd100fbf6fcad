"""A log is never restored and continued: a writer that is behind, or cannot tell, opens the next generation."""

import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.unit.trust.log.support import INTERIOR, NOW, act, extends, key_of, proves, signer_of, statement

from uruk.trust.log.check import check_log
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.known import CannotTellError, FolderKnown, UrlKnown
from uruk.trust.log.note import sign_note

SECOND = "iq/interior/demo/0/2"


def append(writer, number):
    return writer.append("interior", act(number), statement(number))


def test_yesterdays_backup_restored_under_load_opens_a_generation_and_says_what_was_lost(node):
    writer = node.open()
    receipts = {number: append(writer, number) for number in range(20)}
    writer.settle()
    shutil.copytree(node.base, node.base.with_name("yesterday"), ignore=shutil.ignore_patterns("known"))
    load = Load(writer, range(20, 60))
    load.wait_for(30)
    writer.settle()
    load.finish()
    writer.settle()
    receipts |= load.receipts
    writer._opened.close()
    restore(node)

    writer = node.open()
    first = writer.append("interior", act(100), statement(100))
    assert (first.origin, first.index) == (SECOND, 0)
    assert first.parsed_proof.checkpoint.verified_by(key_of(SECOND))
    old, new = writer.logs()
    assert (old.closed, new.closed, new.generation) == (int(NOW.timestamp()), None, 2)
    assert (old.broken.reason, old.broken.size, old.broken.known_size) == ("behind", 20, 60)
    assert old.broken.known_root == receipts[59].parsed_proof.checkpoint.root
    assert old.broken.body()["origin"] == INTERIOR

    lost = [number for number in receipts if not known(writer, number)]
    assert lost == list(range(20, 60)), "exactly what the break says"
    again = append(writer, 33)  # what was lost is logged anew, under the new key
    assert (again.origin, proves(again, 33)) == (SECOND, True)
    assert all(proves(receipts[number], number) for number in lost), "and its first receipt still proves it"
    writer.close()
    reader = node.read()
    assert reader.checkpoint(INTERIOR).size == 20
    assert extends(reader, receipts[10])
    reader.close()
    writer = node.open()
    assert append(writer, 101).origin == SECOND, "the break happens once"
    writer.close()


class Load:
    """A thread that appends while other things happen."""

    def __init__(self, writer, numbers):
        self.receipts, self.reached = {}, threading.Condition()
        self.thread = threading.Thread(target=self.run, args=(writer, numbers))
        self.thread.start()

    def run(self, writer, numbers):
        for number in numbers:
            receipt = append(writer, number)
            with self.reached:
                self.receipts[number] = receipt
                self.reached.notify_all()

    def wait_for(self, number):
        with self.reached:
            self.reached.wait_for(lambda: number in self.receipts)

    def finish(self):
        self.thread.join()


def restore(node, yesterday=None):
    """Put yesterday's trust and public folders back; what is known elsewhere is not in the backup."""
    yesterday = yesterday or node.base.with_name("yesterday")
    for name in ("trust", "public"):
        shutil.rmtree(node.base / name)
        shutil.copytree(yesterday / name, node.base / name)


def known(writer, number):
    try:
        return bool(writer.receipt(act(number)))
    except Exception as error:
        assert getattr(error, "code", "") == "trust.act_unknown"
        return False


def test_a_backup_that_holds_the_known_folder_too_cannot_tell(node):
    writer = node.open(FolderKnown(node.folder / "known"))
    append(writer, 1)
    writer.close()
    shutil.copytree(node.folder, node.base / "copy")
    shutil.rmtree(node.folder)
    (node.base / "copy").rename(node.folder)
    writer = node.open(FolderKnown(node.folder / "known"))
    assert append(writer, 2).origin == SECOND
    assert writer.logs()[0].broken.reason == "cannot_tell"
    writer.close()
    writer = node.open(FolderKnown(node.folder / "known"))
    assert append(writer, 3).origin == SECOND, "from then on it knows its place"
    writer.close()


def test_the_same_copy_restored_twice_brings_forth_no_second_log_of_one_name(node, tmp_path_factory):
    writer = node.open()
    append(writer, 0)
    writer.settle()
    copy = tmp_path_factory.mktemp("copy") / "yesterday"
    shutil.copytree(node.base, copy, ignore=shutil.ignore_patterns("known"))
    append(writer, 1)
    writer.close()
    origins = []
    for number in (2, 3):
        restore(node, copy)
        writer = node.open()
        origins.append(append(writer, number).origin)
        writer.close()
    assert origins == [SECOND, "iq/interior/demo/0/3"]


def test_a_known_folder_that_is_gone_cannot_tell(node):
    writer = node.open()
    append(writer, 1)
    writer.close()
    shutil.rmtree(node.base / "known")
    writer = node.open()
    assert append(writer, 2).origin == SECOND
    writer.close()


def test_behind_what_was_restored_a_number_is_passed_over_where_its_key_may_have_been_announced(node, tmp_path_factory):
    """What was restored may know no more which key others were told to be the next."""
    writer = node.open(announced=True)
    append(writer, 0)
    writer.settle()
    copy = tmp_path_factory.mktemp("copy") / "yesterday"
    shutil.copytree(node.base, copy, ignore=shutil.ignore_patterns("known"))
    append(writer, 1)
    writer.close()
    origins = []
    for number in (2, 3):
        restore(node, copy)
        writer = node.open(announced=True)
        origins.append(append(writer, number).origin)
        writer.renew("interior")
        origins.append(append(writer, number + 10).origin)
        writer.close()
    generations = [origin.rpartition("/")[2] for origin in origins]
    assert generations == ["3", "4", "6", "7"], "4 may have been told to others in the first life, as may 5"


def test_generations_are_passed_over_for_good_without_an_entry(node):
    writer = node.open()
    append(writer, 1)
    writer.renew("interior", 4)
    writer.renew("interior", 4)
    writer._opened.close()
    writer = node.open()
    assert append(writer, 2).origin == "iq/interior/demo/0/4"
    writer.renew("interior", 4)
    assert append(writer, 3).origin == "iq/interior/demo/0/4", "it is of that generation already"
    assert [(log.generation, log.size, log.closed is not None) for log in writer.logs()] == [
        (1, 1, True), (2, 0, True), (3, 0, True), (4, 2, False),
    ]  # fmt: skip
    writer.close()
    assert check_log(node.folder, node.public) == []


def test_other_processes_see_that_a_log_was_closed_as_soon_as_that_is_settled(node):
    writer = node.open()
    append(writer, 1)
    writer.settle()
    writer.renew("interior")
    writer.settle()
    reader = node.read()
    assert [log.closed for log in reader.logs()] == [int(NOW.timestamp())]
    reader.close()
    writer._opened.close()
    writer = node.open()
    assert append(writer, 2).origin == SECOND
    writer.close()


@pytest.mark.parametrize("size", [1, 2])
def test_another_root_for_a_size_we_hold_ends_the_generation_with_both_as_evidence(node, size):
    writer = node.open()
    append(writer, 1)
    append(writer, 2)
    writer.close()
    other = sign_note(checkpoint_text(INTERIOR, size, bytes(32)), INTERIOR, signer_of(INTERIOR))
    known = FolderKnown(node.base / "known")
    known._path(INTERIOR).write_bytes(other)
    writer = node.open()
    assert append(writer, 3).origin == SECOND
    broken = writer.logs()[0].broken
    assert (broken.reason, broken.known_size, broken.known_root) == ("forked", size, bytes(32))
    writer.close()


def test_a_known_checkpoint_that_nobody_signed_is_no_knowledge(node):
    writer = node.open()
    append(writer, 1)
    writer.close()
    forged = sign_note(checkpoint_text(INTERIOR, 9, bytes(32)), INTERIOR, signer_of("somebody else"))
    FolderKnown(node.base / "known").remember({INTERIOR: forged})
    writer = node.open()
    assert append(writer, 2).origin == SECOND
    assert writer.logs()[0].broken.reason == "cannot_tell"
    writer.close()


def test_the_same_or_an_earlier_known_checkpoint_lets_the_log_go_on(node):
    writer = node.open()
    append(writer, 1)
    writer.settle()
    early = (node.base / "known/iq~interior~demo~0~1.checkpoint").read_bytes()
    append(writer, 2)
    writer.close()
    node.open().close()
    FolderKnown(node.base / "known").remember({INTERIOR: early})
    writer = node.open()
    assert append(writer, 3).origin == INTERIOR
    writer.close()


def test_entries_made_just_before_a_kill_are_more_than_is_known_and_the_log_goes_on(node):
    writer = node.open()
    append(writer, 1)
    writer._opened.close()
    writer = node.open()
    assert append(writer, 2).index == 1
    writer.close()


def test_the_known_folder_says_when_it_cannot_be_read(tmp_path):
    latest = FolderKnown(tmp_path / "known")
    with pytest.raises(CannotTellError):
        latest.newest(INTERIOR)
    latest.remember({})
    assert latest.newest(INTERIOR) is None
    (tmp_path / "known/iq~interior~demo~0~1.checkpoint").write_bytes(b"nonsense")
    with pytest.raises(CannotTellError):
        latest.newest(INTERIOR)


@pytest.fixture
def peer(tmp_path):
    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path / "peer"))

        def log_message(self, *args):
            pass

    (tmp_path / "peer").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield tmp_path / "peer", f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_peer_that_serves_a_copy_of_our_files_is_asked_by_url(node, peer):
    folder, url = peer
    writer = node.open(UrlKnown(url))
    for number in range(3):
        append(writer, number)
    writer.close()
    assert UrlKnown(url).newest(INTERIOR) is None
    shutil.copytree(node.public, folder, dirs_exist_ok=True)
    assert UrlKnown(url).newest(INTERIOR).size == 3
    writer = node.open(UrlKnown(url))
    assert append(writer, 4).origin == INTERIOR
    writer.close()
    later = sign_note(checkpoint_text(INTERIOR, 9, bytes(32)), INTERIOR, signer_of(INTERIOR))
    (folder / INTERIOR / "checkpoint").write_bytes(later)
    writer = node.open(UrlKnown(url))
    assert append(writer, 5).origin == SECOND
    writer.close()


def test_a_peer_that_does_not_answer_or_answers_nonsense_cannot_tell(peer):
    folder, url = peer
    (folder / INTERIOR).mkdir(parents=True)
    (folder / INTERIOR / "checkpoint").write_bytes(b"nonsense")
    with pytest.raises(CannotTellError):
        UrlKnown(url).newest(INTERIOR)
    with pytest.raises(CannotTellError):
        UrlKnown("http://127.0.0.1:9/").newest(INTERIOR)


def test_what_follows_a_break_in_the_journal_is_not_cut_off_by_it(node):
    """The break is a batch like any other: it is settled, and its segment may go."""
    writer = node.open()
    append(writer, 1)
    writer.close()
    shutil.rmtree(node.base / "known")
    writer = node.open(segment_bytes=300)
    for number in range(2, 9):
        append(writer, number)
        if number == 4:
            writer.settle()
    writer._opened.close()
    for _ in range(2):
        writer = node.open(segment_bytes=300)
        assert [writer.receipt(act(number)).origin for number in (1, 2, 8)] == [INTERIOR, SECOND, SECOND]
        writer._opened.close()
