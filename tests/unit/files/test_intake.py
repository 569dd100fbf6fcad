import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.files import samples
from uruk.files import intake
from uruk.files.api import Limits, examine_upload, intake_pdf
from uruk.files.inspection import inspect_pdf
from uruk.kernel.api import CodedError


def code_of(data: bytes, **limits: float) -> str:
    with pytest.raises(CodedError) as caught:
        intake_pdf(data, Limits(**limits))
    return caught.value.code


def inspected(data: bytes) -> str:
    """The code with which the look-over refuses, without a child process."""
    with pytest.raises(CodedError) as caught:
        inspect_pdf(data, 200)
    return caught.value.code


def test_an_honest_letter_comes_in_with_its_facts() -> None:
    facts = intake_pdf(samples.letter(3))
    assert (facts.pages, facts.signatures, facts.extendable) == (3, 0, True)
    assert (facts.size, facts.width) == (len(samples.letter(3)), 420)


@pytest.mark.parametrize("data", samples.ACTIVE.values(), ids=samples.ACTIVE.keys())
def test_what_runs_something_is_refused_wherever_it_hides(data: bytes) -> None:
    assert inspected(data) == "files.pdf_active"


def test_a_script_is_refused_by_the_child_process_too() -> None:
    assert code_of(samples.ACTIVE["script at opening"]) == "files.pdf_active"


def test_files_inside_are_refused() -> None:
    assert inspected(samples.with_attachment()) == "files.pdf_attachments"


def test_an_encrypted_pdf_is_refused() -> None:
    assert inspected(samples.encrypted()) == "files.pdf_encrypted"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<html>", b" %PDF-1.7"])
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    assert inspected(data) == "files.pdf_not_a_pdf"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.4\n" + bytes(500), samples.letter()[:-400]])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    assert inspected(data) == "files.pdf_broken"


def test_an_oversized_file_is_refused_unread() -> None:
    with mock.patch.object(intake, "_run") as child:
        assert code_of(bytes(1001), max_bytes=1000) == "files.pdf_too_large"
    child.assert_not_called()


def test_too_many_pages_are_refused() -> None:
    assert code_of(samples.letter(6), max_pages=5) == "files.pdf_too_many_pages"


def test_a_page_tree_that_turns_on_itself_is_refused() -> None:
    def change(writer: Any) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"].append(writer.root.raw_get("/Pages"))
        writer.update_container(pages)

    assert inspected(samples.updated(change)) in {"files.pdf_too_many_pages", "files.pdf_broken"}


def test_deep_nesting_is_refused() -> None:
    assert inspected(samples.with_object(samples.nested(200))) == "files.pdf_too_complex"


@pytest.mark.parametrize("limits", [{"memory_bytes": 64 << 20}, {"wait_s": 0.01}])
def test_a_child_that_needs_more_than_it_may_is_stopped(limits: dict[str, float]) -> None:
    assert code_of(samples.letter(), **limits) == "files.pdf_too_complex"


def test_only_so_many_children_run_at_once() -> None:
    with mock.patch.object(intake, "_CHILDREN", threading.BoundedSemaphore(1)) as gate:
        gate.acquire()
        assert code_of(samples.letter(), wait_s=0.01) == "files.busy"
        gate.release()
        assert intake_pdf(samples.letter()).pages == 1


def test_the_child_sees_no_secrets_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URUK_SECRET_KEY", "guarded")
    with mock.patch.object(intake.subprocess, "run") as run:
        run.return_value.stdout = b"\xa1\x65found\xa0"
        with pytest.raises(TypeError):
            intake_pdf(samples.letter())
    assert set(run.call_args.kwargs["env"]) == {"PYTHONPATH", "PATH"}


def test_an_upload_is_examined_in_the_child_as_it_would_be_here() -> None:
    from uruk.trust.api import examine_pdf

    assert examine_upload(samples.letter()) == examine_pdf(samples.letter())


def test_an_upload_that_is_no_pdf_is_unreadable() -> None:
    with pytest.raises(CodedError) as caught:
        examine_upload(b"nothing")
    assert caught.value.code == "trust.pdf_unreadable"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(samples.letter())), st.integers(0, 300), st.binary(max_size=60))
def test_no_damage_raises_anything_but_a_coded_error(place: int, cut: int, inserted: bytes) -> None:
    damaged = samples.letter()[:place] + inserted + samples.letter()[place + cut :]
    try:
        inspect_pdf(damaged, 200)
    except CodedError as error:
        assert error.code.startswith("files.pdf_")


def test_nothing_is_written_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    intake_pdf(samples.letter())
    assert list(tmp_path.iterdir()) == []
