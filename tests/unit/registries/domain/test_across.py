"""What registries have to agree about: links, subjects in several steps, codes that share the exchange's addresses."""

from tests.unit.registries.domain.town import DAYS, FILES, STALLS, TOWN, TRADERS, Town

GATE = {
    f"{TOWN}/registries/uruk/registry.yaml": (
        "uruk: registry/1\nkeys: [[code]]\nkeep: forever\nfields: {code: {type: text}}\nroles: {writer: [propose]}\n"
    ),
    f"{TOWN}/registries/uruk/texts.ar.yaml": "uruk: texts/1\ntitle: بوابة\nfields: {code: رمز}\n",
    f"{TOWN}/registries/uruk/texts.ckb.yaml": "uruk: texts/1\ntitle: دەروازە\nfields: {code: کۆد}\n",
}
GUARDS = {
    f"{TOWN}/registries/guards/registry.yaml": (
        "uruk: registry/1\nkeys: [[stall]]\nsubject: stall\nkeep: forever\n"
        "fields: {stall: {type: link, to: stalls, personal: true}}\nroles: {writer: [propose]}\n"
    ),
    f"{TOWN}/registries/guards/texts.ar.yaml": "uruk: texts/1\ntitle: حراس\nfields: {stall: البسطة}\n",
    f"{TOWN}/registries/guards/texts.ckb.yaml": "uruk: texts/1\ntitle: پاسەوانان\nfields: {stall: دوکان}\n",
}


def test_a_link_needs_a_main_key_of_one_field(town: Town) -> None:
    changes = {STALLS: ("to: traders", "to: market-days"), DAYS: ("keys: [[day]]", "keys: [[day, places_m2]]")}
    assert town.codes(changes) == ["registries.link_without_key"]


def test_a_link_may_lead_to_its_own_registry_where_it_may_be_empty(town: Town) -> None:
    change = {DAYS: ("  places_m2:", "  before: {type: link, to: market-days, required: false}\n  places_m2:")}
    assert set(town.codes(change)) == {"definitions.text_missing"}


def test_links_in_a_circle_that_each_need_a_record_first_are_refused(town: Town) -> None:
    changes = {
        STALLS: ("on_removal: keep, required: false", "on_removal: keep"),
        TRADERS: ("  goods:", "  stall: {type: link, to: stalls, personal: false}\n  goods:"),
    }
    assert town.codes(changes).count("registries.link_circle") == 2


def test_a_subject_may_be_a_link_that_leads_to_a_person_in_several_steps(town: Town) -> None:
    stalls = FILES[STALLS].replace("on_removal: keep, required: false", "on_removal: keep")
    assert town.codes({STALLS: ("keys: [[code]]", "keys: [[trader]]")}, GUARDS | {STALLS: stalls}) == []


def test_a_subject_that_leads_to_something_else_in_several_steps_is_refused(town: Town) -> None:
    assert town.codes(None, GUARDS) == ["registries.subject_no_person"]


def test_the_code_of_what_every_gateway_has_built_in_is_kept(town: Town) -> None:
    assert town.codes(None, GATE) == ["registries.code_reserved"]


def test_a_field_inside_a_group_is_no_key_and_no_link_and_has_no_readers(town: Town) -> None:
    for inner in ("find: true", "unique: true", "secret: true", "personal: true", "read: [mayor]"):
        group = f"goods: {{type: group, of: {{a: {{type: text, {inner}}}}}"
        change = {TRADERS: ("goods:  {type: choice, from: goods", group)}
        assert "definitions.only_outermost" in town.codes(change), inner
    link = {TRADERS: ("goods:  {type: choice, from: goods", "goods: {type: group, of: {a: {type: link, to: stalls}}")}
    assert "definitions.only_outermost" in town.codes(link)
