"""What a service is: who may apply, what is looked up and judged, how long it may take; from here one begins."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from uruk.kernel.api import CodedError
from uruk.portal.services import telling
from uruk.portal.services.beginning import begin_rows
from uruk.services.api import get_service
from uruk.ui.api import institution_name, public, refuse, service_model


def service_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about a service; one that is not open is refused with a sentence."""

    @public
    @wraps(view)
    def page(request: HttpRequest, institution: str, service: str) -> HttpResponse:
        try:
            return view(request, institution, service)
        except CodedError as error:
            return refuse(request, error, 404)

    return page


@service_page
def service(request: HttpRequest, institution: str, service: str) -> HttpResponse:
    """The page of a service."""
    definition = get_service(institution, service)
    model = service_model(definition)
    fee, fee_law, fee_url = telling.fee(definition)
    context = {
        "definition": definition,
        "title": telling.title(definition),
        "about": telling.about(definition),
        "holder": institution_name(institution),
        "who": telling.who(model),
        "where": telling.where(model),
        "assured": telling.assured(model),
        "fee": fee,
        "fee_law": fee_law,
        "fee_url": fee_url,
        "conditions": telling.conditions(definition),
        "papers": telling.papers(definition),
        "known": telling.known(definition),
        "times": telling.times(definition),
        "documents": telling.documents(definition),
        "guided": bool(model.guide),
        "opens": "web" in model.channels,
        "begin": begin_rows(request, institution, service),
    }
    return render(request, "portal/services/service.html", context)
