"""The witness cosigns what continues the last it cosigned, and nothing else (C2SP tlog-witness)."""

import shutil
from dataclasses import replace

import pytest

from tests.unit.exchange.witness.country import NOW
from uruk.exchange.api import WitnessStore, kept_forks
from uruk.exchange.witness.submission import Submission, parse_submission, write_submission
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    FolderFiles,
    Fork,
    NoteKey,
    PublicLog,
    WitnessKey,
    cosigned_at,
    parse_checkpoint,
    with_cosignatures,
)

URL = "http://centre/witness/add-checkpoint"


def public(node):
    return PublicLog(FolderFiles(node.public), node.origin())


def submit(country, code="interior", old=0, checkpoint=None, proof=None):
    log = public(country.nodes[code])
    checkpoint = checkpoint or log.checkpoint()
    proof = log.consistency(old, checkpoint.size) if proof is None else proof
    return country.answer(URL, write_submission(old, proof, checkpoint.raw))


def test_the_first_checkpoint_of_a_log_is_cosigned(country):
    country.nodes["interior"].write(3)
    answer = submit(country)
    assert answer.status == 200
    found = with_cosignatures(public(country.nodes["interior"]).checkpoint(), [answer.body.decode()])
    key = WitnessKey.parse(country.directory.nodes["centre-node"].witness_key)
    assert cosigned_at(found.note, key) == int(NOW.timestamp())


def test_what_continues_it_is_cosigned_and_the_same_again(country):
    country.nodes["interior"].write(3)
    assert submit(country).status == 200
    country.nodes["interior"].write(4)
    assert submit(country, old=3).status == 200
    assert submit(country, old=7).status == 200
    assert WitnessStore(country.nodes["centre"].witness).cosigned("iq/interior/interior-node/0/1").size == 7


def test_another_old_size_is_told_the_right_one(country):
    country.nodes["interior"].write(3)
    submit(country)
    country.nodes["interior"].write(4)
    for old in (0, 2, 5):
        answer = submit(country, old=old)
        assert (answer.status, answer.body, answer.media_type) == (409, b"3\n", "text/x.tlog.size")


def test_a_proof_that_does_not_lead_there_is_refused(country):
    country.nodes["interior"].write(3)
    submit(country)
    country.nodes["interior"].write(4)
    for proof in ([], [bytes(32)], [bytes(32)] * 3):
        assert submit(country, old=3, proof=proof).status == 422
    assert submit(country, code="agriculture", old=0, checkpoint=_written(country), proof=[bytes(32)]).status == 422


def _written(country):
    country.nodes["agriculture"].write(2)
    return public(country.nodes["agriculture"]).checkpoint()


def test_only_logs_that_the_directory_assigns_are_known(country):
    country.nodes["interior"].write(3)
    country.change("interior", witnesses=("agriculture-node",))
    assert submit(country).status == 404
    country.change("interior", witnesses=("centre-node",), operator="operator of centre")
    assert submit(country).status == 404, "never one of its own operator's"
    country.nodes["centre"].write(1)
    assert submit(country, code="centre").status == 404, "never its own"


def test_a_log_that_nobody_lists_is_unknown(country):
    country.nodes["interior"].write(3)
    country.change("interior", keys=replace(country.nodes["interior"].directory(), institutions={}))
    assert submit(country).status == 404
    country.change("interior", keys=country.nodes["agriculture"].directory())
    assert submit(country).status == 404


def test_another_identity_than_the_authority_approved_lists_nothing(country):
    country.nodes["interior"].write(3)
    members = dict(country.directory.members)
    members["iq/GOV/interior"] = replace(members["iq/GOV/interior"], identity=bytes(32))
    country.directory = replace(country.directory, members=members)
    assert submit(country).status == 404


def test_another_key_is_forbidden(country):
    country.nodes["interior"].write(3)
    good = public(country.nodes["interior"]).checkpoint().raw
    forged = good[:-10] + (b"A" if good[-10:-9] != b"A" else b"B") + good[-9:]
    assert country.answer(URL, write_submission(0, [], forged)).status in (400, 403)
    stolen = country.nodes["interior"].directory()
    entry = stolen.institutions["interior"]
    logs = tuple(replace(log, compromised_since=NOW) for log in entry.logs)
    country.change("interior", keys=replace(stolen, institutions={"interior": replace(entry, logs=logs)}))
    assert submit(country).status == 403


def test_a_quarantined_log_is_forbidden(country):
    country.nodes["interior"].write(3)
    country.change("agriculture", quarantined=frozenset({"iq/interior/interior-node/0/1"}))
    assert submit(country).status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n\nnothing",
        b"old 00\n\n",
        b"old -1\n\n",
        b"new 0\n\n",
        b"old 0\nxx\n\n",
        b"old 0\n" + b"A" * 44 + b"\n\n",
        b"old 0\n\xff\n\n",
        b"old 0\n\n" + b"x" * 70_000,
    ],
)
def test_anything_else_is_no_submission(country, body):
    assert country.answer(URL, body).status == 400
    with pytest.raises(CodedError) as refused:
        parse_submission(body)
    assert refused.value.code == "exchange.submission_malformed"


def test_an_old_size_above_the_new_one_or_a_proof_of_64_hashes_is_no_submission(country):
    country.nodes["interior"].write(3)
    checkpoint = public(country.nodes["interior"]).checkpoint().raw
    assert country.answer(URL, write_submission(4, [], checkpoint)).status == 400
    assert country.answer(URL, write_submission(3, [bytes(32)] * 64, checkpoint)).status == 400
    good = write_submission(3, [bytes(32)] * 63, checkpoint)
    found = parse_submission(good)
    assert write_submission(found.old, found.proof, found.checkpoint.raw) == good


def test_two_roots_for_one_size_are_kept_as_evidence(country):
    node = country.nodes["interior"]
    node.write(3)
    submit(country)
    shutil.rmtree(node.data)
    node.write(3, first=100)
    answer = submit(country, old=3, proof=[])
    assert (answer.status, answer.body) == (409, b"3\n")
    (fork,) = kept_forks(country.nodes["centre"].witness)
    assert fork.origin == node.origin()
    assert fork.proved_by(NoteKey(node.origin(), node.signer(node.origin()).public_key))
    assert submit(country, old=3, proof=[]).status == 409
    assert len(kept_forks(country.nodes["centre"].witness)) == 1


def test_a_proof_from_another_history_is_evidence_by_itself(country):
    node = country.nodes["interior"]
    node.write(3)
    submit(country)
    shutil.rmtree(node.data)
    node.write(6, first=100)
    assert submit(country, old=3).status == 422
    (fork,) = kept_forks(country.nodes["centre"].witness)
    assert isinstance(fork, Fork) and fork.proved_by(NoteKey(node.origin(), node.signer(node.origin()).public_key))


def test_from_a_complete_tree_the_proof_says_too_little_and_the_log_is_suspected(country):
    node = country.nodes["interior"]
    node.write(4)
    submit(country)
    shutil.rmtree(node.data)
    node.write(6, first=100)
    assert submit(country, old=4).status == 422
    assert kept_forks(country.nodes["centre"].witness) == ()
    assert WitnessStore(country.nodes["centre"].witness).suspects()[node.origin()].size == 6


def test_evidence_that_cannot_be_read_is_passed_over(country):
    folder = country.nodes["centre"].witness / "forks"
    folder.mkdir()
    (folder / "a.json").write_text("{}")
    assert kept_forks(country.nodes["centre"].witness) == ()


def test_a_witness_whose_state_came_from_a_backup_begins_anew_under_the_next_key(country, tmp_path):
    witness = country.nodes["centre"].witness
    first = country.cosigner("centre").key
    assert country.cosigner("centre").key == first
    shutil.copytree(witness, tmp_path / "backup")
    shutil.rmtree(witness)
    shutil.copytree(tmp_path / "backup", witness)
    second = country.cosigner("centre").key
    assert (first.name, second.name) == ("iq/centre-node/witness/1", "iq/centre-node/witness/2")
    assert country.cosigner("centre").key == second
    shutil.rmtree(witness)
    assert country.cosigner("centre").key.name == "iq/centre-node/witness/3"


def test_what_a_backup_still_knows_is_not_forgotten_under_the_next_key(country, tmp_path):
    country.nodes["interior"].write(3)
    submit(country)
    witness = country.nodes["centre"].witness
    shutil.copytree(witness, tmp_path / "backup")
    shutil.rmtree(witness)
    shutil.copytree(tmp_path / "backup", witness)
    assert submit(country, old=0).status == 409


def test_an_empty_log_is_not_cosigned(country):
    empty = parse_checkpoint(_signed_empty(country))
    assert WitnessStore(country.nodes["centre"].witness).advance(Submission(0, (), empty))[0] == "no_proof"


def _signed_empty(country):
    from uruk.trust.log.checkpoint import checkpoint_text
    from uruk.trust.log.merkle import EMPTY_ROOT
    from uruk.trust.log.note import sign_note

    node = country.nodes["interior"]
    return sign_note(checkpoint_text(node.origin(), 0, EMPTY_ROOT), node.origin(), node.signer(node.origin()))
