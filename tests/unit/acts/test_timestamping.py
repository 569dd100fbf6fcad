"""Timestamps follow the acts: they make receipts stronger, and nothing waits for them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from uruk.acts import timestamping
from uruk.acts.api import (
    Deed,
    directory,
    node_settings,
    perform,
    publish_directory,
    receipt_of,
    timestamp_checkpoints,
    timestamp_delays,
    timestamper,
    timestamper_certificates,
)
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, rfc3339
from uruk.trust.api import (
    DemonstrationTimestamper,
    NoteKey,
    Receipt,
    check_log,
    checkpoint_digest,
    newest_stamp,
    parse_statement,
    verify_receipt,
    verify_timestamp,
)
from uruk.trust.log.check_stamps import check_stamps


def act(institution: str) -> Receipt:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def again(receipt: Receipt) -> Receipt:
    found = receipt_of(parse_statement(receipt.statement).act)
    assert found is not None
    return found


def flipped(data: bytes, place: int) -> bytes:
    """The data with one bit of the byte at this place flipped, another bit at each place."""
    damaged = bytearray(data)
    damaged[place] ^= 1 << place % 8
    return bytes(damaged)


class Down:
    """A timestamping service that does not answer."""

    def stamp(self, digest: bytes) -> bytes:
        raise CodedError("trust.timestamp_unreachable", url="http://tsa.example/")


def test_a_receipt_becomes_timestamped_as_soon_as_its_log_is(institution: str, clock: FixedClock, log: Any) -> None:
    receipt = act(institution)
    assert receipt.grade == "signed"
    log.settle()
    clock.advance(timedelta(minutes=1))
    assert timestamp_checkpoints() == 1
    found = verify_receipt(again(receipt), directory(), author=institution, at=clock.now())
    assert (found.grade, found.proved_at) == ("timestamped", clock.now())
    assert again(receipt).statement == receipt.statement


def test_an_entry_is_proved_by_the_first_timestamp_after_it(institution: str, clock: FixedClock, log: Any) -> None:
    times = []
    receipts = []
    for _ in range(3):
        receipts.append(act(institution))
        log.settle()
        clock.advance(timedelta(minutes=1))
        times.append(clock.now())
        timestamp_checkpoints()
    proved = [verify_receipt(again(receipt), directory()).proved_at for receipt in receipts]
    assert proved == times


def test_nothing_new_means_no_new_timestamp(institution: str, log: Any) -> None:
    act(institution)
    log.settle()
    assert [timestamp_checkpoints(), timestamp_checkpoints()] == [1, 0]


def test_the_timestamp_lies_beside_the_log_for_everybody(institution: str, log: Any, node: Settings) -> None:
    receipt = act(institution)
    log.settle()
    timestamp_checkpoints()
    stamped = newest_stamp(node.data / "public" / "log", receipt.origin)
    assert stamped is not None and stamped.checkpoint.size == 1
    verify_timestamp(stamped.token, checkpoint_digest(stamped.checkpoint), directory().timestampers)


def test_a_flipped_bit_of_a_timestamped_checkpoint_is_found(institution: str, log: Any, node: Settings) -> None:
    receipt = act(institution)
    log.settle()
    timestamp_checkpoints()
    publish_directory()
    assert check_log(node.data / "trust", node.data / "public" / "log") == []
    folder = node.data / "public" / "log" / receipt.origin
    listed = directory().timestampers
    key = NoteKey.parse(directory().institution(institution).logs[0].key)
    for path in sorted((folder / "timestamp").iterdir()):
        whole = path.read_bytes()
        for place in range(len(whole)):
            path.write_bytes(flipped(whole, place))
            assert list(check_stamps(folder, key, 1, listed)), f"{path.name} byte {place}"
        path.write_bytes(whole)


def test_a_checkpoint_of_another_size_or_log_is_no_timestamped_one(institution: str, log: Any, node: Settings) -> None:
    receipt = act(institution)
    log.settle()
    timestamp_checkpoints()
    folder = node.data / "public" / "log" / receipt.origin
    key = NoteKey.parse(directory().institution(institution).logs[0].key)
    (stranger,) = check_stamps(folder, key, 0, directory().timestampers)
    assert stranger.code == "trust.check_checkpoint"
    (folder / "timestamp" / "1.checkpoint").unlink()
    (missing,) = check_stamps(folder, key, 1, directory().timestampers)
    assert missing.code == "trust.check_bits"


def test_a_changed_bit_in_any_byte_of_the_timestamp_spoils_the_receipt(institution: str, log: Any) -> None:
    receipt = act(institution)
    log.settle()
    timestamp_checkpoints()
    good, listed = again(receipt), directory()
    assert good.timestamp is not None
    for place in range(len(good.timestamp)):
        damaged = flipped(good.timestamp, place)
        with pytest.raises(CodedError) as refused:
            verify_receipt(Receipt(good.statement, good.salt, good.proof, damaged), listed)
        assert refused.value.code == "trust.receipt_timestamp"


def test_when_the_service_is_down_acts_go_on_and_the_delay_is_told(
    institution: str, clock: FixedClock, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(institution)
    log.settle()
    timestamp_checkpoints()
    monkeypatch.setattr(timestamping, "timestamper", Down)
    clock.advance(timedelta(hours=1))
    receipt = act(institution)
    since = clock.now()
    clock.advance(timedelta(minutes=11))
    act(institution)
    log.settle()
    with pytest.raises(CodedError) as down:
        timestamp_checkpoints()
    assert down.value.code == "trust.timestamp_unreachable"
    (delay,) = timestamp_delays()
    assert (delay.origin, delay.entries, delay.since) == (receipt.origin, 2, since)
    assert delay.delay(clock.now()) == timedelta(minutes=11)
    monkeypatch.undo()
    assert timestamp_checkpoints() == 1 and timestamp_delays() == ()


def test_a_log_that_was_never_timestamped_waits_since_its_first_act(institution: str, clock: FixedClock) -> None:
    assert timestamp_delays() == ()
    act(institution)
    clock.advance(timedelta(minutes=3))
    (delay,) = timestamp_delays()
    assert delay.last is None and delay.delay(clock.now()) == timedelta(minutes=3)


def test_a_timestamp_by_an_authority_that_keys_json_does_not_list_is_not_kept(
    institution: str, log: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = act(institution)
    log.settle()
    monkeypatch.setattr(timestamping, "timestamper_certificates", lambda: ())
    with pytest.raises(CodedError) as refused:
        timestamp_checkpoints()
    assert refused.value.code == "trust.timestamp_untrusted"
    assert again(receipt).grade == "signed"


def test_damaged_tiles_cost_the_timestamp_but_never_the_receipt(institution: str, log: Any, node: Settings) -> None:
    receipts = [act(institution) for _ in range(3)]
    log.settle()
    timestamp_checkpoints()
    for path in (node.data / "public" / "log" / receipts[0].origin / "tile" / "0").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    assert again(receipts[0]) == receipts[0]


def test_without_a_service_in_production_there_is_no_timestamper(
    institution: str, settings: Any, node: Settings
) -> None:
    from dataclasses import replace

    settings.URUK = replace(node_settings(), mode="production")
    assert timestamper() is None and timestamp_checkpoints() == 0
    settings.URUK = replace(node_settings(), tsa_url="http://127.0.0.1:9/")
    with pytest.raises(CodedError) as down:
        assert timestamper().stamp(bytes(32))
    assert down.value.code == "trust.timestamp_unreachable"


def test_certificates_of_authorities_are_read_in_either_form_from_their_folder(
    institution: str, node: Settings, clock: FixedClock
) -> None:
    import ssl

    authority = timestamper()
    assert isinstance(authority, DemonstrationTimestamper)
    folder = node.data / "timestampers"
    folder.mkdir()
    der = authority.certificate
    (folder / "a.der").write_bytes(der)
    (folder / "b.pem").write_text(ssl.DER_cert_to_PEM_cert(der))
    (folder / "c.pem").write_text("-----BEGIN nothing")
    assert timestamper_certificates() == (der, der, der)


def test_the_folder_of_the_log_holds_only_what_anybody_may_fetch(institution: str, log: Any, node: Settings) -> None:
    receipt = act(institution)
    log.settle()
    timestamp_checkpoints()
    folder: Path = node.data / "public" / "log" / receipt.origin / "timestamp"
    assert sorted(path.name for path in folder.iterdir()) == ["1.checkpoint", "1.tsr"]
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o644"}
    assert rfc3339(directory().published)
