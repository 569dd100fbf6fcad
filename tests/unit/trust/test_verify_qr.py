from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.trust.world import HOST, NAMES, NOW, TODAY, World, payload

from uruk.kernel.api import CodedError, isolate
from uruk.trust import base32, cbor
from uruk.trust.cose import parse_sign1, sign1
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.qr import QrPayload
from uruk.trust.verify import read_status_lists, verify_cose, verify_qr

WORLD = World.make()
LISTS = WORLD.lists()
GOOD = WORLD.qr(id=bytes(16))


def verdict_of(text, world=WORLD, lists=LISTS, at=NOW, **more):
    return verify_qr(text, world.directory, lists, at, **more)


def sealed(value: dict, signer=WORLD.seal) -> str:
    return f"{HOST}#{base32.encode(sign1(cbor.encode(value), signer))}"


def test_a_genuine_code_names_the_institution_and_asks_to_compare():
    verdict = verdict_of(GOOD.url)
    assert (verdict.exit, verdict.code) == (0, "trust.issued")
    assert verdict.institution == NAMES
    fee = isolate("5,000 IQD")
    assert [field.text("en") for field in verdict.fields] == ["زينب كاظم جبار", "19 May 1997", "2", "yes", fee, "good"]
    assert "Compare" in verdict.sentence("en")
    assert "قارن" in verdict.sentence("ar")
    assert "بەراورد" in verdict.sentence("ckb")
    assert verdict.status == "valid"
    assert verdict.grade == "sealed"


def test_no_answer_says_valid_and_nothing_more():
    for code in ("issued", "issued_original"):
        sentence = verdict_of(GOOD.url).with_answer(0, code).sentence("en").lower()
        assert "valid" not in sentence


def test_the_fragment_alone_verifies_too():
    assert verdict_of(base32.encode(GOOD.cose)).exit == 0
    assert verdict_of(base32.encode(GOOD.cose).lower()).exit == 0
    assert verdict_of(f"  {GOOD.url}\n").exit == 0


def test_the_code_of_a_sealed_letter_says_that_its_text_is_not_checked():
    verdict = verdict_of(WORLD.qr(original=b"\x05" * 32).url)
    assert (verdict.exit, verdict.code) == (0, "trust.issued_original")
    assert "upload the file" in verdict.sentence("en")
    assert verdict.original == b"\x05" * 32


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 8 * len(GOOD.cose) - 1))
def test_any_bit_flipped_is_refused(position):
    changed = bytearray(GOOD.cose)
    changed[position // 8] ^= 1 << position % 8
    assert verdict_of(f"{HOST}#{base32.encode(bytes(changed))}").exit != 0


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD.url) - 1), st.characters(codec="utf-8"))
def test_any_character_changed_is_refused(position, character):
    text = GOOD.url[:position] + character + GOOD.url[position + 1 :]
    if text.lower().strip() != GOOD.url.lower():
        assert verdict_of(text).exit != 0


@pytest.mark.parametrize("length", range(1, len(GOOD.url)))
def test_a_code_cut_at_any_length_says_it_was_cut_short(length):
    verdict = verdict_of(GOOD.url[:length])
    assert (verdict.exit, verdict.code) == (2, "trust.qr_cut_short")


def test_a_changed_payload_is_told_as_changed():
    middle = len(GOOD.cose) // 2
    changed = GOOD.cose[:middle] + bytes([GOOD.cose[middle] ^ 1]) + GOOD.cose[middle + 1 :]
    verdict = verdict_of(f"{HOST}#{base32.encode(changed)}")
    assert (verdict.exit, verdict.code) == (1, "trust.qr_changed")


def test_a_code_sealed_with_another_key_is_refused():
    verdict = verdict_of(WORLD.qr(signer=MemorySigner.generate("p256")).url)
    assert (verdict.exit, verdict.code) == (1, "trust.qr_other_key")


def test_a_stolen_key_id_does_not_help_another_key():
    other = MemorySigner.generate("p256")
    other.__dict__["key_id"] = WORLD.seal.key_id
    verdict = verdict_of(WORLD.qr(signer=other).url)
    assert (verdict.exit, verdict.code) == (1, "trust.qr_changed")


def test_an_unknown_key_on_a_newer_document_may_be_a_renewed_one():
    verdict = verdict_of(WORLD.qr(signer=MemorySigner.generate("p256"), issued=TODAY).url)
    assert (verdict.exit, verdict.code) == (2, "trust.keys_older")


def test_an_institution_we_do_not_list_cannot_be_judged():
    verdict = verdict_of(WORLD.qr(signer=MemorySigner.generate("p256"), institution="elsewhere").url)
    assert (verdict.exit, verdict.code) == (2, "trust.issuer_unlisted")


def test_an_institution_cannot_seal_in_the_name_of_another():
    verdict = verdict_of(WORLD.qr(institution="elsewhere").url)
    assert (verdict.exit, verdict.code) == (1, "trust.qr_other_key")


@pytest.mark.parametrize("key", [10, 63, -1])
def test_an_unknown_critical_claim_means_a_newer_version(key):
    verdict = verdict_of(sealed(cbor.decode(payload().to_bytes()) | {key: 1}))
    assert (verdict.exit, verdict.code) == (2, "trust.qr_newer")


def test_an_unknown_claim_that_may_be_ignored_is_ignored():
    assert verdict_of(sealed(cbor.decode(payload().to_bytes()) | {64: "more"})).exit == 0


@pytest.mark.parametrize("version", [2, 0, True, "1", None])
def test_another_version_of_the_payload_is_newer(version):
    verdict = verdict_of(sealed(cbor.decode(payload().to_bytes()) | {0: version}))
    assert verdict.code == "trust.qr_newer"


def test_a_critical_header_we_do_not_know_means_a_newer_version():
    protected = cbor.encode({1: -7, 2: [99], 4: WORLD.seal.key_id, 99: 1})
    body = payload().to_bytes()
    signature = WORLD.seal.sign(cbor.encode(["Signature1", protected, b"", body]))
    verdict = verify_cose(b"\xd2" + cbor.encode([protected, {}, body, signature]), WORLD.directory, LISTS, NOW)
    assert (verdict.exit, verdict.code) == (2, "trust.cose_critical")


@pytest.mark.parametrize(
    "host", ["https://verify.example.evil.test/", "http://verify.example/", "javascript:alert(1)//"]
)
def test_a_genuine_summary_that_opens_a_foreign_page_is_refused(host):
    verdict = verdict_of(f"{host}#{base32.encode(GOOD.cose)}")
    assert (verdict.exit, verdict.code) == (1, "trust.qr_foreign_host")
    assert verdict.values["host"] == host
    assert verdict.fields


@pytest.mark.parametrize(
    "text", ["", "hello world", "https://verify.example/other?x=1", "BEGIN:VCARD\nN:x", "http://x/#" + "A" * 2000]
)
def test_any_other_text_is_not_ours(text):
    verdict = verdict_of(text)
    assert (verdict.exit, verdict.code) == (2, "trust.qr_not_ours")


@pytest.mark.parametrize("status", ["revoked", "replaced"])
def test_a_document_on_the_status_list_is_refused(status):
    verdict = verdict_of(GOOD.url, lists=WORLD.lists({77: status}))
    assert (verdict.exit, verdict.code, verdict.status) == (1, f"trust.document_{status}", status)


def test_a_revocation_known_once_still_refuses_when_the_list_is_old():
    old = WORLD.lists({77: "revoked"}, issued=NOW - timedelta(days=30))
    assert verdict_of(GOOD.url, lists=old).code == "trust.document_revoked"


def test_an_old_list_says_up_to_when_revocations_are_known():
    verdict = verdict_of(GOOD.url, lists=WORLD.lists(issued=NOW - timedelta(days=7)))
    assert (verdict.exit, verdict.code) == (2, "trust.status_stale")
    assert "16 November 2026" in verdict.sentence("en")


def test_without_the_list_it_cannot_be_told():
    verdict = verdict_of(GOOD.url, lists=())
    assert (verdict.exit, verdict.code) == (2, "trust.status_missing")
    assert verdict.fields


def test_the_newest_of_several_lists_counts():
    lists = WORLD.lists(issued=NOW - timedelta(days=2)) + WORLD.lists({77: "revoked"})
    assert verdict_of(GOOD.url, lists=lists).exit == 1
    assert verdict_of(GOOD.url, lists=lists[::-1]).exit == 1


def test_an_index_outside_the_list_cannot_be_told():
    verdict = verdict_of(WORLD.qr(index=5000).url)
    assert (verdict.exit, verdict.code) == (2, "trust.status_missing")


def test_the_list_of_another_year_does_not_help():
    assert verdict_of(WORLD.qr(list_year=2025).url).code == "trust.status_missing"


def test_a_list_that_does_not_verify_is_as_good_as_missing():
    tokens = [WORLD.status_token(signer=MemorySigner.generate("p256")), b"rubbish", WORLD.status_token()]
    assert len(read_status_lists(tokens, WORLD.directory)) == 1


def test_a_document_counts_until_the_end_of_its_last_day():
    code = WORLD.qr(expires=TODAY)
    assert verdict_of(code.url).exit == 0
    midnight = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    verdict = verdict_of(code.url, at=midnight)
    assert (verdict.exit, verdict.code) == (1, "trust.document_expired")


def test_old_keys_cannot_tell():
    old = WORLD.changed(published=NOW - timedelta(days=9))
    verdict = verdict_of(GOOD.url, world=old)
    assert (verdict.exit, verdict.code) == (2, "trust.keys_stale")


@pytest.mark.parametrize("at", [NOW - timedelta(days=2), datetime(2000, 1, 1, tzinfo=UTC)])
def test_a_clock_set_back_is_told(at):
    verdict = verdict_of(GOOD.url, at=at)
    assert (verdict.exit, verdict.code) == (2, "trust.clock_wrong")


def test_a_document_dated_in_the_future_cannot_be_told():
    assert verdict_of(WORLD.qr(issued=TODAY + timedelta(days=2)).url).code == "trust.clock_wrong"
    assert verdict_of(WORLD.qr(issued=date.max).url).exit == 2


def test_a_type_the_keys_do_not_know_cannot_be_told_but_is_shown():
    verdict = verdict_of(WORLD.qr(type=9).url)
    assert (verdict.exit, verdict.code) == (2, "trust.type_unlisted")
    assert verdict.fields[0].label.get("en") == "Field 1"


def test_a_key_renewed_before_still_proves_older_documents():
    world = World.make(retired_at=NOW - timedelta(days=1))
    lists = world.lists(issued=NOW - timedelta(days=2))
    assert verdict_of(world.qr().url, world, lists).exit == 0
    verdict = verdict_of(world.qr(issued=TODAY).url, world, lists)
    assert (verdict.exit, verdict.code) == (1, "trust.seal_retired")


def test_a_key_proves_nothing_before_it_began():
    world = World.make(start=NOW - timedelta(days=1))
    verdict = verdict_of(world.qr(issued=TODAY - timedelta(days=2)).url, world, world.lists())
    assert (verdict.exit, verdict.code) == (1, "trust.seal_not_yet")


def test_after_a_compromise_only_what_is_proved_to_be_older_counts():
    world = World.make(compromised_since=NOW - timedelta(days=1))
    code = world.qr().url
    verdict = verdict_of(code, world, ())
    assert (verdict.exit, verdict.code) == (1, "trust.seal_compromised")
    assert verdict_of(code, world, (), proved_at=NOW - timedelta(hours=23)).code == "trust.seal_compromised"
    proved = verdict_of(code, world, LISTS, proved_at=NOW - timedelta(days=2))
    assert proved.code != "trust.seal_compromised"
    assert proved.grade == "timestamped"


def test_lists_signed_with_a_compromised_key_do_not_count():
    world = World.make(compromised_since=NOW)
    assert read_status_lists([world.status_token()], world.directory) == ()


def test_a_demonstration_says_so_in_every_verdict():
    verdict = verdict_of(GOOD.url, world=WORLD.changed(demonstration=True))
    assert verdict.demonstration
    assert "trust.demonstration" in [remark.code for remark in verdict.warnings]
    assert all("demonstration" in remark.sentence("en") for remark in verdict.warnings[:1])


def test_the_time_is_the_institutions_word_until_it_is_proved():
    codes = [remark.code for remark in verdict_of(GOOD.url).warnings]
    assert codes == ["trust.time_by_institution"]
    proved = verdict_of(GOOD.url, proved_at=NOW)
    assert proved.warnings == ()


def test_a_shortened_field_is_marked():
    verdict = verdict_of(WORLD.qr(fields={1: "ا" * 400, 3: 1}).url)
    assert verdict.exit == 0
    assert [field.shortened for field in verdict.fields] == [True, False]
    assert "trust.fields_shortened" in [remark.code for remark in verdict.warnings]


def test_a_verdict_as_json_holds_the_sentence_and_no_more_than_the_paper():
    found = verdict_of(GOOD.url).to_map("en")
    assert found["exit"] == 0
    assert found["sentence"].startswith("Ministry of Interior issued")
    assert {field["name"] for field in found["fields"]} == {"name", "born", "children", "married", "fee", "grade"}
    refused = verdict_of("hello world").to_map("ar")
    assert refused["institution_name"] is None


def test_a_date_beyond_the_calendar_is_shown_as_it_stands():
    verdict = verdict_of(WORLD.qr(fields={2: 10**12}).url)
    assert verdict.fields[0].text("en") == str(10**12)


@pytest.mark.parametrize(
    ("key", "value"),
    [(1, 5), (1, None), (2, "1"), (2, True), (2, -1), (3, bytes(15)), (3, "x"), (4, -1), (4, 10**9), (4, "day"),
     (5, None), (5, "x"), (6, 5), (6, [2026]), (6, [2026, -1]), (7, None), (7, {"a": 1}), (7, {1: b"x"}),
     (7, {1: None}), (7, {-1: 1}), (8, None), (8, bytes(31)), (9, 5), (9, ["x"])],
)  # fmt: skip
def test_a_sealed_summary_of_another_shape_is_refused(key, value):
    summary = cbor.decode(payload().to_bytes()) | {key: value}
    with pytest.raises(CodedError) as caught:
        QrPayload.from_bytes(cbor.encode(summary))
    assert caught.value.code == "trust.qr_shape"
    assert verdict_of(sealed(summary)).exit == 1


@pytest.mark.parametrize("value", [[], {"a": 1}, 5])
def test_a_summary_that_is_no_map_of_numbers_is_refused(value):
    with pytest.raises(CodedError) as caught:
        QrPayload.from_bytes(cbor.encode(value))
    assert caught.value.code == "trust.qr_shape"


def test_the_envelope_has_one_form():
    envelope = parse_sign1(GOOD.cose)
    assert envelope.key_id == WORLD.seal.key_id
    assert envelope.verifies(WORLD.seal.spki)
