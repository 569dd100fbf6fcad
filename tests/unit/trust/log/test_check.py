"""`check_log`: a bit flipped in any file is found, and so is whatever is missing or does not belong."""

import contextlib
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.trust.log.support import INTERIOR, Node, act, files_of, signer_of, statement

from uruk.trust.log.check import check_log
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.known import FolderKnown
from uruk.trust.log.note import sign_note


def fill(node: Node, count: int, kill: bool) -> None:
    """A log with full and partial tiles, a forgotten act, and, if killed, a journal and a write-ahead log."""
    writer = node.open(FolderKnown(node.folder / "known"))
    for number in range(0, count, 50):
        entries = [("interior", act(item), statement(item), None) for item in range(number, number + 50)]
        writer.append_many(entries)
        writer.settle()
    writer.append("health", act(count), statement(count))
    writer.forget(act(3))
    writer.append("interior", act(count + 1), statement(count + 1))
    if kill:
        writer.settle()
        writer.append("interior", act(count + 2), statement(count + 2))
        shutil.copytree(node.base, node.base.with_name("killed"), symlinks=True)
        keep_place(node.base / "trust/known", node.base.with_name("killed") / "trust/known")
    writer.close()


def keep_place(known: Path, copy: Path) -> None:
    """The copy stands for the folder itself: let it know its place."""
    shutil.rmtree(copy)
    FolderKnown(copy).remember({})
    for path in known.glob("*.checkpoint"):
        shutil.copy(path, copy / path.name)


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("closed"))
    fill(node, 300, kill=False)
    return node


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("node") / "alive")
    fill(node, 300, kill=True)
    return Node(node.base.with_name("killed"))


def check(node):
    return check_log(node.folder, node.public)


def watched_files(node):
    """Every file with a byte in it. SQLite's -shm is an index that it makes anew from the write-ahead log."""
    return [path for path in files_of(node.base) if path.stat().st_size and path.suffix != ".db-shm"]


@contextlib.contextmanager
def flipped(path, bit):
    """One bit of a file changed, for as long as the block lasts."""
    with path.open("r+b") as file:
        file.seek(bit // 8)
        (byte,) = file.read(1)
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))
    yield
    with path.open("r+b") as file:
        file.seek(bit // 8)
        file.write(bytes([byte]))


def test_a_whole_log_has_no_problems(closed, killed):
    assert check(closed) == []
    assert check(killed) == []
    names = {path.name for path in watched_files(killed)}
    assert {"contents.db", "contents.db-wal", "contents.sums", "lease", "place.is", "checkpoint"} <= names
    assert any(name.endswith(".journal") for name in names)


ONE_BIT = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_BIT
@given(st.data())
def test_a_bit_flipped_anywhere_in_a_closed_log_is_found(closed, data):
    path = data.draw(st.sampled_from(watched_files(closed)))
    bit = data.draw(st.integers(0, path.stat().st_size * 8 - 1))
    with flipped(path, bit):
        assert check(closed), f"{path} bit {bit}"


@ONE_BIT
@given(st.data())
def test_a_bit_flipped_anywhere_in_a_killed_log_is_found(killed, data):
    path = data.draw(st.sampled_from(watched_files(killed)))
    bit = data.draw(st.integers(0, path.stat().st_size * 8 - 1))
    with flipped(path, bit):
        assert check(killed), f"{path} bit {bit}"


def test_every_file_is_watched_at_its_first_last_and_some_other_bits(closed, killed):
    chance = random.Random(5)
    for node in (closed, killed):
        for path in watched_files(node):
            bits = path.stat().st_size * 8
            for bit in {0, bits - 1, *(chance.randrange(bits) for _ in range(3))}:
                with flipped(path, bit):
                    assert check(node), f"{path} bit {bit}"
        assert check(node) == []


@pytest.mark.parametrize("where", ["trust", "public"])
def test_a_missing_file_is_found(closed, where):
    """Except one that stands for nothing: an older partial tile, which may be removed at any time."""
    size = len(list((closed.public / INTERIOR / "tile/entries").iterdir()))
    assert size
    for path in files_of(closed.base / where):
        if path not in watched_files(closed) or superfluous(closed, path):
            continue
        whole, hidden = path, path.with_name("hidden")
        whole.rename(hidden)
        shutil.move(hidden, closed.base.parent / "hidden")
        found = check(closed)
        shutil.move(closed.base.parent / "hidden", whole)
        assert found or path.suffix == ".checkpoint", path


def superfluous(node, path):
    if not path.parent.name.endswith(".p"):
        return False
    widest = max(int(other.name) for other in path.parent.iterdir())
    return int(path.name) < widest


def test_what_does_not_belong_is_found(closed):
    for name in ("stray", "tile/0/9", "tile/0/999.p/256", "tile/0/7/7", "tile/entries/abc", "tile/0/0000"):
        path = closed.public / INTERIOR / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"stray")
        assert "trust.check_stray" in {problem.code for problem in check(closed)}
        path.unlink()
    (closed.public / INTERIOR / "tile/0/7").rmdir()
    (closed.public / INTERIOR / "tile/0/999.p").rmdir()
    stray = closed.public / "iq/nobody/demo/0/1"
    shutil.copytree(closed.public / INTERIOR, stray)
    assert [(problem.code, problem.path) for problem in check(closed)] == [("trust.check_stray", str(stray))]
    shutil.rmtree(closed.public / "iq/nobody")
    assert check(closed) == []


def test_contents_changed_with_their_sums_made_to_fit_are_found(tmp_path):
    """Who can write the database can write its sums: the tree still says what the contents were."""
    node = Node(tmp_path)
    fill(node, 50, kill=False)
    database = sqlite3.connect(node.folder / "contents.db")
    with database:
        database.execute("UPDATE entry SET statement = ? WHERE act = ?", (b"forged", act(7).bytes))
    database.close()
    (node.folder / "contents.sums").unlink()
    node.open(FolderKnown(node.folder / "known")).close()
    assert [(problem.code, problem.index) for problem in check(node)] == [("trust.check_content", 7)]


def test_a_tree_rewritten_with_the_stolen_key_is_found_by_what_is_known(tmp_path):
    node = Node(tmp_path)
    fill(node, 50, kill=False)
    other = sign_note(checkpoint_text(INTERIOR, 20, bytes(32)), INTERIOR, signer_of(INTERIOR))
    FolderKnown(node.folder / "known")._path(INTERIOR).write_bytes(other)
    (found,) = check(node)
    assert (found.code, Path(found.path).parent) == ("trust.check_checkpoint", node.folder / "known")


def test_a_checkpoint_shown_that_the_log_has_outgrown_or_never_reached_is_found(tmp_path):
    node = Node(tmp_path)
    writer = node.open()
    writer.append("interior", act(1), statement(1))
    writer.settle()
    early = (node.public / INTERIOR / "checkpoint").read_bytes()
    writer.append("interior", act(2), statement(2))
    writer.close()
    (node.public / INTERIOR / "checkpoint").write_bytes(early)
    assert {problem.code for problem in check(node)} == {"trust.check_checkpoint"}
    late = sign_note(checkpoint_text(INTERIOR, 3, bytes(32)), INTERIOR, signer_of(INTERIOR))
    (node.public / INTERIOR / "checkpoint").write_bytes(late)
    assert {problem.code for problem in check(node)} == {"trust.check_checkpoint"}


def test_an_unfinished_batch_is_named_until_the_next_start_cuts_it_off(tmp_path):
    node = Node(tmp_path)
    writer = node.open()
    writer.append("interior", act(1), statement(1))
    end = writer._journal._offset
    writer._opened.close()
    (segment,) = files_of(node.folder / "journal")
    with segment.open("r+b") as file:
        file.seek(end)
        file.write(b"UB\x00\x00half")
    assert {problem.code for problem in check(node)} == {"trust.check_unfinished"}
    node.open().close()
    assert check(node) == []


def test_a_copied_known_folder_is_named(tmp_path):
    node = Node(tmp_path)
    fill(node, 50, kill=False)
    shutil.copytree(node.folder / "known", node.folder / "copy")
    shutil.rmtree(node.folder / "known")
    (node.folder / "copy").rename(node.folder / "known")
    assert {problem.code for problem in check(node)} == {"trust.check_copy"}


def test_a_running_log_is_checked_too(tmp_path):
    node = Node(tmp_path)
    writer = node.open()
    for number in range(5):
        writer.append("interior", act(number), statement(number))
        assert check(node) == []
        writer.settle()
        assert check(node) == []
    with flipped(node.public / INTERIOR / "tile/0/000.p/5", 3):
        assert check(node)
    writer.close()


def test_nothing_at_all_is_no_problem_but_a_log_without_its_store_is(tmp_path):
    node = Node(tmp_path)
    assert check(node) == []
    fill(node, 50, kill=False)
    (node.folder / "contents.db").unlink()
    assert {problem.code for problem in check(node)} == {"trust.check_missing"}


def test_every_finding_has_a_sentence_in_each_language(closed):
    with flipped(closed.public / INTERIOR / "tile/0/000", 1):
        for problem in check(closed):
            assert len({problem.sentence(lang) for lang in ("ar", "ckb", "en")}) == 3


def test_a_store_that_cannot_be_read_is_named(tmp_path):
    node = Node(tmp_path)
    fill(node, 50, kill=False)
    (node.folder / "contents.db").write_bytes(b"no database at all" * 100)
    assert {problem.code for problem in check(node)} == {"trust.check_bits", "trust.check_unreadable"}
