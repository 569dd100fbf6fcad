"""The drawn flow: every state and way is on it, in each language, from the side where reading begins."""

from xml.etree import ElementTree

import pytest

from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS, folder_files
from uruk.definitions.api import Country, reopen_country
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.drawing.flow import draw_flow
from uruk.services.domain.edges import all_edges

SVG = "{http://www.w3.org/2000/svg}"


def drawn(code: str, lang: str) -> ElementTree.Element:
    country: Country = reopen_country(folder_files(FOLDERS[code]), KINDS)
    (found,) = (one for one in country.of_kind("service") if one.code == code)
    assert isinstance(found.model, ServiceDefinition)
    names = {one.code: one.names for one in country.institutions.values()}
    names |= {role.code: role.name for role in country.institutions[found.institution].roles.values()}
    return ElementTree.fromstring(draw_flow(found.model, found.texts, names, lang))


@pytest.mark.parametrize("lang", ["ar", "ckb", "en"])
@pytest.mark.parametrize("code", FOLDERS)
def test_every_state_has_its_box_and_every_way_its_line(code: str, lang: str) -> None:
    picture = drawn(code, lang)
    services = reopen_country(folder_files(FOLDERS[code]), KINDS).of_kind("service")
    (found,) = (one for one in services if one.code == code)
    assert isinstance(found.model, ServiceDefinition)
    assert len(picture.findall(f"{SVG}rect")) == len(found.model.states)
    lines = [one for one in picture.findall(f"{SVG}path") if one.get("marker-end")]
    assert len(lines) == len(all_edges(found.model))
    assert picture.get("direction") == ("ltr" if lang == "en" else "rtl")


def test_boxes_do_not_lie_on_each_other_and_nothing_lies_outside() -> None:
    picture = drawn("season-plan", "ar")
    _, _, width, height = (int(part) for part in str(picture.get("viewBox")).split())
    ends = 0
    for box in picture.findall(f"{SVG}rect"):
        left, top, wide, high = (int(str(box.get(name))) for name in ("x", "y", "width", "height"))
        assert top > ends
        assert 0 < left < left + wide < width
        ends = top + high
    assert ends < height


def test_the_words_are_those_of_the_service_and_its_institution() -> None:
    said = "\n".join(str(one.text) for one in drawn("season-plan", "ckb").iter(f"{SVG}text"))
    assert "داواکارییەکەت تا … لای کارمەندی پلانی کشتوکاڵییە." in said
    assert "چاوەڕێی: وەزارەتی سەرچاوەکانی ئاو" in said
    assert "لە ماوەی ١٠ ڕۆژی کاردا" in said
    assert "size(failed)" not in said and "مەرجێک نەهاتووەتە دی" in said
