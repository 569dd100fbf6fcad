"""What a service is, in words: who may apply, what is looked up, what is judged, how long each may take."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.definitions.api import Article, Definition, Duration, Laws
from uruk.kernel.api import Dinars, local_digits
from uruk.publishing.api import country
from uruk.services.api import ServiceDefinition
from uruk.ui.api import (
    Fact,
    article_told,
    comma,
    fact_title,
    institution_name,
    party_today,
    reader_language,
    service_model,
    service_texts,
)


@dataclass(frozen=True)
class ConditionTold:
    """A condition with the article that says so."""

    sentence: str
    article: str
    url: str


def title(definition: Definition) -> str:
    """What a service is called."""
    return definition.title.get(reader_language())


def about(definition: Definition) -> str:
    """What it is, in a sentence; "" where nobody wrote one."""
    told = definition.texts.find("about")
    return told.get(reader_language()) if told else ""


def event_of(definition: Definition) -> str | None:
    """The code of its life event."""
    return service_model(definition).event


def who(model: ServiceDefinition) -> str:
    """Who may apply."""
    words = {
        "person": _("you for yourself"),
        "guardian": _("a guardian for a child"),
        "company": _("whoever may act for a company"),
        "institution": _("the officer who speaks for an institution"),
        "group": _("a group"),
        "officer": _("an officer"),
    }
    return comma([words[one] for one in model.applicants])


def where(model: ServiceDefinition) -> str:
    """Where one applies."""
    words = {
        "web": _("here"),
        "counter": _("at a counter of the institution"),
        "exchange": _("institutions ask for it"),
        "case": _("another case opens it"),
    }
    return comma([words[one] for one in model.channels])


def assured(model: ServiceDefinition) -> str:
    """How sure it must be who applies."""
    return {
        "declared": _("An account here."),
        "seen": _("An account here, for which an office has seen your card."),
        "strong": _("An account here, for which an office has seen your card, and a passkey or authenticator app."),
    }[model.assurance]


def conditions(definition: Definition) -> tuple[ConditionTold, ...]:
    """All conditions, each with its article."""
    model, laws = service_model(definition), country().shared.laws
    return tuple(_condition(definition, name, one.law, laws) for name, one in model.conditions.items())


def _condition(definition: Definition, name: str, law: str | None, laws: Laws) -> ConditionTold:
    sentence = definition.texts.get(f"conditions.{name}").get(reader_language())
    return ConditionTold(sentence, *cited(law, laws))


def cited(law: str | None, laws: Laws) -> tuple[str, str]:
    """An article as it is cited, and its address where one is known."""
    found: Article | None = laws.find(law) if law else None
    told = article_told(found, law or "")
    return (told.name, told.url) if told else ("", "")


def papers(definition: Definition) -> tuple[str, ...]:
    """The files that may be asked for."""
    texts = service_texts(definition)
    found = [
        one.field.name for step in service_model(definition).steps for one in step.questions if one.field.type == "file"
    ]
    told = (texts.find(f"fields.{name}") for name in found)
    return tuple(one.get(reader_language()) for one in told if one)


def known(definition: Definition) -> tuple[Fact, ...]:
    """What is looked up, so that nobody brings it: each with its holder."""
    told = service_model(definition).facts
    return tuple(
        Fact(fact_title(definition, name), institution_name(one.holder or definition.institution))
        for name, one in told.items()
    )


def times(definition: Definition) -> tuple[Fact, ...]:
    """How long each of those may take whose turn it becomes."""
    found = [
        Fact(_party(definition, state.task or state.waits or ""), duration_told(state.deadline.within))
        for state in service_model(definition).states.values()
        if state.deadline is not None
    ]
    return tuple(dict.fromkeys(found))


def _party(definition: Definition, party: str) -> str:
    words = {
        "applicant": _("You, if something is sent back to you"),
        "cosigner": _("Whoever signs as well"),
        "fee": _("Payment of the fee"),
        "round": _("The end of the call"),
        "reviews": _("Reviews by several offices"),
    }
    # A definition in force has no roles with it: the institution says today which it has.
    return words[party] if party in words else party_today(definition.institution, party)


def duration_told(found: Duration) -> str:
    """A length of time, as a limit."""
    count = local_digits(str(found.count), reader_language())
    told = {
        "day": ngettext("within %(count)s day", "within %(count)s days", found.count),
        "working_day": ngettext("within %(count)s working day", "within %(count)s working days", found.count),
        "week": ngettext("within %(count)s week", "within %(count)s weeks", found.count),
        "month": ngettext("within %(count)s month", "within %(count)s months", found.count),
        "year": ngettext("within %(count)s year", "within %(count)s years", found.count),
    }[found.unit]
    return told % {"count": count}


def fee(definition: Definition) -> tuple[str, str, str]:
    """What it costs, with article and address: nothing, an amount, or as the answers say."""
    found = service_model(definition).fee
    if found is None:
        return _("It costs nothing."), "", ""
    law, url = cited(found.law, country().shared.laws)
    source = found.amount.source.strip()
    if source.isdigit():
        return Dinars(int(source)).format(reader_language()), law, url
    return _("There is a fee, which follows from your answers. You pay it at a counter."), law, url


def documents(definition: Definition) -> tuple[str, ...]:
    """The documents that it gives."""
    issued = [
        effect.target
        for state in service_model(definition).states.values()
        for effect in state.do
        if effect.kind == "issue"
    ]
    found = (country().find("document", definition.institution, code) for code in dict.fromkeys(issued))
    return tuple(one.title.get(reader_language()) for one in found if one is not None)
