"""The evidence of one message: gathered on either side, verified offline, and no part of it can be changed."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile, ZipInfo

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.unit.exchange.evidence.exchanged import ANSWER_BODY, Exchanged
from uruk.exchange.api import gather, is_bundle, read_bundle, verify_bundle, write_bundle
from uruk.exchange.evidence import bundle as bundles
from uruk.exchange.evidence.spooled import spooled_pieces
from uruk.exchange.messages import statements as said
from uruk.kernel.api import CodedError
from uruk.trust.api import Fork, Receipt, parse_checkpoint
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.note import sign_note


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory):
    found = Exchanged(tmp_path_factory.mktemp("exchanged"))
    found.witness()
    yield found
    found.close()


@pytest.fixture
def bundle(exchanged):
    sources = exchanged.sources("south", exchanged.improve("south"), ask=True)
    return gather(exchanged.request, sources, bodies=True)


def judged(exchanged, bundle, root=None):
    at = exchanged.country.now + timedelta(minutes=5)
    return verify_bundle(bundle, exchanged.fingerprint if root is None else root, at)


def refusal(exchanged, bundle, root=None):
    found = judged(exchanged, bundle, root)
    assert found.exit == 1, found
    return found.code


def test_the_consumer_proves_what_was_asked_and_what_was_answered(exchanged, bundle):
    found = judged(exchanged, bundle)
    assert (found.exit, found.code) == (0, "exchange.bundle_proved")
    assert set(found.receipts) == {"request-sent", "answer-sent", "answer-received"}
    assert found.receipts["answer-sent"].statement.author == "interior"
    assert (found.consumer, found.provider) == ("xx/GOV/agriculture", "xx/GOV/interior")
    assert found.contents == ("answer.header", "request.header", "answer.body", "request.body")


def test_the_provider_proves_its_part_and_the_question(exchanged):
    bundle = gather(exchanged.request, exchanged.sources("north"), bodies=False)
    found = judged(exchanged, bundle)
    assert found.exit == 0 and set(found.receipts) == {"request-sent", "request-received", "answer-sent"}
    assert found.contents == ("answer.header", "request.header")


def test_each_receipt_says_by_how_many_operators_it_was_witnessed(exchanged, bundle):
    found = judged(exchanged, bundle)
    for place, one in found.receipts.items():
        assert one.grade == "witnessed" and len(one.operators) == 2, place
    bare = judged(exchanged, gather(exchanged.request, exchanged.sources("south"), bodies=False))
    assert {one.grade for one in bare.receipts.values()} == {"signed"}


def test_the_agreement_and_the_directory_of_then_are_proved(exchanged, bundle):
    found = judged(exchanged, bundle)
    assert found.approved_by == ("agriculture", "interior")
    assert found.went_by == (1,) and found.remarks == ()


def test_what_is_missing_weakens_the_answer_and_is_said(exchanged, bundle):
    bundle.approvals = {}
    assert [one.code for one in judged(exchanged, bundle).remarks] == ["exchange.bundle_unapproved"]
    del bundle.receipts["answer-sent"], bundle.headers["answer"], bundle.bodies["answer"]
    codes = [one.code for one in judged(exchanged, bundle).remarks]
    assert "exchange.bundle_one_sided" in codes


def test_a_directory_of_then_that_is_not_here_is_said(exchanged, bundle):
    exchanged.country.publish(exchanged.country.now + timedelta(seconds=1))
    fresh = gather(exchanged.request, exchanged.sources("south"), bodies=False)
    assert sorted(fresh.directories) == [1, 2] and judged(exchanged, fresh).went_by == (1,)
    del fresh.directories[1]
    assert "exchange.bundle_directory_missing" in [one.code for one in judged(exchanged, fresh).remarks]


def test_without_a_root_to_trust_nothing_is_told_but_the_fingerprint(exchanged, bundle):
    found = judged(exchanged, bundle, "")
    assert (found.exit, found.code, found.fingerprint) == (2, "exchange.bundle_root_unknown", exchanged.fingerprint)
    assert len(found.receipts) == 3


def test_another_countrys_root_proves_nothing(exchanged, bundle):
    assert refusal(exchanged, bundle, "0" * 64) == "exchange.bundle_other_root"


def test_a_bundle_reads_back_as_it_was_written(exchanged, bundle, tmp_path):
    write_bundle(tmp_path / "a.uruk", bundle)
    write_bundle(tmp_path / "b.uruk", bundle)
    assert (tmp_path / "a.uruk").read_bytes() == (tmp_path / "b.uruk").read_bytes()
    assert is_bundle((tmp_path / "a.uruk").read_bytes())
    assert read_bundle(tmp_path / "a.uruk") == bundle
    with pytest.raises(FileExistsError):
        write_bundle(tmp_path / "a.uruk", bundle)


@pytest.mark.parametrize("place", ["request.header", "answer.header", "request.body", "answer.body"])
def test_a_changed_header_or_body_is_refused(exchanged, bundle, place):
    side, _, kind = place.partition(".")
    given = bundle.headers if kind == "header" else bundle.bodies
    given[side] += b"x"
    assert refusal(exchanged, bundle) == "exchange.bundle_mismatch"


def test_the_receipts_of_another_message_do_not_fit(exchanged, bundle):
    other = Exchanged.__new__(Exchanged)
    other.__dict__.update(exchanged.__dict__)
    other.request, other.receipts = said.new_request(), {}
    other.exchange()
    for writer in exchanged.writers.values():
        writer.settle()
    for place in list(bundle.receipts):
        mixed = replace(bundle, receipts={**bundle.receipts, place: other.receipts[place]})
        assert refusal(exchanged, mixed) == "exchange.bundle_mismatch"


def test_a_receipt_in_anothers_place_is_refused(exchanged, bundle):
    bundle.receipts["answer-received"], bundle.receipts["answer-sent"] = (
        bundle.receipts["answer-sent"],
        bundle.receipts["answer-received"],
    )
    assert judged(exchanged, bundle).exit == 1


def test_a_changed_statement_or_salt_is_refused(exchanged, bundle):
    good = bundle.receipts["answer-sent"]
    for changed in (
        Receipt(good.statement.replace(b"answered", b"answeret"), good.salt, good.proof),
        Receipt(good.statement, bytes(32), good.proof),
    ):
        bundle.receipts["answer-sent"] = changed
        assert judged(exchanged, bundle).exit == 1


def test_an_approval_by_somebody_else_or_of_something_else_is_refused(exchanged, bundle):
    for approvals in (
        {"authority": exchanged.approvals["interior"]},
        {"interior": exchanged.approvals["agriculture"]},
        {"interior": exchanged.receipts["answer-sent"]},
    ):
        assert judged(exchanged, replace(bundle, approvals=approvals)).exit == 1


def test_a_log_of_two_histories_is_not_proof_enough(tmp_path):
    exchanged = Exchanged(tmp_path)
    node = exchanged.country.nodes["north"]
    origin = node.origin("interior")
    from uruk.trust.api import log_keys, own_key_store

    signer = log_keys(own_key_store(node.gateway))(origin)
    one, other = (
        parse_checkpoint(sign_note(checkpoint_text(origin, 9, bytes([root]) * 32), origin, signer)) for root in (1, 2)
    )
    exchanged.country.nodes["south"].forks = (Fork(one, other),)
    exchanged.country.publish(exchanged.country.now + timedelta(seconds=1))
    found = judged(exchanged, gather(exchanged.request, exchanged.sources("south"), bodies=False))
    exchanged.close()
    assert (found.exit, found.code) == (2, "exchange.bundle_quarantined")


def test_forgotten_content_is_told_with_its_time(tmp_path):
    exchanged = Exchanged(tmp_path)
    exchanged.writers["south"].forget_many([said.act_of(exchanged.request, role) for role in (0, 3)])
    bundle = gather(exchanged.request, exchanged.sources("south"), bodies=False)
    found = judged(exchanged, bundle)
    exchanged.close()
    assert set(bundle.forgotten) == {"request-sent", "answer-received"}
    assert found.exit == 0 and set(found.receipts) == {"answer-sent"}
    assert found.forgotten["request-sent"] == int(exchanged.country.now.timestamp())


def test_a_message_that_nobody_knows_has_no_evidence(exchanged):
    for request in (said.new_request(), b"x", bytes(16)):
        with pytest.raises(CodedError) as missing:
            gather(request, exchanged.sources("south"), bodies=True)
        assert missing.value.code == "exchange.evidence_missing"


def test_a_peer_that_is_away_costs_only_the_better_grade(exchanged):
    sources = exchanged.sources("south", exchanged.improve("south"), ask=True)

    class Away:
        def read(self, path):
            raise OSError("away")

    found = judged(exchanged, gather(exchanged.request, replace(sources, open_files=lambda _: Away()), bodies=False))
    assert {place: one.grade for place, one in found.receipts.items()} == {
        "request-sent": "witnessed",
        "answer-received": "witnessed",
        "answer-sent": "signed",
    }


def test_a_large_body_is_read_from_its_file(exchanged, tmp_path):
    key, body = secrets.token_bytes(32), secrets.token_bytes(200_000)
    pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
    sealed = b"".join(AESGCM(key).encrypt(n.to_bytes(12, "big"), one, None) for n, one in enumerate(pieces))
    (tmp_path / "file").write_bytes(sealed)
    assert b"".join(spooled_pieces(tmp_path, f"file:{key.hex()}")) == body
    (tmp_path / "file").write_bytes(sealed[:-1])
    for name in (f"file:{key.hex()}", "file:zz", "nothing:00"):
        with pytest.raises(CodedError) as damaged:
            list(spooled_pieces(tmp_path, name))
        assert damaged.value.code == "exchange.spool_damaged"


def entries(path):
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, files):
    path.unlink()
    with ZipFile(path, "w") as archive:
        for name, data in files:
            archive.writestr(ZipInfo(name), data)


@pytest.mark.parametrize(
    "change",
    [
        lambda files, said: files.append(("more", b"x")),
        lambda files, said: files.remove(next(one for one in files if one[0] == "receipts/answer-sent.json")),
        lambda files, said: said.update(uruk="bundle/2"),
        lambda files, said: said.update(request="1"),
        lambda files, said: said.update(now=True),
        lambda files, said: said.update(receipts=["answer-sent", "answer-sent"]),
        lambda files, said: said.update(receipts=["../keys"]),
        lambda files, said: said.update(approvals=["../../x"]),
        lambda files, said: said.update(headers=["other"]),
        lambda files, said: said.update(forgotten={"answer-sent": -1}),
        lambda files, said: said.update(forgotten={"nothing": 1}),
        lambda files, said: said.update(directories={"x": []}),
        lambda files, said: said.update(directories={"1": "x"}),
        lambda files, said: said.update(directories={"1": ["00"]}),
    ],
)
def test_anything_else_is_no_bundle(exchanged, bundle, tmp_path, change):
    path = tmp_path / "a.uruk"
    write_bundle(path, bundle)
    files = list(entries(path).items())
    contents = json.loads(dict(files)["bundle.json"])
    change(files, contents)
    files = [one for one in files if one[0] != "bundle.json"] + [("bundle.json", bundles.canonical(contents))]
    rewritten(path, files)
    with pytest.raises(CodedError) as refused:
        read_bundle(path)
    assert refused.value.code == "exchange.bundle_malformed"


def test_a_changed_part_of_the_directory_is_refused(exchanged, bundle, tmp_path):
    path = tmp_path / "a.uruk"
    write_bundle(path, bundle)
    files = entries(path)
    for name in [one for one in files if one.startswith("directory/")]:
        rewritten(path, (files | {name: files[name].replace(b"a", b"b", 1)}).items())
        with pytest.raises(CodedError):
            read_bundle(path)


def test_a_torn_file_or_one_with_too_many_entries_is_no_bundle(exchanged, bundle, tmp_path, monkeypatch):
    path = tmp_path / "a.uruk"
    write_bundle(path, bundle)
    data = path.read_bytes()
    for torn in (data[: len(data) // 2], b"", data.replace(b"receipts", b"receipt!", 1)):
        path.write_bytes(torn)
        with pytest.raises(CodedError):
            read_bundle(path)
    path.write_bytes(data)
    monkeypatch.setattr(bundles, "MAX_ENTRIES", 3)
    with pytest.raises(CodedError):
        read_bundle(path)
    monkeypatch.undo()
    monkeypatch.setattr(bundles, "MAX_BODY_BYTES", len(ANSWER_BODY) - 1)
    with pytest.raises(CodedError):
        read_bundle(path)


def test_both_parties_on_one_operators_machines_need_an_outside_witness(tmp_path):
    found = Exchanged(tmp_path)
    for code in ("north", "south"):
        found.country.nodes[code].operator = "the data centre"
    found.country.publish()
    bare = gather(found.request, found.sources("south"), bodies=False)
    told = [one for one in judged(found, bare).remarks if one.code == "exchange.bundle_one_operator"]
    assert [one.values for one in told] == [{"operator": "the data centre"}]
    found.witness()
    seen = judged(found, gather(found.request, found.sources("south", found.improve("south"), ask=True), bodies=False))
    assert {one.operators for one in seen.receipts.values()} == {("operator of hub",)}
    assert "exchange.bundle_one_operator" not in [one.code for one in seen.remarks]
    found.close()
