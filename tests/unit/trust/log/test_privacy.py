"""No identifier and no digest that could be guessed stands in any public file of the log."""

import hashlib

import pytest
from tests.unit.trust.log.scan import leaks
from tests.unit.trust.log.support import INTERIOR, act

from uruk.trust.statements import build_statement

PEOPLE = [f"1985{number:08d}" for number in range(40)]


def statement(number):
    return build_statement(
        statement_type="document",
        role="issued",
        author="interior",
        act=act(number),
        time=1_795_000_000,
        directory_version=1,
        directory_digest=hashlib.sha256(b"directory").digest(),
        body={"holder": PEOPLE[number], "name": f"اسم {number}", "original": hashlib.sha256(b"%d" % number).digest()},
    )


@pytest.fixture
def filled(node):
    writer = node.open()
    for number in range(len(PEOPLE)):
        writer.append("interior", act(number), statement(number))
        if number % 7 == 0:
            writer.settle()
    writer.close()
    return node


def secrets():
    """Everything about an act that somebody could know or guess."""
    for number, person in enumerate(PEOPLE):
        raw = statement(number)
        yield from (person.encode(), f"اسم {number}".encode(), act(number).bytes, str(act(number)).encode(), raw)
        yield hashlib.sha256(b"%d" % number).digest()
        yield from (hashlib.sha256(b"\x00" + raw).digest(), hashlib.sha256(b"uruk/leaf/v1\n" + raw).digest())


def test_the_public_files_hold_no_identifier_and_no_unsalted_digest(filled):
    assert leaks(filled.public, secrets()) == []


def test_the_scan_would_find_them(filled):
    """Each way in which one could stand there is looked for."""
    assert leaks(filled.folder, [PEOPLE[3].encode()]), "the store of contents is not public"
    for number, data in enumerate((PEOPLE[0].encode(), hashlib.sha256(statement(1)).digest(), act(2).hex.encode())):
        path = filled.public / INTERIOR / f"leak{number}"
        path.write_bytes(b"..." + data + b"...")
        assert [found for found, _ in leaks(filled.public, secrets())] == [path]
        path.unlink()
    (filled.public / PEOPLE[0]).mkdir()
    assert leaks(filled.public, secrets())


def test_the_same_statement_twice_gives_entries_that_have_nothing_in_common(node):
    writer = node.open()
    receipts = [writer.append("interior", act(number), b"the same") for number in range(2)]
    writer.close()
    assert receipts[0].entry != receipts[1].entry
