"""Questions of a record's form that need more than a box: the record a link leads to, files within lists and groups."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.desk.registries.test_changing import WHY, hidden
from tests.unit.documents.samples import write_country
from tests.unit.registries.samples import NUMBER, SHOP, country_files
from uruk.definitions.api import load_country
from uruk.kernel.api import Actor
from uruk.people.api import my_readings, see
from uruk.publishing.api import publish_country
from uruk.registries.api import REGISTRY_KIND, count_records, list_records

pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]


def streets(archive: Archive) -> None:
    for code, name in (("S1", "شارع الرشيد"), ("S2", "شارع السعدون")):
        archive.create({"code": code, "name": name}, registry="streets")


def test_the_record_a_link_leads_to_is_found_by_its_key_and_chosen_without_scripts(
    archive: Archive, desk: AtDesk
) -> None:
    streets(archive)
    found = desk(archive.registrar)
    found.get("new/")
    assert 'name="link-find" value="street"' in found.text
    found.post("new/", **SHOP, street="S2", **{"link-find": "street"})
    assert 'name="pick-street" value="S2"' in found.text and "There is a problem" not in found.text
    assert count_records(archive.registrar.actor, "interior", "shops") == 0
    found.post("new/", **SHOP, **WHY, street="السعدون", **{"pick-street": "S2"})
    (record,) = list_records(archive.registrar.actor, "interior", "shops").records
    assert record.values["street"] == "S2"
    found.post("new/", **SHOP, street="no such street", **{"link-find": "street"})
    assert "Nothing is found for what you typed." in found.text and "pick-street" not in found.text


def test_a_person_is_found_by_words_and_sees_that_an_officer_looked(
    archive: Archive, desk: AtDesk, citizen: Callable[..., Any]
) -> None:
    archive.card()
    holder = citizen(NUMBER)
    see(archive.registrar.actor, holder.person, "national", NUMBER)
    before = len(my_readings(holder.actor).readings)
    found = desk(archive.registrar, "visits")
    found.post("new/", card="زينب حسن", **{"link-find": "card"})
    assert f'name="pick-card" value="{NUMBER}"' in found.text and NUMBER not in found.page.path
    assert len(my_readings(holder.actor).readings) > before
    found.post("new/", card="زينب", day="1/3/2026", **{"pick-card": NUMBER}, **WHY)
    assert count_records(archive.registrar.actor, "interior", "visits") == 1


def test_a_link_to_nothing_is_told_with_what_was_meant(archive: Archive, desk: AtDesk) -> None:
    streets(archive)
    found = desk(archive.registrar, language="ar")
    assert found.post("new/", **SHOP, **WHY, street="nowhere").status_code == 422
    assert found.says("registries.link_to_nothing", field="street") or 'id="field-street-error"' in found.text
    assert 'name="link-find"' in found.text


def test_where_the_office_may_not_read_the_key_is_typed(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.head)
    found.get("new/")
    assert 'name="street"' in found.text and "link-find" not in found.text


# -- files within lists and groups -----------------------------------------------------------------------------------


@pytest.fixture
def stalls(archive: Archive, institution: str) -> Archive:
    """Shops whose stands have a photograph each, and a licence that is a group with a file."""
    files = country_files()
    path = "institutions/interior/registries/shops"
    parts = "count: {type: integer, min: 1}, photo: {type: file, required: false}}, required: false}\n"
    group = "  licence: {type: group, of: {scan: {type: file}}, required: false}\n"
    text = files[f"{path}/registry.yaml"]
    files[f"{path}/registry.yaml"] = text.replace("count: {type: integer, min: 1}}, required: false}\n", parts + group)
    for name in (f"{path}/texts.ar.yaml", f"{path}/texts.ckb.yaml"):
        files[name] = files[name].replace("fields: {", "fields: {photo: صورة, licence: إجازة, scan: نسخة, ", 1)
    files = {name.replace("registries/shops/", "registries/stalls/"): one for name, one in files.items()}
    publish_country(Actor.system(institution), load_country(write_country(files), [REGISTRY_KIND]))
    return archive


def photo(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + data, "image/jpeg")


def test_files_within_lists_and_groups_are_asked_for_kept_and_handed_out(stalls: Archive, desk: AtDesk) -> None:
    found = desk(stalls.registrar, "stalls")
    row = {"stands.0.what": "خبز", "stands.0.count": "3", "stands.1.what": "كعك", "stands.1.count": "5"}
    found.post("new/", **SHOP, **row, **{"stands.1.photo": photo(b"one"), "licence.scan": photo(b"scan")})
    assert found.says("registries.reason_missing", maximum=1000)
    tokens = {name: hidden(found, name) for name in ("carried-stands.1.photo", "carried-licence.scan")}
    assert all(tokens.values()) and hidden(found, "carried-stands.0.photo") == ""
    # The first row is taken out: the photograph moves up with its own.
    found.post("new/", **SHOP, **row, **tokens, **{"row-remove": "stands.0"})
    moved = {"carried-stands.0.photo": hidden(found, "carried-stands.0.photo")}
    moved |= {"carried-licence.scan": hidden(found, "carried-licence.scan")}
    assert all(moved.values())
    found.post("new/", **SHOP, **WHY, **{"stands.0.what": "كعك", "stands.0.count": "5"}, **moved)
    (record,) = list_records(stalls.registrar.actor, "interior", "stalls").records
    kept = record.values["stands"][0]["photo"]
    assert found.get(f"{record.record}/files/{kept}/").content == b"\xff\xd8\xffone"
    found.get(f"{record.record}/")
    assert f"files/{kept}/" in found.text and f"files/{record.values['licence']['scan']}/" in found.text


def test_a_kept_file_stays_in_its_row_is_replaced_and_taken_away(stalls: Archive, desk: AtDesk) -> None:
    found = desk(stalls.registrar, "stalls")
    row = {"stands.0.what": "خبز", "stands.0.count": "3"}
    found.post("new/", **SHOP, **WHY, **row, **{"stands.0.photo": photo(b"one")})
    (record,) = list_records(stalls.registrar.actor, "interior", "stalls").records
    address = f"{record.record}/change/"
    found.get(address)
    token = {"carried-stands.0.photo": hidden(found, "carried-stands.0.photo")}
    base = {"base-version": hidden(found, "base-version")}

    def send(**more: Any) -> Any:
        found.post(address, **{**SHOP, **WHY, **row, **token, **base, "act-id": "", **more})
        return stalls.get(record.record, "stalls").values["stands"][0]

    first = send(**{"stands.0.count": "4"})
    assert first == {**record.values["stands"][0], "count": 4}
    base["base-version"] = "2"
    second = send(**{"stands.0.photo": photo(b"two")})
    assert second["photo"] != first["photo"]
    base["base-version"] = "3"
    assert "photo" not in send(**{"remove-stands.0.photo": "yes"})


def test_a_token_of_another_officers_form_carries_no_file(stalls: Archive, desk: AtDesk) -> None:
    found, other = desk(stalls.registrar, "stalls"), desk(stalls.head, "stalls")
    row = {"stands.0.what": "خبز", "stands.0.count": "3"}
    found.post("new/", **SHOP, **row, **{"stands.0.photo": photo(b"one")})
    token = hidden(found, "carried-stands.0.photo")
    other.post("new/", **SHOP, **WHY, **row, **{"carried-stands.0.photo": token})
    (record,) = list_records(stalls.registrar.actor, "interior", "stalls").records
    assert record.values["stands"] == [{"what": "خبز", "count": 3}]


def test_a_file_within_a_list_that_is_not_stored_is_refused(stalls: Archive) -> None:
    from uruk.registries.api import Change, InvalidChangesError

    values = {**SHOP, "stands": [{"what": "x", "count": 1, "photo": "0" * 64}]}
    with pytest.raises(InvalidChangesError) as error:
        stalls.change(Change("create", values=values), registry="stalls")
    assert [(one.field, one.error.code) for one in error.value.problems] == [
        ("stands.0.photo", "registries.file_unknown")
    ]


def test_a_citizen_is_not_asked_for_a_field_that_holds_files(stalls: Archive) -> None:
    from uruk.portal.records.asking import asked_fields
    from uruk.registries.api import get_record

    record = stalls.create(registry="stalls")
    found = get_record(stalls.head.actor, "interior", "stalls", record)
    names = {one.name for one in asked_fields(found)}
    assert "name" in names and not {"stands", "licence", "plan"} & names


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_more_files_than_a_form_takes_at_once_are_refused_in_the_readers_language(
    stalls: Archive, desk: AtDesk, language: str
) -> None:
    found = desk(stalls.registrar, "stalls", language)
    rows = {f"stands.{at}.what": "خبز" for at in range(30)} | {f"stands.{at}.count": "1" for at in range(30)}
    few = found.post("new/", **SHOP, **rows, **{f"stands.{at}.photo": photo(b"%d" % at) for at in range(20)})
    assert few.status_code == 422 and found.says("registries.reason_missing", maximum=1000)
    many = found.post("new/", **SHOP, **rows, **WHY, **{f"stands.{at}.photo": photo(b"%d" % at) for at in range(30)})
    said = {"ar": "تعذرت قراءة ما أُرسل", "ckb": "ئەوەی نێردرا نەخوێندرایەوە", "en": "That could not be read"}
    assert many.status_code == 400 and said[language] in found.text
    assert count_records(stalls.registrar.actor, "interior", "stalls") == 0
