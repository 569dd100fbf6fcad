"""`uruk officer`: who holds which office, appointed and ended at a terminal. Each is an act of the institution."""

import secrets
from datetime import date, timedelta
from typing import Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.cli.periods import check_role, first_day, last_day, typed_day
from uruk.kernel.api import Text, error_sentence, midnight, rfc3339

app = typer.Typer(help="Officers: appointed, listed, their offices ended.")
Name = Annotated[str, typer.Argument(help="The name the officer signs in with, such as `sara.rashid`.")]
Institution = Annotated[str, typer.Option(help="The institution's code.")]
Role = Annotated[str, typer.Option(help="A role of that institution.")]


@app.command()
def add(
    name: Name,
    institution: Institution,
    role: Role,
    first: Annotated[str, typer.Option("--from", help="First day of the office (YYYY-MM-DD). Default: today.")] = "",
    last: Annotated[str, typer.Option("--until", help="Last day of the office (YYYY-MM-DD). Default: open.")] = "",
    name_ar: Annotated[str, typer.Option(help="The officer's name in Arabic.")] = "",
    name_ckb: Annotated[str, typer.Option(help="The officer's name in Kurdish (Sorani).")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Give somebody an office. A new officer's first password is printed, once: hand it over in person."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        period = typed_day(first), typed_day(last)
    password = secrets.token_urlsafe(12)
    with node_at_hand(spoken):
        is_new = _appoint(name, institution, role, period, Text(name_ar or name, name_ckb or name_ar or name), password)
    if json:
        say_json(officer=name, institution=institution, role=role, password=password if is_new else None)
        return
    say(f"{name}: {role}, {institution}")
    if is_new:
        say(error_sentence("cli.first_password", spoken, {"password": password}))


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List who holds which office now."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.people.api import list_officers

        views = list_officers()
    for view in views:
        office, until = view.office, rfc3339(view.office.until) if view.office.until else None
        shown = view.names.get(spoken) or view.names.get("ar") or ""
        if json:
            facts = {"institution": office.institution, "role": office.role, "since": rfc3339(office.since)}
            say_json(officer=view.officer_name, name=shown, until=until, **facts)
        else:
            period = f"{first_day(office.since)}–{last_day(office.until) if office.until else ''}"
            say(f"{office.institution}  {office.role}  {view.officer_name}  {shown}  {period}")


@app.command()
def end(name: Name, institution: Institution, role: Role, language: Language = "", json: AsJson = False) -> None:
    """End an office now: from this moment the officer can no longer act in it."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.documents.api import publish_public_files
        from uruk.kernel.api import Actor
        from uruk.people.api import end_officer

        receipt = end_officer(Actor.system(institution), name, institution, role)
        publish_public_files()
    if json:
        say_json(officer=name, institution=institution, role=role, receipt=receipt.to_json())
    else:
        say(f"{name}: {role}, {institution} ✕")


def _appoint(
    name: str, institution: str, role: str, period: tuple[date | None, date | None], names: Text, password: str
) -> bool:
    """Register the officer; whether the account is new and so has this password."""
    from uruk.acts.api import clock
    from uruk.kernel.api import Actor
    from uruk.people.api import officer_exists, register_officer

    check_role(institution, role)
    first, last = period
    is_new = not officer_exists(name)
    register_officer(
        Actor.system(institution),
        institution,
        role,
        name,
        names,
        since=midnight(first) if first else clock().now().replace(microsecond=0),
        until=midnight(last + timedelta(days=1)) if last else None,
        password=password,
        first_password=True,
    )
    return is_new
