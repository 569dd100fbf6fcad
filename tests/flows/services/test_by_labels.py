"""Every shipped service is applied for in a browser by the labels of its fields alone, as its own examples say.

Nothing here knows a service: one that is put beside the others is driven like them.
"""

import json
import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser

from tests.flows.services.applicants import ANOTHER, WEB, answered, applies, codes, signs_in, told
from tests.flows.services.conftest import Places
from tests.flows.services.labels import WAITS
from tests.unit.services.domain.samples import FOLDERS, examples_of, linked
from uruk.kernel.api import error_sentence
from uruk.services.domain.judging.answering import Answered
from uruk.services.domain.trying.examples import Example
from uruk.ui.fields import in_entry

pytestmark = pytest.mark.browser
MOST = 3

# What nobody can type: the pages offer no such choice, no further row, no box for it.
NOT_TYPED = frozenset({
    "definitions.field_not_a_choice", "definitions.field_unknown", "services.field_unknown", "services.field_too_many",
    "services.field_too_few",
})  # fmt: skip


def chosen(code: str) -> list[Example]:
    """Examples that differ in what is typed or known: those with most to type, and one for each thing typed wrongly.

    What happens to a case afterwards no applicant types. Of what is only ever asked for another, the one with most.
    """
    if WEB not in linked(code).definition.channels:
        return []
    typed = [one for one in examples_of(linked(code)).values() if not codes(code, one) & NOT_TYPED]
    own = [one for one in typed if signs_in(one) != ANOTHER]
    if not own:
        return sorted(typed, key=lambda one: (len(codes(code, one)), -len(_shape(one)), one.name))[:1]
    longest = sorted(own, key=lambda one: (-len(_shape(one)), one.name))
    right = {_shape(one): one for one in longest if not codes(code, one)}
    wrong = {min(codes(code, one)): one for one in longest if codes(code, one)}
    return [*[*right.values()][:MOST], *[*wrong.values()][:MOST]]


def _shape(example: Example) -> str:
    known = sorted(map(str, example.course.ground.facts.items()))
    return json.dumps([example.course.answers, known], sort_keys=True, default=str)


def cases() -> Iterator[tuple[str, str, str]]:
    """Every chosen example in Arabic; in Kurdish, whose pages differ in words alone, the one with most to type."""
    for code in sorted(FOLDERS):
        found = chosen(code)
        yield from ((code, one.name, "ar") for one in found)
        yield from ((code, one.name, "ckb") for one in found[:1])


@pytest.mark.parametrize(("code", "name", "language"), list(cases()))
def test_an_example_of_a_service_is_typed_by_labels_alone(
    browser: Browser, places: Places, code: str, name: str, language: str
) -> None:
    example = examples_of(linked(code))[name]
    place = places(FOLDERS[code])
    place.tell(dict(told(example)))
    with applies(browser, place, code, example, language) as applying:
        wrong = applying.run()
        expected = answered(code, example)
        sentences = list(said_of(expected, language))
        if sentences:
            assert any(plain(sentence) in plain(said) for said in wrong for sentence in sentences), (wrong, sentences)
        elif expected.waiting:
            assert wrong == [WAITS]
        else:
            assert wrong == []
            applying.submit()
            page = applying.reader.page
            assert page.url.endswith("/submitted/"), applying.reader.text()
            assert page.get_by_role("link", name=applying.say("Download the receipt"), exact=True).count() == 1


def said_of(found: Answered, language: str) -> Iterator[str]:
    """What is wrong, in words; bounds of a number in the unit in which it is typed."""
    with override(language):
        for path, error in found.errors:
            asked = found.questions.get(path)
            shown = in_entry(asked, error) if asked is not None and asked.entry is not None else error
            yield error_sentence(shown.code, language, shown.values)


def plain(sentence: str) -> str:
    """A sentence without the marks that keep numbers in their direction, which nobody sees."""
    return re.sub("[\u2066-\u2069]", "", sentence)
