"""Pictures of each service of the bundled country, for its page in docs/services: nothing here knows one by name."""

import sys
from pathlib import Path

from gallery_pages import Shown
from gallery_world import ROOT, Demo

sys.path.insert(0, str(ROOT / "src"))

from uruk.definitions.api import Country, survey_country

COUNTRY = next((ROOT / "countries").iterdir())
OWNS = "approve-definitions"


def services(folder: Path = COUNTRY) -> list[tuple[str, str]]:
    """(institution, service) of each service of the country."""
    found = sorted(folder.glob("institutions/*/services/*/service.yaml"))
    return [(path.parents[2].name, path.parent.name) for path in found]


def service_pages(demo: Demo) -> list[Shown]:
    """What a citizen reads before applying, each page of the form, where the cases of the journey came to stand."""
    country = survey_country(COUNTRY)
    return [one for place in services() for one in _of_service(demo, country, *place)]


def _of_service(demo: Demo, country: Country, institution: str, code: str) -> list[Shown]:
    node = next((one.code for one in country.nodes if institution in one.hosts), next(iter(demo.urls)))
    found = [Shown(institution, f"{code}-service", code, "", node, f"services/{institution}/{code}/", (), ("phone",))]
    owner = _owner(demo, country, institution)
    if owner is not None:
        path = f"desk/{institution}/{owner[1]}/services/{code}/now/steps/"
        found.append(Shown(institution, f"{code}-steps", code, owner[0], node, path, (), ("desk",)))
    for case in (*country.cases, *(case for one in country.rounds for case in one.cases)):
        if (case.institution, case.service) == (institution, code) and case.name in demo.cases:
            path = f"cases/{demo.cases[case.name]}/"
            found.append(Shown(institution, f"{code}-{case.name}", code, case.applicant, node, path, (), ("phone",)))
    return found


def _owner(demo: Demo, country: Country, institution: str) -> tuple[str, str] | None:
    """An officer of the institution who decides about definitions, and whose passkey nobody else holds."""
    roles = [one.code for one in country.institutions[institution].roles.values() if OWNS in one.may]
    for person in country.people:
        for office in person.offices:
            if office.institution == institution and office.role in roles and person.code not in demo.busy:
                return person.code, office.role
    return None
