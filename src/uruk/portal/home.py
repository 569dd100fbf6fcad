"""The first page, and what verifying proves."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from uruk.ui.api import public, reader_language


@public
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the reader's language; the browser carries what stands behind the # along."""
    response = HttpResponseRedirect(reverse("portal:home"))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@public
def home(request: HttpRequest) -> HttpResponse:
    """The home page; a script hands a scanned code on to the verify page."""
    return remember_language(request, render(request, "portal/home.html"))


def remember_language(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the language that was chosen, so that the next scanned code opens in it."""
    language = reader_language()
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != language:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, 365 * 86400, secure=secure, httponly=True, samesite="Lax"
        )
    return response


@public
def about(request: HttpRequest) -> HttpResponse:
    """How verifying works, and what it does not prove."""
    return render(request, "portal/about.html")
