"""Cases of every shipped service are taken to where its examples say they end, by the words on the pages alone: by the
applicant, officers, second persons, the counter, and whoever signs as well.

Nothing here knows a service: one that is put beside the others is driven like them.
"""

from collections.abc import Iterator
from datetime import date
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from tests.flows.services.applicants import WEB, applies, codes, signs_in, told
from tests.flows.services.conftest import Places
from tests.flows.services.courses import Course, is_driven
from tests.unit.services.domain.samples import FOLDERS, examples_of, linked
from uruk.services.domain.trying.examples import Example
from uruk.services.domain.trying.playing import play

pytestmark = pytest.mark.browser


def longest(code: str) -> Example | None:
    """The example of a service that takes most ways."""
    service = linked(code)
    driven = [one for one in examples_of(service).values() if is_driven(service.definition, one)]
    right = [one for one in driven if not codes(code, one)]
    return max(right, key=lambda one: len(play(service, one.course).ways), default=None)


def cases() -> Iterator[tuple[str, str, str]]:
    """One of each service that is applied for on pages, in Arabic and in Kurdish by turns."""
    shown = [code for code in sorted(FOLDERS) if WEB in linked(code).definition.channels]
    for code, language in zip(shown, cycle(("ar", "ckb")), strict=False):
        example = longest(code)
        if example is not None:
            yield code, example.name, language


def by_day(case: tuple[str, str, str]) -> tuple[date, tuple[str, str, str]]:
    """The days on which examples are submitted, one after the other: a node's clock goes on alone."""
    return examples_of(linked(case[0]))[case[1]].course.ground.applied_on, case


@pytest.mark.parametrize(("code", "name", "language"), sorted(cases(), key=by_day))
def test_a_case_comes_to_where_its_example_says_by_what_people_do_on_pages(
    browser: Browser, places_then: Places, code: str, name: str, language: str
) -> None:
    example = examples_of(linked(code))[name]
    place = places_then(FOLDERS[code])
    place.go_to(example.course.ground.applied_on)
    definition = place.service(code)
    outcomes = {state: list(coming) for state, coming in example.course.outcomes.items()}
    place.tell(dict(told(example)) | {"#outcomes": outcomes})
    with applies(browser, place, code, example, language) as applying:
        assert applying.run() == []
        applying.submit()
        case = applying.reader.page.url.rstrip("/").split("/")[-2]
    course = Course(browser, place, definition, example, language, case, signs_in(example))
    assert course.run() == play(linked(code), example.course).state
