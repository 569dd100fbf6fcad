"""The last part of each service's page in docs/services: its flow, drawn, and its pictures, in three languages.

    .venv/bin/python packaging/service_pages.py

Writes docs/services/flows/CODE.LANGUAGE.svg for every service of the bundled country, and in docs/services/CODE.md what
stands from the heading `## Drawn` on; the page itself is somebody's. A test says when a definition has changed since.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from uruk.definitions.api import Country, Definition, Kind, load_country  # noqa: E402
from uruk.documents.kind import DOCUMENT_KIND  # noqa: E402
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND  # noqa: E402
from uruk.kernel.api import LANGUAGES, country_folder  # noqa: E402
from uruk.registries.kind import REGISTRY_KIND  # noqa: E402
from uruk.services.domain.definition import ServiceDefinition  # noqa: E402
from uruk.services.domain.drawing.flow import draw_flow  # noqa: E402
from uruk.services.kind import SERVICE_KIND  # noqa: E402

PAGES = ROOT / "docs" / "services"
KINDS: list[Kind] = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SERVICE_KIND, SUBSYSTEM_KIND]
NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English"}
HEADING = "\n## Drawn\n"


def written() -> dict[Path, str]:
    """Every file that this writes, with what is in it."""
    country = load_country(country_folder(""), KINDS)
    found: dict[Path, str] = {}
    for service in country.of_kind("service"):
        page = PAGES / f"{service.code}.md"
        if page.is_file():
            found |= dict(_flows(country, service))
            own = page.read_text(encoding="utf-8").partition(HEADING)[0]
            found[page] = f"{own.rstrip()}\n{HEADING}\n{_drawn(service.code)}"
    return found


def pageless() -> list[str]:
    """Services that people apply for, and that no page is about."""
    services = load_country(country_folder(""), KINDS).of_kind("service")
    public = [one.code for one in services if {"web", "counter"} & set(cast(ServiceDefinition, one.model).channels)]
    return [code for code in public if not (PAGES / f"{code}.md").is_file()]


def _flows(country: Country, service: Definition) -> Iterator[tuple[Path, str]]:
    names = {one.code: one.names for one in country.institutions.values()}
    names |= {role.code: role.name for role in country.institutions[service.institution].roles.values()}
    for language in LANGUAGES:
        drawn = draw_flow(cast(ServiceDefinition, service.model), service.texts, names, language)
        yield PAGES / "flows" / f"{service.code}.{language}.svg", drawn


def _drawn(code: str) -> str:
    others = " · ".join(f"[{NAMES[one]}](flows/{code}.{one}.svg)" for one in LANGUAGES)
    lines = [f"Its flow: {others}. `make screenshots` writes this part.", "", f"![Its flow](flows/{code}.en.svg)"]
    pictures = sorted({one.name.partition(".")[0] for one in (PAGES / "pictures").glob(f"{code}-*.en.*.webp")})
    for name in pictures:
        if name.startswith(f"{code}-"):
            cells = [next((PAGES / "pictures").glob(f"{name}.{one}.*.webp")).name for one in LANGUAGES]
            lines += ["", f"| {' | '.join(NAMES[one] for one in LANGUAGES)} |", "|---|---|---|"]
            lines.append(f"| {' | '.join(f'![{name}](pictures/{cell})' for cell in cells)} |")
    return "\n".join(lines) + "\n"


def write() -> None:
    """Write what has changed."""
    for path, text in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
