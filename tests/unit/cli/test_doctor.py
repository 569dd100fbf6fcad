"""The doctor: what is well, what is worth knowing, and what needs a person."""

import errno
import json
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.documents.conftest import Office
from uruk.acts import renewal, succession, timestamping
from uruk.acts.api import (
    Deed,
    enqueue,
    job,
    perform,
    publish_directory,
    renew_key,
    run_due_jobs,
    timestamp_checkpoints,
)
from uruk.acts.models import InstitutionKey
from uruk.cli import disk, examination
from uruk.cli import examination_of_tables as tables
from uruk.cli.doctor import examine
from uruk.cli.examination import Finding, Patient
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.trust.api import Break

Run = Callable[..., Result]
Usage = namedtuple("Usage", "total used free")
GIB = 1 << 30


@pytest.fixture
def patient(node: Settings, clock: FixedClock) -> Patient:
    return Patient(node, {}, clock.now())


def codes(findings: Iterator[Finding]) -> dict[str, str]:
    """State by code."""
    return {finding.code: finding.state for finding in findings}


def act(institution: str) -> None:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    perform(Actor.system(institution), deed)


def test_a_healthy_node_needs_nobody(
    office: Office, served: None, patient: Patient, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.settle()
    timestamp_checkpoints()
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: Usage(100 * GIB, 20 * GIB, 80 * GIB))
    findings = list(examine(patient))
    assert [finding.code for finding in findings if finding.state == "person"] == []
    expected = {"cli.mode_demonstration", "cli.database_well", "cli.keys_in_place", "cli.jobs_done", "cli.stamps_well"}
    assert expected <= {finding.code for finding in findings}
    assert {finding.part for finding in findings} == {
        "settings", "disk", "folder", "log", "public files", "database", "keys", "logs", "acts", "jobs", "notices",
        "timestamps", "clock",
    }  # fmt: skip


def test_each_finding_is_a_line_in_the_readers_language(office: Office, served: None, run: Run) -> None:
    told = run("doctor", "--language", "ar")
    assert "هذا خادم للعرض" in told.stdout
    assert all(line[0] in "✓·✗" for line in told.stdout.splitlines())


def test_programs_read_one_object_a_line(office: Office, served: None, run: Run) -> None:
    found = [json.loads(line) for line in run("doctor", "--json").stdout.splitlines()]
    assert all(set(each) == {"part", "state", "code", "sentence"} for each in found)


def test_what_needs_a_person_is_the_exit_code(db: None, node: Settings, run: Run) -> None:
    told = run("doctor")
    assert told.exit_code == 1 and isinstance(told.exception, SystemExit)
    assert "The log writer does not answer" in told.stdout


def test_a_misspelt_setting_is_named(patient: Patient) -> None:
    findings = list(examination.examine_settings(replace(patient, environ={"URUK_DATTA": "/x", "URUK_DATA": "/y"})))
    assert (findings[0].code, findings[0].values) == ("cli.setting_unknown", {"name": "URUK_DATTA"})
    assert "cli.settings_well" not in codes(iter(findings))


def test_a_node_in_production_needs_a_passphrase_and_an_encrypted_address(patient: Patient) -> None:
    bare = replace(patient.settings, mode="production", key_passphrase="", public_url="http://verify.example/")
    found = codes(examination.examine_settings(replace(patient, settings=bare)))
    assert found == {"cli.settings_well": "well", "cli.passphrase_unset": "person", "cli.public_url_plain": "person"}


@pytest.mark.parametrize(
    ("free", "code", "state"),
    [(4, "cli.disk_no_acts", "person"), (9, "cli.disk_no_bodies", "person"), (80, "cli.disk_left", "well")],
)
def test_the_disk_is_told_by_its_floors(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, free: int, code: str, state: str
) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: Usage(100 * GIB, (100 - free) * GIB, free * GIB))
    (found,) = examination.examine_disk(patient)
    assert (found.code, found.state, found.values["percent"]) == (code, state, free)


def test_a_disk_that_lasts_less_than_a_month_needs_a_person(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: Usage(100 * GIB, 80 * GIB, 20 * GIB))
    monkeypatch.setattr(disk, "_bytes_in", lambda _: GIB)
    (found,) = examination.examine_disk(patient)
    assert (found.code, found.state, found.values["days"]) == ("cli.disk_left", "person", 15)


def test_days_are_counted_at_the_pace_at_which_the_folder_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: Usage(100 * GIB, 0, 25 * GIB))
    monkeypatch.setattr(disk, "_bytes_in", lambda _: 10 * GIB)
    assert disk.measure(tmp_path, 100 * 24 * 3600).days_left == 200


def test_the_space_of_files_is_counted_as_the_disk_counts_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(bytes(100_000))
    assert 100_000 <= disk._bytes_in(tmp_path) <= 200_000


def test_a_data_folder_that_is_missing_is_a_finding(db: None, patient: Patient, tmp_path: Path) -> None:
    nowhere = replace(patient, settings=replace(patient.settings, data=tmp_path / "nowhere"))
    assert codes(examine(nowhere))["cli.data_missing"] == "person"


def test_a_folder_that_others_can_read_needs_a_person_in_production(patient: Patient) -> None:
    serious = replace(patient, settings=replace(patient.settings, mode="production"))
    patient.data.chmod(0o755)
    assert codes(examination.examine_folder(serious)) == {"cli.folder_open": "person"}
    assert codes(examination.examine_folder(patient)) == {"cli.folder_open": "note"}
    patient.data.chmod(0o700)
    assert codes(examination.examine_folder(serious)) == {"cli.folder_closed": "well"}


def test_a_log_that_does_not_answer_needs_a_person(patient: Patient) -> None:
    assert codes(examination.examine_log(patient)) == {"cli.log_silent": "person"}


def test_a_log_that_answers_is_well(institution: str, served: None, patient: Patient) -> None:
    act(institution)
    (found,) = examination.examine_log(patient)
    assert (found.code, found.values) == ("cli.log_answers", {"count": 1})


def test_a_log_that_answers_but_cannot_settle_needs_a_person(
    institution: str, log: Any, served: None, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    act(institution)
    monkeypatch.setattr(log._settler, "settle", full)
    log.settle_again()
    answers, late = examination.examine_log(patient)
    assert answers.code == "cli.log_answers"
    assert (late.code, late.state) == ("trust.log_unsettled", "person")
    assert late.values == {"reason": "No space left on device"}
    monkeypatch.undo()
    log.settle_again()


@pytest.mark.parametrize(
    ("known", "code", "values"),
    [
        (5, "cli.doctor_lost", {"origin": "o", "count": 2, "size": 3}),
        (None, "cli.doctor_lost_unknown", {"origin": "o", "size": 3}),
    ],
)
def test_what_was_lost_of_a_log_is_told(known: int | None, code: str, values: dict[str, object]) -> None:
    found = examination._broken(Break("o", "behind", 3, bytes(32), known, bytes(32)))
    assert (found.code, found.state, found.values) == (code, "note", values)


def test_status_lists_that_end_or_are_missing_need_a_person(office: Office, patient: Patient) -> None:
    def found(days: int) -> dict[str, str]:
        return codes(examination.examine_public_files(replace(patient, at=patient.at + timedelta(days=days))))

    assert found(1) == {"cli.keys_fresh": "well", "cli.list_good": "well"}
    assert found(7) == {"cli.keys_late": "person", "cli.list_ends": "person"}
    (patient.data / "public" / "status" / "interior" / "2026").unlink()
    assert found(0) == {"cli.keys_fresh": "well", "cli.list_missing": "person"}


def test_tables_of_an_earlier_version_need_a_start(
    institution: str, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables.MigrationExecutor, "migration_plan", lambda *_: ["one", "another"])
    (found,) = tables.examine_database(patient)
    assert (found.code, found.values) == ("cli.database_old", {"count": 2})


def test_a_database_that_does_not_answer_ends_the_examination_of_tables(
    institution: str, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise tables.Error

    monkeypatch.setattr(tables, "MigrationExecutor", refuse)
    found = codes(examine(patient))
    assert found["cli.database_silent"] == "person"
    assert "cli.acts_complete" not in found


def test_a_key_whose_private_half_is_gone_needs_a_person(institution: str, patient: Patient) -> None:
    publish_directory()
    next((patient.data / "keys" / "interior" / "seal").iterdir()).unlink()
    found = list(tables.examine_keys(patient))
    assert [(each.code, each.values) for each in found if each.state == "person"] == [
        ("cli.key_missing", {"name": "interior/seal/1"})
    ]


def test_an_identity_key_in_the_safe_is_as_it_should_be(institution: str, patient: Patient) -> None:
    publish_directory()
    next((patient.data / "keys" / "interior" / "identity").iterdir()).unlink()
    found = codes(tables.examine_keys(patient))
    assert found["cli.identity_away"] == "note" and "person" not in found.values()


def test_keys_that_the_module_cannot_hold_are_named_as_files(institution: str, patient: Patient) -> None:
    publish_directory()
    with_module = replace(patient, settings=replace(patient.settings, pkcs11_module=Path("/module.so")))
    found = list(tables.examine_keys(with_module))
    names = [each.values["name"] for each in found if each.code == "cli.key_is_a_file"]
    assert "interior/log/1" in names


def test_in_production_the_identity_keys_place_is_elsewhere(institution: str, patient: Patient) -> None:
    publish_directory()
    serious = replace(patient, settings=replace(patient.settings, mode="production"))
    assert codes(tables.examine_keys(serious))["cli.identity_on_node"] == "note"


def test_a_log_whose_year_is_long_over_needs_a_person(
    institution: str, served: None, patient: Patient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(institution)
    year = datetime(2027, 1, 1, tzinfo=UTC)
    told = {
        days: codes(tables.examine_terms(replace(patient, at=year + timedelta(days=days)))) for days in (-30, -9, 3, 8)
    }
    assert told[-30] == {"cli.logs_in_term": "well"}
    assert told[-9] == told[3] == {"cli.log_ending": "note", "cli.logs_in_term": "well"}
    assert told[8] == {"cli.log_overdue": "person"}


def test_a_next_key_that_waits_is_told_and_whether_others_have_heard_of_it(
    institution: str, served: None, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(institution)
    for room in (succession, renewal):
        monkeypatch.setattr(room, "has_peers", lambda: True)
    renew_key(Actor.system(institution), institution, "log")
    assert codes(tables.examine_terms(patient)) == {"cli.log_key_unheard": "note", "cli.logs_in_term": "well"}
    InstitutionKey.objects.filter(name="interior/log/2").update(heard_since=patient.at)
    (found, _) = tables.examine_terms(patient)
    assert (found.code, found.values["name"]) == ("cli.log_key_waits", "interior/log/2")


def test_acts_that_stay_pending_need_a_person(
    institution: str, patient: Patient, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CodedError("trust.log_unavailable")

    monkeypatch.setattr(log, "append", refuse)
    with pytest.raises(CodedError):
        act(institution)
    assert codes(tables.examine_acts(patient))["cli.acts_complete"] == "well"
    later = replace(patient, at=patient.at + timedelta(minutes=3))
    assert codes(tables.examine_acts(later))["cli.acts_pending"] == "person"


def test_jobs_that_were_given_up_are_named(institution: str, patient: Patient, clock: FixedClock) -> None:
    @job("test.fails")
    def fail(payload: dict[str, Any]) -> None:
        raise CodedError("trust.timestamp_refused")

    enqueue("test.fails", {})
    for _ in range(12):
        run_due_jobs()
        clock.advance(timedelta(hours=2))
    found = [each for each in tables.examine_acts(patient) if each.part == "jobs"]
    assert found[0].code == "cli.jobs_failed"
    assert found[0].values == {"count": 1, "names": "test.fails (trust.timestamp_refused)"}


def test_late_timestamps_are_told_in_minutes(institution: str, served: None, patient: Patient) -> None:
    act(institution)
    soon, late = (replace(patient, at=patient.at + timedelta(minutes=minutes)) for minutes in (9, 12))
    assert codes(tables.examine_timestamps(soon)) == {"cli.stamps_well": "well"}
    (found,) = tables.examine_timestamps(late)
    assert (found.code, found.values) == ("cli.stamps_late", {"minutes": 12})


def test_without_a_timestamping_authority_somebody_must_choose_one(
    institution: str, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "timestamper", lambda: None)
    assert codes(tables.examine_timestamps(patient)) == {"cli.timestamps_unset": "person"}


def test_the_clock_is_compared_with_the_authoritys(
    institution: str, patient: Patient, log: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(institution)
    assert codes(tables.examine_clock(patient)) == {"cli.clock_unknown": "note"}
    log.settle()
    timestamp_checkpoints()
    assert codes(tables.examine_clock(patient)) == {"cli.clock_well": "well"}
    ahead = FixedClock(clock.now() + timedelta(seconds=90))
    monkeypatch.setattr(timestamping, "clock", lambda: ahead)
    act(institution)
    log.settle()
    authority = timestamping.timestamper()
    monkeypatch.setattr(authority, "_clock", clock)
    monkeypatch.setattr(timestamping, "timestamper", lambda: authority)
    timestamp_checkpoints()
    (found,) = tables.examine_clock(patient)
    assert (found.code, found.values) == ("cli.clock_off", {"seconds": 90})


def test_a_clock_behind_the_newest_act_needs_a_person(institution: str, patient: Patient) -> None:
    act(institution)
    before = replace(patient, at=patient.at - timedelta(hours=1))
    assert codes(tables.examine_clock(before))["cli.clock_behind"] == "person"


def test_the_patient_is_examined_now(node: Settings) -> None:
    assert abs(datetime.now(UTC) - Patient.of(node, {}).at) < timedelta(hours=1)


def test_channels_of_notices_are_said_to_be_set_up_or_not_or_wrongly(
    transactional_db: None, patient: Patient, settings: Any
) -> None:
    quiet = replace(settings.URUK, mode="production")
    settings.URUK = quiet
    assert codes(tables.examine_channels(patient)) == {"cli.channels_none": "note"}
    settings.URUK = replace(quiet, mail_url="smtps://mail.example", mail_from="town@example.com")
    assert codes(tables.examine_channels(patient)) == {"cli.channels_well": "well"}
    settings.URUK = replace(quiet, mail_url="smtps://mail.example", sms_url="ftp://town.example")
    assert codes(tables.examine_channels(patient)) == {"notices.mail_from": "person", "notices.sms_url": "person"}
