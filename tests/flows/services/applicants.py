"""The applicant of a service's example: who they are, what a node knows of them, and the first page of their form."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.flows.services.conftest import Place
from tests.flows.services.courses import citizen
from tests.flows.services.labels import Applying
from tests.unit.services.domain.samples import linked
from uruk.services.domain.ground import AWAY, NOTHING
from uruk.services.domain.judging.answering import Answered, check_answers
from uruk.services.domain.trying.examples import Example

# Who acts for a child, a company or an institution.
ANOTHER = "999000000077"
WEB = "web"


def signs_in(example: Example) -> str:
    """Who applies: the applicant, or another whom a register lets act for them."""
    applicant = example.course.ground.applicant
    return str(applicant["number"]) if applicant.get("kind", "person") == "person" else ANOTHER


def codes(code: str, example: Example) -> set[str]:
    """What is wrong with an example's answers."""
    return {error.code for _, error in answered(code, example).errors}


def answered(code: str, example: Example) -> Answered:
    """What the service itself says of an example's answers."""
    return check_answers(linked(code), example.course.answers, example.course.ground)


def told(example: Example) -> Iterator[tuple[str, object]]:
    """The facts of an example as the file has them; what is away is not there. And for whom somebody asks."""
    yield "#represented", dict(example.course.ground.applicant)
    for name, value in example.course.ground.facts.items():
        if value is not AWAY:
            yield name, None if value is NOTHING else value


@contextmanager
def applies(browser: Browser, place: Place, code: str, example: Example, language: str) -> Iterator[Applying]:
    """Whoever applies in an example, on the first page of the form."""
    number, definition = signs_in(example), place.service(code)
    place.admit(number, definition.institution)
    with citizen(browser, place, linked(code).definition, number, language) as found:
        catalogues, answers = place.country.shared.catalogues, example.course.answers
        applying = Applying(found, definition, catalogues, answers, represents=number == ANOTHER)
        applying.begin()
        yield applying
