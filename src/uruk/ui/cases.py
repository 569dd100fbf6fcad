"""Cases in words, alike for whom they are about and for officers: whose turn it is, what was done, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.definitions.api import Article, Definition, Fields
from uruk.kernel.api import Dinars, error_sentence, format_date, listed, local_digits
from uruk.publishing.api import country, institutions
from uruk.services.api import (
    CLOSED,
    PARTIES,
    WAYS,
    CaseView,
    EffectView,
    PastAct,
    SupervisedCase,
    WaitView,
)
from uruk.ui.applying.telling import FileUrl, fact_title, no_url
from uruk.ui.applying.words import model_of
from uruk.ui.language import reader_language
from uruk.ui.records import institution_name, office_name
from uruk.ui.shown import Fact, facts


class Named(Protocol):
    """What is told of a case in the words of its service: also where all of it is looked over."""

    @property
    def institution(self) -> str:
        """Whose case it is."""

    @property
    def definition(self) -> Definition:
        """The service that it runs on."""


# A case as its applicant or its officer sees it, or its supervisor.
Placed = CaseView | SupervisedCase


@dataclass(frozen=True)
class ArticleTold:
    """An article as a decision cites it; its address where one is known."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class FailedTold:
    """A condition that does not hold: its sentence, the article, and the facts that it rests on."""

    sentence: str
    article: ArticleTold | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class DecisionTold:
    """Why a case came where it is. `how`: by whom or what; `said`: what an officer said with it."""

    how: str
    failed: tuple[FailedTold, ...]
    said: tuple[Fact, ...]


@dataclass(frozen=True)
class WaitTold:
    """What was asked for in vain: what, of whom, since when, how often in words, when again, why nobody answered."""

    what: str
    holder: str
    since: datetime
    tried: str
    next_at: datetime
    why: str


@dataclass(frozen=True)
class EffectTold:
    """What a case does, what came of it, and the tone of that; `document`: the id of what was issued."""

    what: str
    outcome: str
    tone: str
    kind: str
    document: str = ""


def case_number(case: UUID) -> str:
    """What a case is called when somebody reads it out: eight letters and digits, the same wherever it is shown."""
    told = case.hex[-8:].upper()
    return f"{told[:4]}-{told[4:]}"


def comma(parts: Sequence[str]) -> str:
    """Several names in one line."""
    return listed(parts, reader_language())


# -- whose turn it is --------------------------------------------------------------------------------------------------


def party_told(view: Named, party: str) -> str:
    """Whom a case waits for: an office, an institution, the second signatory, a fee."""
    if party in PARTIES:
        return PARTIES[party].get(reader_language())
    if party in model_of(view.definition).roles:
        return office_name(view.institution, party)
    return institution_name(party)


def turn_told(view: Placed, *, own: bool = False) -> str:
    """Whose turn it is, in a line; `own`: to the applicant themselves."""
    if view.closed is not None:
        return CLOSED[view.closed].get(reader_language())
    if own and "applicant" in {view.task, *view.parties}:
        return _("It is your turn")
    if view.task is not None:
        return _("With: %(office)s") % {"office": party_told(view, view.task)}
    return _("Waits for: %(party)s") % {"party": comma([party_told(view, one) for one in view.parties])}


def turn_word_told(institution: str, turn: str) -> str:
    """Whose turn it is, of the word by which an institution's cases are found (`task:planner`, `wait:town`)."""
    kind, _colon, rest = turn.partition(":")
    if kind == "closed":
        return CLOSED[rest].get(reader_language())
    names = comma([party_today(institution, one) for one in rest.split()])
    return _("With: %(office)s") % {"office": names} if kind == "task" else _("Waits for: %(party)s") % {"party": names}


def party_today(institution: str, party: str) -> str:
    """The same of a party where no case is at hand: an office is one that the institution has today."""
    if party in PARTIES:
        return PARTIES[party].get(reader_language())
    known = institutions().get(institution)
    is_role = known is not None and party in known.roles
    return office_name(institution, party) if is_role else institution_name(party)


def turn_tone(view: Placed) -> str:
    """The tone of the tag that says whose turn it is."""
    if view.closed is not None:
        return {"granted": "good", "refused": "bad", "lapsed": "bad"}.get(view.closed, "")
    return "wait" if "applicant" in {view.task, *view.parties} else ""


def waits_told(view: Placed) -> tuple[WaitTold, ...]:
    """What the case has asked for in vain so far, and is going to ask for again."""
    return () if view.closed is not None else tuple(_wait(view, one) for one in view.waits)


def _wait(view: Placed, one: WaitView) -> WaitTold:
    kind, _dot, rest = one.what.partition(".")
    if kind == "facts":
        what, holder = fact_title(view.definition, rest), holder_of_fact(view, rest)
    elif kind == "reviews":
        what, holder = PARTIES[kind].get(reader_language()), rest
    else:
        what, holder = _of_effect(view, rest)
    why = error_sentence(one.error, reader_language(), {})
    return WaitTold(what, institution_name(holder), one.since, _tried(one.tries), one.next_at, why)


def _tried(tries: int) -> str:
    told = ngettext("Asked once.", "Asked %(count)s times.", tries)
    return told % {"count": local_digits(str(tries), reader_language())}


def _of_effect(view: Placed, rest: str) -> tuple[str, str]:
    entry, position, _row = (int(part) for part in rest.split("."))
    state = next((one.state for one in view.entries if one.seq == entry), view.state)
    effect = model_of(view.definition).states[state].do[position]
    return effect_name(view, effect.kind, effect.target), effect.target.rpartition("/")[0] or view.institution


def holder_of_fact(view: Placed, name: str) -> str:
    """The code of the institution that holds a fact."""
    return model_of(view.definition).facts[name].holder or view.institution


# -- what is done ------------------------------------------------------------------------------------------------------


def action_told(definition: Definition, name: str) -> str:
    """What an action, an outcome or a way is called."""
    written = definition.texts.find(f"actions.{name}") or WAYS.get(name)
    if name.startswith("next."):
        return _("By the rules")
    return name if written is None else written.get(reader_language())


def effect_name(view: Named, kind: str, target: str) -> str:
    """What a state does, by what it does it with."""
    institution, _slash, code = target.rpartition("/")
    of = {"record": "registry", "reserve": "registry", "release": "registry", "open": "service"}.get(kind, "document")
    known = None if kind in {"notify", "remind"} else country().find(of, institution or view.institution, code)
    title = target if known is None else known.title.get(reader_language())
    return {
        "record": _("Recorded in: %(title)s"),
        "reserve": _("Reserved: %(title)s"),
        "release": _("Given back: %(title)s"),
        "issue": _("Document: %(title)s"),
        "notify": _("A notice"),
        "remind": _("A reminder"),
        "open": _("A new application: %(title)s"),
        "revoke": _("Revoked: %(title)s"),
    }[kind] % {"title": title}


def effect_told(view: Placed, one: EffectView) -> EffectTold:
    """What a case does, and what came of it."""
    document = str(one.result.get("document", "")) if one.kind == "issue" else ""
    outcome, tone = _outcome(view, one)
    return EffectTold(effect_name(view, one.kind, one.target), outcome, tone, one.kind, document)


def _outcome(view: Placed, one: EffectView) -> tuple[str, str]:
    if one.outcome == "done" and one.kind == "remind":
        day = format_date(date.fromisoformat(str(one.result["on"])), reader_language())
        return _("Comes on %(day)s") % {"day": day}, "good"
    if one.outcome == "done":
        return _("Done"), "good"
    if one.outcome == "short":
        return _("Not enough was left"), "bad"
    if one.outcome == "failed":
        return _("It failed: %(why)s") % {"why": error_sentence(one.error, reader_language(), {})}, "bad"
    whom = comma([party_told(view, each) for each in one.waits_for.split()])
    return (_("Waits for: %(party)s") % {"party": whom} if whom else _("To be done")), "wait"


def past_told(view: Named, act: PastAct, *, own: bool = False) -> str:
    """One act of a case in a sentence; `own`: to the applicant themselves."""
    if act.type == "case.moved":
        return _moved(view, act, own=own)
    if act.type == "case.effect-done":
        return _came(view, act)
    names = {
        "office": office_name(view.institution, act.role) if act.role else institution_name(view.institution),
        "title": fact_title(view.definition, act.by),
        "to": party_told(view, act.to) if act.type == "case.handed-on" else "",
        "action": action_told(view.definition, act.by),
    }
    return _acts(own=own)[act.type] % names


def _came(view: Named, act: PastAct) -> str:
    """An effect, and what came of it where that is not simply its being done."""
    kind, _space, target = act.to.partition(" ")
    name = effect_name(view, kind, target)
    if act.by == "done":
        return name
    came = {"short": _("Not enough was left"), "waiting": _("It waits for officers"), "failed": _("It failed")}
    return f"{name} · {came[act.by]}"


def _moved(view: Named, act: PastAct, *, own: bool) -> str:
    """How a case came to another state."""
    action = action_told(view.definition, act.by)
    if act.by.startswith("next."):
        return _("Decided by the rules")
    if act.by == "late":
        return _("The time for this step ended")
    if act.by == "appeal":
        return _("You appealed") if own else _("The applicant appealed")
    if act.role:
        return f"{office_name(view.institution, act.role)}: {action}"
    if act.person is None:
        return _("What it waited for was done") if act.by == "done" else _("By itself: %(action)s") % {"action": action}
    return _("You: %(action)s") % {"action": action} if own else _("The applicant: %(action)s") % {"action": action}


def _acts(*, own: bool) -> Mapping[str, str]:
    return {
        "case.submitted": _("You applied") if own else _("The applicant applied"),
        "case.fact-told": _("Told by its holder: %(title)s"),
        "case.fact-disputed": _("You disputed: %(title)s") if own else _("The applicant disputed: %(title)s"),
        "case.handed-on": _("The time ended, and it went to: %(to)s"),
        "case.action-proposed": _("%(office)s proposed a decision, which a second officer must sign"),
        "case.action-declined": _("%(office)s did not sign the proposed decision"),
        "case.reassigned": _("It was given to another officer"),
        "case.reviewed": _("%(office)s said what they think: %(action)s"),
        "case.effects-retried": _("What had failed is tried again"),
        "case.question-asked": _("%(office)s asked you something")
        if own
        else _("%(office)s asked the applicant something"),
        "case.kept": _("It is kept beyond its time, as evidence"),
        "case.let-go": _("It is kept no longer than its service says"),
        "case.question-answered": _("You answered a question") if own else _("The applicant answered a question"),
    }


# -- why ---------------------------------------------------------------------------------------------------------------


def article_told(article: Article | None, citation: str) -> ArticleTold | None:
    """An article as it is cited; the citation itself where this node does not know the law."""
    if article is None:
        return ArticleTold(citation) if citation else None
    language = reader_language()
    names = {"law": article.title.get(language), "article": local_digits(article.article, language)}
    url = article.source if article.source.startswith(("https://", "http://")) else ""
    return ArticleTold(_("%(law)s, article %(article)s") % names, url)


def decision_told(view: CaseView, file_url: FileUrl = no_url) -> DecisionTold | None:
    """Why the case came where it is: by which rule or officer, which conditions, which facts, which article."""
    found = view.decision
    if found is None:
        return None
    failed = tuple(
        FailedTold(
            one.text.get(reader_language()),
            article_told(one.article, one.law),
            tuple(_fact_and_holder(view, name) for name in one.facts),
        )
        for one in found.failed
    )
    return DecisionTold(_how(view), failed, said_facts(view.definition, found.said, file_url))


def _fact_and_holder(view: CaseView, name: str) -> str:
    return f"{fact_title(view.definition, name)} ({institution_name(holder_of_fact(view, name))})"


def _how(view: CaseView) -> str:
    """Who or what decided, with the rule by its number."""
    last = next((one for one in reversed(view.past.acts) if one.type == "case.moved"), None)
    if last is None:
        return ""
    if last.by.startswith("next."):
        number = local_digits(str(int(last.by.removeprefix("next.")) + 1), reader_language())
        return _("The rules of the service decided, without an officer. The rule that held: number %(number)s.") % {
            "number": number
        }
    if last.by == "late":
        return _("The time for this step ended before anybody decided.")
    action = action_told(view.definition, last.by)
    if last.role:
        return _("%(office)s decided: %(action)s.") % {
            "office": office_name(view.institution, last.role),
            "action": action,
        }
    # What was waited for came: that says nothing beside what came of it.
    return "" if last.by == "done" else action


def said_facts(definition: Definition, said: Mapping[str, object], file_url: FileUrl = no_url) -> tuple[Fact, ...]:
    """What was said with actions, in the words of the service; a file leads to its address."""
    states = model_of(definition).states.values()
    named = {one.name: one for state in states for action in state.actions for one in action.fields}
    fields = tuple(one for name, one in named.items() if said.get(name) is not None)
    told = facts(Fields(fields), definition.texts, country().shared.catalogues, said)
    return tuple(
        replace(fact, url=file_url(str(said[one.name]))) if one.type == "file" else fact
        for one, fact in zip(fields, told, strict=True)
    )


def fee_told(view: CaseView) -> str:
    """What the case costs; empty where that is nothing, or not known."""
    return "" if view.fee_iqd is None else Dinars(view.fee_iqd).format(reader_language())
