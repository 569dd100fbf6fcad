"""`uruk registry statistics`: how many records say what, by a field's values or by months."""

from typing import TYPE_CHECKING, Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import AsJson, Language, chosen, say, say_json
from uruk.cli.registry.asking import Registry, Token, Where, actor_of, filters_of, parts_of
from uruk.kernel.api import error_sentence

if TYPE_CHECKING:
    from uruk.registries.api import RegistryView


def statistics(
    registry: Registry,
    by: Annotated[str, typer.Option(help="A field by whose values is counted, or `changed_at`: by months.")],
    months: Annotated[bool, typer.Option("--months", help="By the months of a date field.")] = False,
    where: Where = [],  # noqa: B006 (typer makes a new one each time)
    token: Token = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Count the records by a field or by months; a few persons are told apart to those who may export alone."""
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.registries.api import get_registry
        from uruk.registries.api import statistics as counted

        institution, code = parts_of(registry)
        actor = actor_of(institution, token)
        asked = get_registry(actor, institution, code)
        found = counted(actor, institution, code, by, months=months, filters=filters_of(asked, where))
        labels = {} if months else _labels(asked, by, spoken)
    for one in found.groups:
        if json:
            say_json(value=one.value, count=one.count)
        else:
            say(f"{one.count:>10}  {'—' if one.value is None else labels.get(str(one.value), one.value)}")
    if json:
        say_json(others=found.others, total=found.total)
    elif found.total is None or found.others is None:
        say(error_sentence("cli.counted_few", spoken, {}))
    else:
        say(error_sentence("cli.counted", spoken, {"total": found.total, "others": found.others}))


def _labels(registry: "RegistryView", by: str, language: str) -> dict[str, str]:
    """What the choices of a field are called; nothing for another field."""
    from uruk.publishing.api import country

    field = registry.model.fields.find(by)
    if field is None or field.type != "choice":
        return {}
    catalogue = country().shared.catalogues.get(field.catalogue or "")
    texts = registry.definition.texts
    told = {
        code: catalogue.names.get(code) if catalogue else texts.find(f"choices.{by}.{code}") for code in field.options
    }
    return {code: f"{name.get(language)} ({code})" for code, name in told.items() if name is not None}
