"""What follows from a registry's definition: keys, columns, rights, what is personal and what is secret."""

from tests.unit.registries.domain.town import DAYS, FILES, STALLS, TOWN, TRADERS, Town, registry_of
from uruk.definitions.api import Duration, reopen_definition
from uruk.registries.domain.definition import RIGHTS, Column
from uruk.registries.kind import REGISTRY_KIND


def test_a_registry_says_how_records_are_known_named_kept_and_searched(town: Town) -> None:
    traders = town.registry("traders")
    assert traders.keys == (("number",),) and traders.main_key == ("number",)
    assert (traders.title, traders.subjects, traders.keep) == (("name",), ("number",), Duration(10, "year"))
    assert traders.searched == ("number", "name") and traders.secrets == {"phone"}
    assert traders.match == {"name": "name", "born": "born", "number": "number"}
    assert [one.name for one in traders.conditions] == ["since", "grown"]
    assert traders.conditions[1].law == "markets/2"


def test_keys_links_capacities_and_what_is_found_have_columns(town: Town) -> None:
    country = town.load()
    assert registry_of(country, "traders").columns == (
        Column("number", "text", "key"), Column("name", "text", "find"), Column("goods", "text", "find"),
    )  # fmt: skip
    assert registry_of(country, "stalls").columns == (Column("code", "text", "key"), Column("trader", "text", "link"))
    assert registry_of(country, "market-days").columns == (
        Column("day", "date", "key"), Column("places_m2", "integer", "capacity"),
    )  # fmt: skip


def test_a_person_or_a_long_text_is_searched_but_has_no_column(town: Town) -> None:
    found = town.registry("traders", {TRADERS: ("type: text, max: 60, personal", "type: person, personal")})
    assert "name" in found.searched and "name" not in {column.name for column in found.columns}


def test_a_unique_field_is_a_key_after_those_that_are_written(town: Town) -> None:
    found = town.registry("traders", {TRADERS: ("{type: text, max: 60,", "{type: text, max: 60, unique: true,")})
    assert found.keys == (("number",), ("name",))
    twice = {TRADERS: ("{type: national_number, find: true}", "{type: national_number, unique: true}")}
    assert town.codes(twice) == ["registries.key_twice"]


def test_without_a_key_records_have_ids_only(town: Town) -> None:
    change = {STALLS: ("keys: [[code]]\n", "")}
    found = town.registry("stalls", change)
    assert found.keys == () and found.main_key == () and found.title == ()


def test_without_a_title_the_main_key_names_a_record(town: Town) -> None:
    assert town.registry("stalls").title == ("code",)


def test_a_role_that_may_approve_demands_a_second_person_for_every_write(town: Town) -> None:
    country = town.load()
    assert registry_of(country, "traders").second_person
    assert not registry_of(country, "stalls").second_person


def test_rights_are_those_of_the_registry_narrowed_by_the_field(town: Town) -> None:
    traders = town.registry("traders")
    assert traders.may("writer", "import") and not traders.may("writer", "approve")
    assert not any(traders.may("stranger", right) for right in RIGHTS)
    assert traders.may_read("mayor", "phone") and not traders.may_read("writer", "phone")
    assert traders.may_write("writer", "phone") and not traders.may_write("mayor", "phone")


def test_a_field_can_be_written_by_one_role_alone(town: Town) -> None:
    change = {TRADERS: ("goods:  {type: choice, from: goods,", "goods:  {type: choice, from: goods, write: [mayor],")}
    traders = town.registry("traders", change)
    assert not traders.may_write("writer", "goods") and traders.may_write("writer", "name")


def test_numbers_people_and_addresses_are_personal_unless_it_is_denied(town: Town) -> None:
    country = town.load()
    fields = registry_of(country, "traders").fields
    assert fields["number"].personal and fields["name"].personal and not fields["goods"].personal
    assert registry_of(country, "stalls").personal and not registry_of(country, "market-days").personal
    denied = town.registry("traders", {TRADERS: ("national_number, find", "national_number, personal: false, find")})
    assert not denied.fields["number"].personal


def test_a_link_says_where_it_leads_and_what_a_removal_does(town: Town) -> None:
    [link] = town.registry("stalls").links
    assert (link.name, link.to, link.on_removal) == ("trader", "traders", "keep")
    [link] = town.registry("stalls", {STALLS: ("on_removal: keep, ", "")}).links
    assert link.on_removal == "refuse"


def test_what_is_left_of_a_capacity_is_a_field_in_its_unit(town: Town) -> None:
    days = town.registry("market-days")
    assert days.capacity is not None
    assert (days.capacity.of, days.capacity.left, days.capacity.hold) == ("places_m2", "left_m2", Duration(2, "day"))
    assert days.offered_fields["left_m2"].unit == "m2" and "left_m2" not in days.fields


def test_a_capacity_without_its_unit_in_its_name_leaves_what_is_called_left(town: Town) -> None:
    more = {name: text.replace("left_m2", "left") for name, text in _texts(town).items()}
    changes = {DAYS: ("unit: m2, min: 0", "min: 0")}
    more[DAYS] = (town.write() / DAYS).read_text(encoding="utf-8").replace("left_m2", "left")
    capacity = registry_of(town.load(changes, more), "market-days").capacity
    assert capacity is not None and capacity.left == "left"


def _texts(town: Town) -> dict[str, str]:
    folder = town.write()
    names = [f"{TOWN}/registries/market-days/texts.{lang}.yaml" for lang in ("ar", "ckb", "en")]
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def test_roles_of_an_institution_are_no_part_of_a_registrys_digest(town: Town) -> None:
    before = town.load().find("registry", "town", "stalls")
    institution = f"{TOWN}/institution.yaml"
    change = {institution: ("mayor: {may: [reassign-cases]}", "mayor: {}")}
    after = town.load(change).find("registry", "town", "stalls")
    assert before is not None and after is not None and before.digest == after.digest


def test_a_frozen_registry_opens_from_its_own_files_though_its_roles_and_neighbours_are_gone(town: Town) -> None:
    definition = town.load().find("registry", "town", "traders")
    assert definition is not None
    again = reopen_definition(definition.files, REGISTRY_KIND, "town", "traders")
    assert again.digest == definition.digest and again.model == definition.model


def test_no_registry_has_endless_keys_or_names(town: Town) -> None:
    change = {TRADERS: ("title: [name]", "title: [name, born, goods, since, number]")}
    assert town.codes(change) == ["registries.too_many"]
    change = {TRADERS: ("keys: [[number]]", "keys: [[number], [number, name, born, goods, since]]")}
    assert town.codes(change) == ["registries.too_many"]
    many = ", ".join(f"[number, {one}, {two}]" for one, two in _pairs("name", "born", "goods", "since"))
    assert town.codes({TRADERS: ("keys: [[number]]", f"keys: [[number], {many}]")}) == ["registries.too_many"]


def _pairs(*names: str) -> list[tuple[str, str]]:
    return [(one, two) for one in names for two in names if one != two][:8]


def test_no_registry_has_endless_offers(town: Town) -> None:
    offers = "".join(f"  o{number}: {{exists: true}}\n" for number in range(33))
    assert "registries.too_many" in town.codes({TRADERS: ("offers:\n", f"offers:\n{offers}")})
    text = FILES[TRADERS].replace("type: date", "type: date, find: true")
    by_five = ("exists: true", "list: [number], by: [number, name, goods, born, since]")
    assert town.codes({TRADERS: by_five}, {TRADERS: text}) == ["registries.too_many"]
