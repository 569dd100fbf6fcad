"""Am I entitled? The conditions that a service's guide names, tried on answers of which nothing is kept."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from uruk.definitions.api import Definition, Texts, holes
from uruk.kernel.api import LANGUAGES, CodedError, Text
from uruk.portal.services.service import service_page
from uruk.portal.services.telling import title
from uruk.publishing.api import country
from uruk.services.api import Guide, InvalidAnswersError, Tried, guide_of, try_guide
from uruk.ui.api import (
    NO_PROBLEMS,
    Row,
    article_told,
    asks_for_rows,
    comma,
    fact_title,
    form_rows,
    form_values,
    problems,
    reader_language,
    service_texts,
)

# What stands in a title for what is not known here.
_SOMETHING = "…"


@dataclass(frozen=True)
class ResultTold:
    """One condition: its sentence, `yes`, `no` or `later`, the article, and what is asked for when one applies."""

    sentence: str
    holds: str
    article: str
    url: str
    waits: str
    personal: bool


@service_page
def entitled(request: HttpRequest, institution: str, service: str) -> HttpResponse:
    """The questions of the guide, and what follows from the answers."""
    guide = guide_of(institution, service)
    if guide is None:
        return redirect("portal:service", institution, service)
    if request.method != "POST":
        return _page(request, guide, _rows(guide, {}, {}))
    values = form_values(guide.fields, request.POST)
    if asks_for_rows(request.POST):
        return _page(request, guide, _rows(guide, values, {}))
    try:
        results = tuple(_told(guide.definition, one) for one in try_guide(institution, service, values))
    except InvalidAnswersError as error:
        return _page(request, guide, _rows(guide, values, dict(error.problems)), status=422)
    return _page(request, guide, _rows(guide, values, {}), results)


def _rows(guide: Guide, values: dict[str, object], wrong: dict[str, CodedError]) -> tuple[Row, ...]:
    return form_rows(guide.fields, _texts(guide), country().shared.catalogues, values, wrong)


def _texts(guide: Guide) -> Texts:
    """The service's texts; a list of rows is called like its page, without what only a fact would say."""
    found = dict(service_texts(guide.definition).by_path)
    for field in guide.fields:
        if field.type == "list":
            found[f"fields.{field.name}"] = _bare(found[f"steps.{field.name}.title"])
    return Texts(found)


def _bare(told: Text) -> Text:
    said = [told.get(language) for language in LANGUAGES]
    for name in holes(told.ar):
        said = [one.replace(f"{{{name}}}", _SOMETHING) for one in said]
    return Text(*said)


def _told(definition: Definition, one: Tried) -> ResultTold:
    article = article_told(one.article, one.law)
    holds = "later" if one.holds is None else "yes" if one.holds else "no"
    waits = comma([fact_title(definition, name) for name in one.facts]) if one.holds is None else ""
    name, url = (article.name, article.url) if article else ("", "")
    return ResultTold(one.text.get(reader_language()), holds, name, url, waits, one.personal)


def _page(
    request: HttpRequest, guide: Guide, rows: tuple[Row, ...], results: tuple[ResultTold, ...] = (), status: int = 200
) -> HttpResponse:
    context = {
        "definition": guide.definition,
        "title": title(guide.definition),
        "rows": rows,
        "errors": problems(rows) or NO_PROBLEMS,
        "results": results,
        "refused": any(one.holds == "no" for one in results),
        "open": any(one.holds == "later" for one in results),
    }
    return render(request, "portal/services/guide.html", context, status=status)
