"""Definitions are frozen when they are published, and open again under their digest for ever."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.definitions.samples import FOLDER, NOTES, country_files, write_files
from uruk.acts.api import complete_pending, directory, use_appender
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import Actor, CodedError, FixedClock, Text
from uruk.publishing import kinds as contributed
from uruk.publishing.api import (
    by_digest,
    country,
    find_country,
    held_country,
    in_force,
    institutions,
    publish_country,
    published_digests,
)
from uruk.publishing.countries import rights
from uruk.publishing.models import PublishedDefinition
from uruk.publishing.publication import publish_definition
from uruk.publishing.stored import pack
from uruk.trust.api import verify_receipt

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("gardens"),
]

NODE = Actor.system(None)
PLANTING = ("note", "gardens", "planting")


def sample(folder: Path, **changes: tuple[str, str]) -> Country:
    """The sample country, with (old, new) replaced in the note's file or its role file."""
    files = country_files()
    for name, (old, new) in changes.items():
        path = {"note": f"{FOLDER}/note.yaml", "institution": "institutions/gardens/institution.yaml"}[name]
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    return load_country(write_files(folder / "country", files), [NOTES])


def test_a_published_definition_is_in_force_with_a_receipt_of_its_institution(tmp_path: Path) -> None:
    loaded = sample(tmp_path)
    (receipt,) = publish_country(NODE, loaded)
    statement = verify_receipt(
        receipt, directory(), type="definition.published", role="published", author="gardens"
    ).statement
    assert statement.body["digest"] == loaded.definitions[0].digest
    assert in_force(*PLANTING) == replace(loaded.definitions[0])


def test_publishing_the_same_country_again_does_nothing(tmp_path: Path) -> None:
    publish_country(NODE, sample(tmp_path))
    assert publish_country(NODE, sample(tmp_path)) == []
    assert PublishedDefinition.objects.count() == 1


def test_a_change_is_put_in_force_and_the_earlier_version_stays_open(tmp_path: Path, clock: FixedClock) -> None:
    first, second = sample(tmp_path / "a"), sample(tmp_path / "b", note=("max: 60", "max: 70"))
    publish_country(NODE, first)
    clock.advance(timedelta(days=1))
    assert publish_definition(NODE, second.definitions[0]) is not None
    assert in_force(*PLANTING).digest == second.definitions[0].digest
    assert by_digest(first.definitions[0].digest).model == first.definitions[0].model
    assert published_digests(*PLANTING) == (second.definitions[0].digest, first.definitions[0].digest)


def test_a_folder_that_changes_is_a_draft_and_what_is_in_force_stays(tmp_path: Path) -> None:
    first, second = sample(tmp_path / "a"), sample(tmp_path / "b", note=("max: 60", "max: 70"))
    publish_country(NODE, first)
    assert publish_country(NODE, second) == []
    assert in_force(*PLANTING).digest == first.definitions[0].digest
    assert country().find(*PLANTING) == second.definitions[0]


def test_going_back_to_an_earlier_version_is_a_publication_of_its_own(tmp_path: Path, clock: FixedClock) -> None:
    first, second = sample(tmp_path / "a"), sample(tmp_path / "b", note=("max: 60", "max: 70"))
    for loaded in (first, second, first):
        assert publish_definition(NODE, loaded.definitions[0]) is not None
        clock.advance(timedelta(hours=1))
    assert in_force(*PLANTING).digest == first.definitions[0].digest
    assert len(published_digests(*PLANTING)) == 3


def test_a_frozen_definition_opens_although_its_role_is_gone_today(tmp_path: Path) -> None:
    first = sample(tmp_path / "a")
    publish_country(NODE, first)
    files = {name: data.replace(b"keeper", b"warden") for name, data in first.files.items()}
    publish_country(NODE, load_country(write_files(tmp_path / "b", files), [NOTES]))
    from uruk.publishing.publication import _opened

    _opened.cache_clear()
    assert by_digest(first.definitions[0].digest).model.roles == ("keeper",)
    assert set(institutions()["gardens"].roles) == {"warden", "head"}


def test_a_publication_without_its_receipt_is_not_in_force_until_it_is_completed(tmp_path: Path) -> None:
    class Away:
        def check_space(self) -> None:
            pass

        def append(self, *_: object) -> None:
            raise ConnectionError

        def logs(self) -> tuple[()]:
            return ()

    loaded, log = sample(tmp_path), use_appender(Away())
    with pytest.raises(ConnectionError):
        publish_country(NODE, loaded)
    use_appender(log)
    with pytest.raises(CodedError) as caught:
        in_force(*PLANTING)
    assert caught.value.code == "publishing.not_in_force"
    (receipt,) = publish_country(NODE, loaded)
    assert complete_pending() == (0, 0)
    assert in_force(*PLANTING).digest == loaded.definitions[0].digest
    assert receipt.grade


def test_files_changed_behind_our_back_are_not_used(tmp_path: Path) -> None:
    loaded = sample(tmp_path)
    publish_country(NODE, loaded)
    from uruk.publishing.publication import _opened

    _opened.cache_clear()
    files = dict(loaded.definitions[0].files)
    files[f"{FOLDER}/note.txt"] = b"another note"
    PublishedDefinition.objects.update(files=pack(files))
    with pytest.raises(CodedError) as caught:
        in_force(*PLANTING)
    assert caught.value.code == "publishing.files_changed"


def test_a_digest_that_was_never_published_is_refused() -> None:
    with pytest.raises(CodedError) as caught:
        by_digest(bytes(32))
    assert caught.value.code == "publishing.digest_unknown"


def test_a_kind_that_no_room_contributed_is_refused(tmp_path: Path) -> None:
    publish_country(NODE, sample(tmp_path, note=("kept: 5 years", "kept: 6 years")))
    contributed._KINDS.clear()
    with pytest.raises(CodedError) as caught:
        in_force(*PLANTING)
    assert caught.value.code == "publishing.kind_unknown"


def test_whoever_does_many_things_at_once_has_one_country_for_all_of_them(tmp_path: Path) -> None:
    first = sample(tmp_path / "a")
    publish_country(NODE, first)
    with held_country():
        publish_country(NODE, sample(tmp_path / "b", institution=("الحدائق", "حدائق البلد")))
        assert country().files == first.files
    assert country().files != first.files


def test_the_country_loaded_last_is_the_one_that_is_shown(tmp_path: Path, clock: FixedClock) -> None:
    assert find_country() is None
    assert institutions() == {}
    with pytest.raises(CodedError) as caught:
        country()
    assert caught.value.code == "publishing.no_country"
    first = sample(tmp_path / "a")
    second = sample(tmp_path / "b", institution=("الحدائق", "حدائق البلد"))
    for loaded in (first, second, first, second):
        publish_country(NODE, loaded)
        clock.advance(timedelta(hours=1))
        assert country() == loaded
    assert institutions()["gardens"].names == Text("حدائق البلد", "باخچەکان")


def test_roles_have_the_rights_that_their_institution_says(tmp_path: Path) -> None:
    assert rights("gardens", "keeper") == frozenset()
    publish_country(NODE, sample(tmp_path))
    assert rights("gardens", "keeper") == {"see-person"}
    assert rights("gardens", "head") == rights("gardens", "nobody") == rights("nowhere", "keeper") == frozenset()
