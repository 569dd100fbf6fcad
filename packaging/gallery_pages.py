"""Which pages the gallery shows: of each its name, whose it is, where it is found, and the sizes it is meant for."""

from collections.abc import Iterable
from dataclasses import dataclass

BOTH = ("phone", "desk")
DESK = ("desk",)


@dataclass(frozen=True)
class Shown:
    """One page. `who` is signed in at `node` (nobody where empty); `links` are followed from `path` one by one."""

    face: str
    name: str
    title: str
    who: str
    node: str
    path: str
    links: tuple[str, ...] = ()
    sizes: tuple[str, ...] = BOTH

    def pictures(self, languages: Iterable[str]) -> list[str]:
        """The names of its pictures."""
        return [f"{self.name}.{language}.{size}.webp" for language in languages for size in self.sizes]


def _of(face: str, who: str, node: str, prefix: str, *pages: tuple[str, ...]) -> list[Shown]:
    """Pages of one person: (name, title, path, links…) each. Who works on cases does so on a phone too."""
    sizes = DESK if prefix.startswith("desk/") and face not in (OFFICER, COUNTER) else BOTH
    return [
        Shown(face, name, title, who, node, prefix + path, tuple(links), sizes) for name, title, path, *links in pages
    ]


PLAN = "services/agriculture/season-plan/"
ANYBODY, CITIZEN = "For anybody", "For the citizen"
OFFICER, SUPERVISOR, OWNER = "The officer's desk", "The supervisor", "The owner of a service"
AUDITOR, COUNTER, REGISTRAR = "The auditor", "The counter", "Registries"
PLANNER, HEAD = "desk/agriculture/planner/", "desk/agriculture/planner-head/"
CASE = "main li:has(.tag.good) a"
REFUSED = "main li:has(.tag.bad) a"
IN_TASK = "main a[href*='/planner/cases/']:not([href$='/cases/']):not([href*='revocations'])"

PAGES: list[Shown] = [
    *_of(
        ANYBODY, "", "interior", "",
        ("home", "Home", ""),
        ("verify", "Verify a document", "verify/"),
        ("about", "How verification works", "about/"),
        ("sign-in", "Sign in", "account/sign-in/"),
        ("register", "Make an account", "account/register/"),
        ("not-found", "No such page", "nothing-here/"),
    ),
    *_of(
        ANYBODY, "", "agriculture", "",
        ("services", "The directory of services", "services/"),
        ("service", "A service", PLAN),
        ("entitled", "Am I entitled?", f"{PLAN}entitled/"),
        ("resume", "Go on with an application", "resume/"),
    ),
    *_of(
        ANYBODY, "", "authority", "",
        ("registers", "Public registers", "registers/"),
    ),
    *_of(
        CITIZEN, "sarhang", "agriculture", "",
        ("cases", "My applications", "cases/"),
        ("case-granted", "An application that was granted", "cases/", CASE),
        ("timeline", "Everything with its date", "cases/", "main a[href*='/timeline/events/farming']"),
        ("act", "An act of it, and its proof", "cases/", CASE, "main a[href*='/acts/']"),
        ("application", "Check your answers", "cases/", "main a[href*='/applications/']"),
        ("step", "A page of the form", "cases/", "main a[href*='/applications/']", "main a[href*='/crops/']"),
        ("notices", "What I was told", "notices/"),
        ("reach", "How I am reached", "notices/reach/"),
        ("documents", "My documents", "documents/"),
        ("document", "A document", "documents/", "main table a, main a.tablet"),
        ("records", "What the state knows about me", "records/"),
        ("record", "A record", "records/", "main a[href*='/records/agriculture/']"),
        ("account", "My account", "account/"),
    ),
    *_of(
        CITIZEN, "ali", "agriculture", "",
        ("case-refused", "An application that was refused", "cases/", REFUSED),
        ("appeal", "An appeal", "cases/", REFUSED, "main a[href*='/appeal/']"),
    ),
    *_of(
        CITIZEN, "sarhang", "interior", "",
        ("readings", "Who read my data", "readings/"),
        ("reading", "One reading, and its proof", "readings/", "main a[href*='/readings/agriculture/']"),
    ),
    *_of(
        OFFICER, "karwan", "agriculture", PLANNER,
        ("desk", "What there is to do", ""),
        ("desk-cases", "Cases", "cases/"),
        ("desk-case", "A case", "cases/", IN_TASK),
        ("desk-action", "A decision", "cases/", IN_TASK, "main a[href*='/do/']"),
        ("desk-ask", "A question to the applicant", "cases/", IN_TASK, "main a[href$='/ask/']"),
        ("desk-release", "Documents to release", "drafts/"),
        ("desk-documents", "Documents that were released", "documents/"),
        ("desk-document", "One of them", "documents/", "main table a"),
    ),
    *_of(
        COUNTER, "karwan", "agriculture", PLANNER,
        ("compare", "Comparing somebody with their card", "persons/"),
        ("apply", "Applying for somebody", "apply/"),
        ("consent", "Their consent", "apply/", "main a[href*='/apply/services/']"),
    ),
    *_of(
        SUPERVISOR, "intisar", "agriculture", HEAD,
        ("workload", "Who has how much to do", "supervision/"),
        ("troubles", "What failed", "supervision/troubles/"),
        ("proposals", "What waits for a second person", "proposals/"),
    ),
    *_of(
        SUPERVISOR, "dalia", "agriculture", "desk/communications/training-officer/",
        ("rounds", "Rounds", "rounds/"),
        ("round", "A round", "rounds/", "main a[href*='/rounds/training/']"),
    ),
    *_of(
        OWNER, "intisar", "agriculture", HEAD,
        ("owner-services", "Services", "services/"),
        ("owner-service", "A service", "services/season-plan/"),
        ("owner-steps", "Its pages", "services/season-plan/now/steps/"),
        ("owner-rules", "Its rules", "services/season-plan/now/rules/"),
        ("owner-flow", "Its flow", "services/season-plan/now/flow/"),
        ("owner-examples", "Its examples", "services/season-plan/now/examples/"),
        ("owner-numbers", "Its numbers", "services/season-plan/numbers/"),
    ),
    *_of(
        AUDITOR, "sabah", "agriculture", "desk/agriculture/auditor/",
        ("audit", "Finding a case", "audit/"),
    ),
    *_of(
        REGISTRAR, "rand", "interior", "desk/interior/registrar/",
        ("draft-form", "A document is drafted", "new/residence-confirmation/"),
        ("registries", "Registries", "registries/"),
        ("registry", "A registry", "registries/", "main a[href*='/registries/persons/']"),
        ("registry-record", "A record and its history", "registries/persons/", "main table a"),
        ("registry-new", "A new record", "registries/persons/new/"),
        ("registry-import", "Records from a file", "registries/persons/imports/"),
        ("registry-numbers", "Counted", "registries/persons/numbers/"),
    ),
    *_of(
        REGISTRAR, "talib", "interior", "desk/interior/registrar-head/",
        ("registry-duplicates", "One person twice?", "registries/persons/duplicates/"),
    ),
]  # fmt: skip
