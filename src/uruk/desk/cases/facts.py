"""What registries say in a case, with what the applicant says against it; what follows, with its article."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from uruk.desk.pages import told
from uruk.services.api import CaseView
from uruk.ui.api import FactTold, article_told, fact_told, service_model

# Of a fact that is a list, as many records are shown.
MAX_RECORDS = 50


@dataclass(frozen=True)
class Beside:
    """A fact as it stands beside the answers; `dispute`: what the applicant says against it."""

    told: FactTold
    dispute: str
    cut: bool


@dataclass(frozen=True)
class ConditionTold:
    """A condition in words, with the tone of what became of it, and its article."""

    sentence: str
    outcome: str
    tone: str
    article: str
    url: str


def facts_beside(view: CaseView) -> tuple[Beside, ...]:
    """The facts that the reader sees, in the order of the service."""
    found = []
    for name in service_model(view.definition).facts:
        if name in view.facts:
            value = view.facts[name]
            cut = isinstance(value, list) and len(value) > MAX_RECORDS
            shown = value[:MAX_RECORDS] if isinstance(value, list) else value
            found.append(Beside(fact_told(view.definition, name, shown), view.disputes.get(name, ""), cut))
    return tuple(found)


def conditions_told(view: CaseView) -> tuple[ConditionTold, ...]:
    """Every condition, whether it holds now, and its article."""
    found = []
    for one in view.conditions:
        article, (outcome, tone) = article_told(one.article, one.law), _outcome(one.holds)
        name, url = ("", "") if article is None else (article.name, article.url)
        found.append(ConditionTold(told(one.text), outcome, tone, name, url))
    return tuple(found)


def _outcome(holds: bool | None) -> tuple[str, str]:
    if holds is None:
        return _("Not known yet"), "wait"
    return (_("It holds"), "good") if holds else (_("It does not hold"), "bad")
