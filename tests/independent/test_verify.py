"""Two verifiers that share no code agree: what one accepts the other does, and neither accepts a changed bit."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.trust.log.support import INTERIOR, Node, act, signer_of
from tests.unit.trust.world import START, World
from uruk.kernel.api import CodedError, FixedClock
from uruk.trust.certificates import DemonstrationAuthority
from uruk.trust.delegations import delegate
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import InstitutionEntry, LogKey
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.note import NoteKey, sign_note
from uruk.trust.receipt_check import verify_receipt
from uruk.trust.receipt_timestamp import bare_token
from uruk.trust.receipts import Receipt
from uruk.trust.statements import build_statement
from uruk.trust.timestamp_authority import DemonstrationTimestamper

HERE = Path(__file__).parent
HEALTH = "iq/health/demo/0/1"
MADE = START + timedelta(days=30)
IDENTITIES = {code: MemorySigner.generate("ed25519") for code in ("interior", "health")}
BODIES = (
    {},
    {"n": -5, "yes": True, "none": None, "list": [1, "two", b"three"], "map": {7: {}}},
    {"text": "نص" * 200},
    {"maps in a list": [{"key": b"one"}, {}, [{"n": 1}, {"n": 2}]]},
)


@pytest.fixture(scope="module")
def independent():
    sys.path.insert(0, str(HERE))
    specification = importlib.util.spec_from_file_location("independent_verify", HERE / "verify.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    sys.path.remove(str(HERE))


def log_entry(code, origin, **period):
    key, period = str(NoteKey(origin, signer_of(origin).public_key)), {"start": START} | period
    delegation = delegate(IDENTITIES[code], code, "log", key, period["start"])
    return LogKey(origin=origin, key=key, delegation=delegation, **period)


def directory(timestampers=(), **period):
    """Two institutions; what is said of a period is said of the interior's log."""
    logs = {"interior": log_entry("interior", INTERIOR, **period), "health": log_entry("health", HEALTH)}
    names = World.make().directory.institutions["interior"].names
    entries = {
        code: InstitutionEntry(code, names, IDENTITIES[code].public_key, logs=(log,)) for code, log in logs.items()
    }
    return replace(World.make().directory, institutions=entries, timestampers=tuple(timestampers))


def statement(number, author="interior", made=MADE, **changes):
    values = {
        "statement_type": "document",
        "role": "issued",
        "author": author,
        "act": act(number),
        "time": int(made.timestamp()),
        "directory_version": 3,
        "directory_digest": bytes(32),
        "body": BODIES[number % len(BODIES)],
    }
    return build_statement(**values | changes)


@pytest.fixture(scope="module")
def receipts(tmp_path_factory):
    """Receipts of trees of many sizes, of both institutions."""
    writer = Node(tmp_path_factory.mktemp("node")).open()
    made = []
    for number in range(20):
        author = ("interior", "health")[number % 3 == 2]
        made.append(writer.append(author, act(number), statement(number, author)))
    writer.settle()
    made += [writer.receipt(act(number)) for number in range(20)]
    writer.close()
    return made


@pytest.fixture(scope="module")
def timestamper(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timestamper")
    store = FileKeyStore(folder / "keys", "a passphrase for tests")
    authority = DemonstrationAuthority.open(store, folder, "iq", START)
    return DemonstrationTimestamper.open(store, folder, authority, "iq", FixedClock(MADE + timedelta(days=1)))


@pytest.fixture(scope="module")
def stamped(receipts, timestamper):
    """A receipt with a timestamp a day after its statement."""
    receipt = receipts[0]
    digest = sha256(receipt.parsed_proof.checkpoint.raw).digest()
    token = bare_token(timestamper.stamp(digest), digest, (timestamper.certificate,))
    return Receipt(receipt.statement, receipt.salt, receipt.proof, token)


class Both:
    """Asks both verifiers; they must be of one mind."""

    def __init__(self, independent, keys):
        self.independent, self.keys, self.json = (
            independent,
            Directory.parse(keys.to_json()),
            json.loads(keys.to_json()),
        )

    def accept(self, line):
        ours, theirs = self.ours(line), self.theirs(line)
        assert ours == theirs, f"ours {ours}, theirs {theirs}: {line[:200]!r}"
        return ours

    def ours(self, line):
        try:
            return bool(verify_receipt(Receipt.parse(line), self.keys))
        except CodedError:
            return False

    def theirs(self, line):
        try:
            self.independent.verify(line, self.json)
        except Exception:
            return False
        return True


def test_both_accept_every_receipt(independent, receipts):
    both = Both(independent, directory())
    assert all(both.accept(receipt.to_json().encode()) for receipt in receipts)


@pytest.mark.parametrize("which", [0, 4, 19, 27])
def test_both_refuse_a_receipt_with_any_one_bit_changed(independent, receipts, which):
    both, line = Both(independent, directory()), receipts[which].to_json().encode()
    assert both.accept(line)
    assert not any(both.accept(changed) for changed in each_bit_changed(line))


def test_both_refuse_a_timestamped_receipt_with_any_one_bit_changed(independent, stamped, timestamper):
    both, line = Both(independent, directory([timestamper.certificate])), stamped.to_json().encode()
    assert both.accept(line)
    assert not any(both.accept(changed) for changed in each_bit_changed(line))


def each_bit_changed(line):
    data = bytearray(line)
    for bit in range(len(data) * 8):
        data[bit // 8] ^= 1 << bit % 8
        yield bytes(data)
        data[bit // 8] ^= 1 << bit % 8


def test_both_want_each_value_in_its_one_spelling(independent, receipts):
    both, value = Both(independent, directory()), json.loads(receipts[3].to_json())
    for spelled in (
        json.dumps(value, sort_keys=True),
        json.dumps(value | {"more": "x"}, sort_keys=True, separators=(",", ":")),
        json.dumps(value | {"salt": value["salt"].rstrip("=")}, sort_keys=True, separators=(",", ":")),
        json.dumps(value | {"salt": value["salt"] + "\n"}, sort_keys=True, separators=(",", ":")),
        json.dumps(value | {"uruk": "receipt/2"}, sort_keys=True, separators=(",", ":")),
        receipts[3].to_json().replace('{"proof"', '{"proof":"","proof"'),
        receipts[3].to_json() + " ",
        json.dumps([value]),
        "",
    ):
        assert not both.accept(spelled.encode())


def test_both_want_the_authors_own_log(independent, receipts):
    """The other institution's log is genuine, and on the same node; it still proves nothing for this author."""
    writer_of_health = receipts[2]
    assert writer_of_health.origin == HEALTH
    keys = directory()
    swapped = {
        "interior": replace(keys.institutions["interior"], logs=keys.institutions["health"].logs),
        "health": keys.institutions["health"],
    }
    both = Both(independent, keys)
    assert both.accept(writer_of_health.to_json().encode())
    unlisted = replace(keys, institutions={"interior": keys.institutions["interior"]})
    assert not Both(independent, unlisted).accept(writer_of_health.to_json().encode())
    with pytest.raises(CodedError, match=r"trust\.keys_shape"):
        Directory.parse(replace(keys, institutions=swapped).to_json())  # its delegation is another's


def test_a_statement_in_the_log_of_another_author_proves_nothing(independent, tmp_path):
    writer = Node(tmp_path).open()
    receipt = writer.append("health", act(1), statement(1, author="interior"))
    writer.close()
    assert not Both(independent, directory()).accept(receipt.to_json().encode())


@pytest.mark.parametrize(
    ("period", "accepted"),
    [
        ({"start": MADE}, True),
        ({"start": MADE + timedelta(seconds=1)}, False),
        ({"retired_at": MADE + timedelta(seconds=1)}, True),
        ({"retired_at": MADE}, False),
        ({"compromised_since": MADE + timedelta(days=9)}, False),
    ],
)
def test_both_judge_the_keys_period_alike(independent, receipts, period, accepted):
    assert Both(independent, directory(**period)).accept(receipts[0].to_json().encode()) is accepted


@pytest.mark.parametrize(("after", "accepted"), [(timedelta(days=2), True), (timedelta(hours=1), False)])
def test_after_a_theft_only_what_was_timestamped_before_it_counts(independent, stamped, timestamper, after, accepted):
    keys = directory([timestamper.certificate], compromised_since=MADE + after)
    assert Both(independent, keys).accept(stamped.to_json().encode()) is accepted


def test_both_refuse_a_timestamp_of_somebody_unlisted_or_of_something_else(independent, receipts, stamped, timestamper):
    assert not Both(independent, directory()).accept(stamped.to_json().encode())
    other = Receipt(receipts[1].statement, receipts[1].salt, receipts[1].proof, stamped.timestamp)
    assert not Both(independent, directory([timestamper.certificate])).accept(other.to_json().encode())


def test_both_refuse_a_checkpoint_that_another_key_signed(independent, receipts):
    receipt = receipts[0]
    text = receipt.parsed_proof.checkpoint.note.text
    forged = sign_note(text, INTERIOR, signer_of("a thief")).decode()
    proof = receipt.proof.partition("\n\n")[0] + "\n\n" + forged
    assert not Both(independent, directory()).accept(Receipt(receipt.statement, receipt.salt, proof).to_json().encode())


def test_both_refuse_a_signature_line_that_nobody_here_can_check(independent, receipts):
    receipt = receipts[0]
    more = sign_note(receipt.parsed_proof.checkpoint.note.text, "witness", signer_of("witness")).decode()
    proof = receipt.proof + more.rpartition("\n\n")[2]
    assert not Both(independent, directory()).accept(Receipt(receipt.statement, receipt.salt, proof).to_json().encode())


def run(keys, data):
    command = [sys.executable, str(HERE / "verify.py"), str(keys)]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


@pytest.fixture
def keys(tmp_path, timestamper):
    path = tmp_path / "keys.json"
    path.write_text(directory([timestamper.certificate]).to_json(), encoding="utf-8")
    return path


def test_the_command_exits_0_when_each_receipt_verifies(keys, receipts, stamped):
    lines = [receipt.to_json().encode() for receipt in [*receipts[:5], stamped]]
    for end in (b"", b"\n"):
        done = run(keys, b"\n".join(lines) + end)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_command_exits_1_with_the_reason_for_the_first_that_does_not(keys, receipts):
    good, bad = (receipts[number].to_json().encode() for number in (0, 1))
    bad = bad.replace(b'"statement":"', b'"statement":"AAAA')
    done = run(keys, b"\n".join([good, bad, good]))
    assert done.returncode == 1
    assert done.stderr.startswith(b"receipt 2: ")
    assert run(keys, b"").returncode == 1, "nothing at all proves nothing"


def test_it_is_short_and_imports_nothing_of_ours():
    source = (HERE / "verify.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 165
    for name in ("verify.py", "timestamp.py"):
        code = (HERE / name).read_text(encoding="utf-8")
        imported = {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import", "from"))}
        assert imported <= {*sys.stdlib_module_names, "cryptography"}
        assert "import uruk" not in code
        assert "from uruk" not in code


def test_a_receipt_counts_only_for_what_was_asked(receipts):
    keys, receipt = directory(), receipts[0]
    asked = {"type": "document", "role": "issued", "author": "interior", "at": MADE}
    found = verify_receipt(receipt, keys, **asked)
    assert (found.origin, found.index, found.grade, found.proved_at) == (INTERIOR, 0, "signed", None)
    for changed, code in (
        ({"type": "payment"}, "trust.receipt_type"),
        ({"role": "decided"}, "trust.receipt_role"),
        ({"author": "health"}, "trust.receipt_author"),
        ({"at": MADE - timedelta(minutes=2)}, "trust.receipt_future"),
    ):
        assert refusal(receipt, keys, **asked | changed) == code
    assert verify_receipt(receipt, keys, at=MADE - timedelta(seconds=59)), "clocks may differ by a minute"


def refusal(receipt, keys, **asked):
    with pytest.raises(CodedError) as caught:
        verify_receipt(receipt, keys, **asked)
    return caught.value.code


def test_each_reason_has_its_own_code(receipts, stamped, timestamper):
    receipt, keys = receipts[0], directory()
    forged = sign_note(receipt.parsed_proof.checkpoint.note.text, INTERIOR, signer_of("a thief")).decode()
    proof = receipt.proof.partition("\n\n")[0] + "\n\n" + forged
    assert refusal(Receipt(receipt.statement, receipt.salt, proof), keys) == "trust.receipt_signature"
    assert refusal(Receipt(receipt.statement, bytes(32), receipt.proof), keys) == "trust.receipt_inclusion"
    assert refusal(stamped, keys) == "trust.receipt_timestamp"
    assert refusal(receipts[2], replace(keys, institutions={})) == "trust.log_unlisted"
    assert verify_receipt(stamped, directory([timestamper.certificate])).proved_at == MADE + timedelta(days=1)
