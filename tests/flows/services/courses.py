"""Takes a submitted case from state to state as an example says: each person at their own pages, by the words there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator

from tests.flows.browser import Reader, reader
from tests.flows.desk.officers import at_desk
from tests.flows.node import PASSWORD
from tests.flows.services.conftest import Place
from tests.flows.services.labels import Applying
from tests.flows.verify.test_holder import sign_in
from uruk.definitions.api import Definition
from uruk.services.domain.definition import ROUND, Action, ServiceDefinition, State
from uruk.services.domain.edges import APPEAL, LATE
from uruk.services.domain.trying.examples import Example
from uruk.ui.api import action_told

MAX_STEPS = 20
FAULT, RECEIPT = "٧", "و-٧"


@contextmanager
def citizen(browser: Browser, place: Place, model: ServiceDefinition, number: str, language: str) -> Iterator[Reader]:
    """Somebody signed in as well as the service wants whoever applies to be known."""
    if model.assurance == "strong":
        with at_desk(browser, place.node, number, language) as found:
            yield found
        return
    with reader(browser, place.node.root, language) as found:
        sign_in(found, number)
        yield found


@dataclass
class Course:
    """One case on its way. `applicant`: the number of who acts on that side.

    `left`: of each state what is still to happen there; `said`: what is said with actions."""

    browser: Browser
    place: Place
    definition: Definition
    example: Example
    language: str
    case: str
    applicant: str
    left: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {state: list(coming) for state, coming in self.example.course.outcomes.items()}

    @property
    def model(self) -> ServiceDefinition:
        """The service."""
        found = self.definition.model
        assert isinstance(found, ServiceDefinition)
        return found

    def run(self) -> str:
        """Do what comes in each state, until nothing more does; the state where the case stands then."""
        for _ in range(MAX_STEPS):
            name, turn = self.place.node.run("tests.flows.services.office", "turn", self.case).split(" ", 1)
            coming = self.left.get(name, [])
            if not coming:
                return name
            self._do(self.model.states[name], turn, coming.pop(0))
        raise AssertionError("the case does not come to an end")

    def say(self, sentence: str) -> str:
        """A sentence of the pages in the readers' language."""
        with translation.override(self.language):
            return gettext(sentence)

    def _do(self, state: State, turn: str, by: str) -> None:
        action = next((one for one in state.actions if one.name == by), None)
        if by == APPEAL:
            self._appeal()
        elif action is not None and turn.partition(":")[2] not in self.model.roles:
            self._as_applicant(action)
        elif action is not None:
            self._as_officer(turn.removeprefix("task:"), action)
        elif state.waits == "fee":
            self._pay()
        elif state.waits == "cosigner":
            self._sign(by)
        else:
            assert state.waits == "reviews", f"{state.name}: nobody knows how {by} happens"
            self._review(turn, agrees=by == "agreed")

    # -- the applicant ---------------------------------------------------------------------------------------------

    def _citizen(self, number: str | None = None) -> AbstractContextManager[Reader]:
        return citizen(self.browser, self.place, self.model, number or self.applicant, self.language)

    def _as_applicant(self, action: Action) -> None:
        label = self._label(action)
        with self._citizen() as found:
            found.open(f"cases/{self.case}/")
            self._press(found, found.page.get_by_role("main").get_by_role("link", name=label, exact=True))
            self._fill(found, action)
            self._press(found, found.page.get_by_role("main").get_by_role("button", name=label, exact=True))
            assert found.page.url.rstrip("/").endswith(self.case), found.text()

    def _appeal(self) -> None:
        with self._citizen() as found:
            found.open(f"cases/{self.case}/")
            self._press(found, found.page.get_by_role("link", name=self.say("Appeal"), exact=True))
            found.page.get_by_role("main").get_by_role("textbox").first.fill("أعترض")
            self._press(found, found.page.get_by_role("main").locator("form .row button"))
            assert found.page.url.rstrip("/").endswith(self.case), found.text()

    def _sign(self, by: str) -> None:
        step = next(one for one in self.model.steps if one.cosign)
        assert step.cosign is not None, "asked before"
        number = str(self.example.course.answers[step.cosign.number])
        self.place.admit(number, self.definition.institution)
        with self._citizen(number) as found:
            found.open(f"cases/signatures/{self.case}/")
            self._press(found, self._button(found, "I sign" if by == "signed" else "I do not sign"))

    # -- officers --------------------------------------------------------------------------------------------------

    def _as_officer(self, role: str, action: Action) -> None:
        label = self._label(action)
        with self._officer(role) as found:
            self._take(found, role)
            direct = found.page.get_by_role("main").get_by_role("button", name=label, exact=True)
            if direct.count():
                self._press(found, direct)
                return
            self._press(found, found.page.get_by_role("main").get_by_role("link", name=label, exact=True))
            self._fill(found, action)
            if action.second is None:
                self._press(found, found.page.get_by_role("main").get_by_role("button", name=label, exact=True))
                return
            self._press(found, self._button(found, "Look it over"))
            self._press(found, found.page.locator("form[data-passkey] button"))
        assert action.second is not None, "asked before"
        with self._officer(action.second, second=True) as found:
            self._take(found, action.second)
            self._press(found, self._button(found, "Sign with my passkey"))

    def _review(self, turn: str, *, agrees: bool) -> None:
        for role in (one for one in turn.removeprefix("wait:").split() if one in self.model.roles):
            with self._officer(role) as found:
                self._take(found, role)
                choice = self.say("We agree") if agrees else self.say("We object")
                found.page.get_by_role("main").get_by_label(choice, exact=True).check()
                if not agrees:
                    found.page.get_by_label(self.say("Why?")).fill("لا")
                self._press(found, self._button(found, "Say it"))

    def _pay(self) -> None:
        told = self.case.replace("-", "")[-8:].upper()
        with self._officer(self._counter()) as found:
            found.open(f"desk/{self.definition.institution}/{self._counter()}/apply/payment/")
            found.page.get_by_role("main").get_by_role("textbox").first.fill(f"{told[:4]}-{told[4:]}")
            self._press(found, self._button(found, "Find the case"))
            found.page.locator("form:has(input[name=case])").get_by_role("textbox").first.fill(RECEIPT)
            self._press(found, self._button(found, "Record the payment"))

    def _counter(self) -> str:
        roles = self.place.country.institutions[self.definition.institution].roles
        return next(name for name, one in roles.items() if "see-person" in one.may)

    @contextmanager
    def _officer(self, role: str, *, second: bool = False) -> Iterator[Reader]:
        name = f"{self.definition.institution}.{role}"[:30] + (".2" if second else "")
        key = f"officer {name}"
        if key not in self.place.admitted:
            words = (self.definition.institution, role, name, PASSWORD)
            self.place.node.run("tests.flows.services.office", "appoint", *words)
            self.place.admitted.add(key)
        with at_desk(self.browser, self.place.node, name, self.language) as found:
            yield found

    def _take(self, found: Reader, role: str) -> None:
        found.open(f"desk/{self.definition.institution}/{role}/cases/")
        title = self.definition.title.get(self.language)
        tablet = found.page.locator("section").filter(has=found.page.get_by_role("heading", name=title, exact=True))
        self._press(found, tablet.get_by_role("button"))
        assert self.case in found.page.url, found.text()

    # -- forms -----------------------------------------------------------------------------------------------------

    def _label(self, action: Action) -> str:
        with translation.override(self.language):
            return action_told(self.definition, action.name)

    def _button(self, found: Reader, sentence: str) -> Locator:
        return found.page.get_by_role("main").get_by_role("button", name=self.say(sentence), exact=True)

    def _fill(self, found: Reader, action: Action) -> None:
        """What is said with an action, by the labels of its fields; one answer is marked where it marks."""
        form = Applying(found, self.definition, self.place.country.shared.catalogues, {})
        said: Any = self.example.course.ground.decided
        for asked in action.fields:
            form.fill(asked, said.get(asked.name), found.page.get_by_role("main"))
        if action.marks:
            found.page.get_by_role("main").locator("fieldset fieldset, fieldset.nested").get_by_role(
                "textbox"
            ).first.fill(FAULT)

    def _press(self, found: Reader, button: Locator) -> None:
        with found.page.expect_navigation(wait_until="load"):
            button.click()
        found.look()


def is_driven(model: ServiceDefinition, example: Example) -> bool:
    """Whether all that happens in an example is done by people on pages, or told by other institutions."""
    outcomes = example.course.outcomes
    rounds = any(model.states[name].waits == ROUND for name in outcomes if name in model.states)
    return bool(outcomes) and not rounds and not any(LATE in coming for coming in outcomes.values())
