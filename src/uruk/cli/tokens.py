"""`uruk token`: programs of an institution, and the tokens by which they act. Each is an act of the institution."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.cli.periods import check_role, first_day, last_day, typed_day
from uruk.kernel.api import CodedError, Text, error_sentence, midnight, rfc3339

app = typer.Typer(help="Tokens of programs that work with registries and services: made, listed, ended.")


@app.command()
def new(
    institution: Annotated[str, typer.Argument(help="The institution's code.")],
    role: Annotated[str, typer.Argument(help="A role of that institution.")],
    name: Annotated[str, typer.Option(help="What the program is called; persons whose records it reads see this.")],
    name_ar: Annotated[str, typer.Option(help="The same in Arabic.")] = "",
    name_ckb: Annotated[str, typer.Option(help="The same in Kurdish (Sorani).")] = "",
    registry: Annotated[list[str], typer.Option(help="The code of a registry; repeat it for more.")] = [],  # noqa: B006
    service: Annotated[list[str], typer.Option(help="The code of a service; repeat it for more.")] = [],  # noqa: B006
    until: Annotated[str, typer.Option(help="The last day on which it is good (YYYY-MM-DD). Default: open.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Make a token with which a program acts in a role on some registries and services. It is printed once."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        last = typed_day(until)
    with node_at_hand(spoken):
        from uruk.kernel.api import Actor
        from uruk.people.api import admit_program

        check_role(institution, role)
        _check_codes("registry", "cli.registry_unknown", institution, registry)
        _check_codes("service", "cli.service_not_in_force", institution, service)
        names = Text(name_ar or name, name_ckb or name_ar or name, name)
        end = midnight(last + timedelta(days=1)) if last else None
        acts_as = (Actor.system(institution), institution, role)
        found, token = admit_program(*acts_as, registry, names, until=end, services=service)
    if json:
        on = {"registries": found.registries, "services": found.services}
        say_json(id=found.id, institution=institution, role=role, **on, token=token)
        return
    say(f"{found.id}  {role}, {institution}: {', '.join((*found.registries, *found.services))}")
    say(error_sentence("cli.token_once", spoken, {"token": token}))


@app.command(name="list")
def list_all(language: Language = "", json: AsJson = False) -> None:
    """List the tokens that are good now, without the tokens themselves."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.people.api import list_programs

        views = list_programs()
    for view in views:
        if json:
            until = rfc3339(view.until) if view.until else None
            facts = {"institution": view.institution, "role": view.role, "registries": view.registries}
            facts["services"] = view.services
            say_json(id=view.id, name=view.names.get(spoken), since=rfc3339(view.since), until=until, **facts)
        else:
            period = f"{first_day(view.since)}–{last_day(view.until) if view.until else ''}"
            where = f"{view.institution}  {view.role}  {', '.join((*view.registries, *view.services))}"
            say(f"{view.id}  {where}  {view.names.get(spoken)}  {period}")


@app.command()
def end(
    token: Annotated[UUID, typer.Argument(metavar="ID", help="The id that `uruk token list` shows.")],
    language: Language = "",
    json: AsJson = False,
) -> None:
    """End a token now: from this moment it opens nothing."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.kernel.api import Actor
        from uruk.people.api import end_program

        receipt = end_program(Actor.system(), token)
    if json:
        say_json(id=token, receipt=receipt.to_json())
    else:
        say(f"{token} ✕")


def _check_codes(kind: str, unknown: str, institution: str, codes: list[str]) -> None:
    from uruk.publishing.api import codes_in_force

    known = codes_in_force(kind, institution)
    for code in codes:
        if code not in known:
            raise CodedError(unknown, **{kind: code[:80]}, known=", ".join(known) or "—")
