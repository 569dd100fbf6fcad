"""What every answer of a node carries, and what it tells its operator."""

import logging
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from uruk.web.observe import Observe, metrics
from uruk.web.security import CONTENT_SECURITY_POLICY, SecurityHeaders


def page(_: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>")


def test_no_page_may_hold_inline_scripts_or_styles_or_anything_from_elsewhere() -> None:
    answer = SecurityHeaders(page)(RequestFactory().get("/"))
    policy = answer.headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    assert "http" not in policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")
    assert (rules["frame-ancestors"], rules["base-uri"]) == ("'none'", "'none'")


def test_every_page_is_protected_against_framing_sniffing_and_leaking_its_address() -> None:
    headers = SecurityHeaders(page)(RequestFactory().get("/")).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    headers = SecurityHeaders(page)(RequestFactory().get("/")).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_view_may_tighten_a_header() -> None:
    answer = SecurityHeaders(lambda _: HttpResponse(headers={"Referrer-Policy": "no-referrer"}))
    assert answer(RequestFactory().get("/")).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/metrics", "/nothing-here", "/ar/"])
def test_the_headers_are_on_every_kind_of_answer(path: str) -> None:
    answer = Client().get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"]


@pytest.mark.django_db
def test_metrics_are_for_callers_on_this_machine_only() -> None:
    asked = RequestFactory()
    assert metrics(asked.get("/metrics", REMOTE_ADDR="127.0.0.1")).status_code == 200
    assert metrics(asked.get("/metrics", REMOTE_ADDR="203.0.113.7")).status_code == 404
    proxied = asked.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert metrics(proxied).status_code == 404


def test_requests_are_logged_by_route_never_by_path_or_query(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="uruk"):
        Observe(page)(RequestFactory().get("/documents/198012345678?q=198012345678"))
    (record,) = caplog.records
    assert "198012345678" not in str(record.msg)
    assert record.msg["status"] == 200


def test_cookies_are_kept_from_scripts_and_other_sites() -> None:
    for name in ("SESSION", "CSRF"):
        assert getattr(django_settings, f"{name}_COOKIE_HTTPONLY")
        assert getattr(django_settings, f"{name}_COOKIE_SAMESITE") == "Lax"


def test_arabic_comes_first() -> None:
    assert [code for code, _ in django_settings.LANGUAGES] == ["ar", "ckb", "en"]
    assert (django_settings.LANGUAGE_CODE, django_settings.TIME_ZONE) == ("ar", "Asia/Baghdad")


def test_django_finds_nothing_wrong_with_itself() -> None:
    assert run_checks() == []
