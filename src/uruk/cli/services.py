"""`uruk service`: what a service of a country's folder looks like before anybody uses it, and how one goes."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.country import FolderOption, chosen_country
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.definitions.api import load_country
from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.services.api import ServiceNumbers

app = typer.Typer(help="Services: drawn, counted.")
Name = Annotated[str, typer.Argument(help="Institution and service, such as `agriculture/season-plan`.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m"], help="First month. Default: January.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m"], help="Last month. Default: this month.")]
Out = Annotated[Path | None, typer.Option(help="Where to write it. Default: to the terminal.")]


@app.command()
def flow(service: Name, folder: FolderOption = None, out: Out = None, language: Language = "") -> None:
    """Draw the flow of a service as SVG: its states, whose turn it is in each, and every way between them."""
    spoken = chosen(language)
    set_up()
    from uruk.publishing.api import kinds
    from uruk.services.api import ServiceDefinition, draw_flow

    with errors_as_sentences(spoken):
        country = load_country(chosen_country(folder), kinds())
        institution, _, code = service.partition("/")
        found = country.find("service", institution, code)
        if found is None:
            raise CodedError("cli.service_unknown", service=service[:80])
        names = {one.code: one.names for one in country.institutions.values()}
        names |= {role.code: role.name for role in country.institutions[institution].roles.values()}
        drawn = draw_flow(cast(ServiceDefinition, found.model), found.texts, names, spoken)
    if out is None:
        say(drawn)
    else:
        out.write_text(drawn, encoding="utf-8")
        say(str(out))


@app.command()
def numbers(
    service: Name, since: Since = None, until: Until = None, language: Language = "", json: AsJson = False
) -> None:
    """Count the cases of a service: where they stand, how long they took, why they were refused; naming nobody."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.kernel.api import Actor
        from uruk.services.api import Period, service_numbers, this_year

        usual = this_year()
        period = Period.of(_month(since, usual.first), _month(until, usual.last))
        institution, _, code = service.partition("/")
        found = service_numbers(Actor.system(None), institution, code, period)
    for part, what, count in _counted(found, spoken):
        if json:
            say_json(part=part, what=what, cases=count)
        else:
            say(f"{part:8}  {count:>9}  {what}")
    if found.lasted:
        if json:
            say_json(part="lasted", median_h=found.lasted.median_h, ninth_decile_h=found.lasted.ninth_decile_h)
        else:
            say(f"lasted    ½ ≤ {found.lasted.median_h} h    9/10 ≤ {found.lasted.ninth_decile_h} h")


def _month(day: datetime | None, otherwise: int) -> date:
    return date(otherwise // 12, otherwise % 12 + 1, 1) if day is None else day.date()


def _counted(found: "ServiceNumbers", spoken: str) -> Iterator[tuple[str, str, int]]:
    """Each number: of what part it is, of what, and how many; what is too rare to be told apart as `…`."""
    from uruk.services.api import Why, reason_told

    for part in ("states", "arrived", "ended", "reasons"):
        counted = getattr(found, part)
        for one in counted.groups:
            what = str(one.value)
            if part == "reasons":
                what = reason_told(found.definition, Why.of(what)).get(spoken)
            elif part != "states":
                what = f"{int(what) // 12}-{int(what) % 12 + 1:02}"
            yield part, what, one.count
        if counted.others:
            yield part, "…", counted.others


@app.callback()
def services() -> None:
    """Services."""
