"""Somebody at the pages, without a browser: Django's test client, forms by their names, a software passkey."""

import json
import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from uruk.kernel.api import error_sentence

OPTIONS = re.compile(r'<script id="passkey-options" type="application/json">(.*?)</script>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="proposal" value="(\w+)">')


class Visitor:
    """Reads pages in one language and sends their forms."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.client = Client()
        self.answer = HttpResponse()

    def get(self, path: str) -> HttpResponse:
        """Open a page below the language and follow where it leads."""
        self.answer = self.client.get(f"/{self.language}/{path}", follow=True)
        return self.answer

    def post(self, path: str, **typed: Any) -> HttpResponse:
        """Send a form to a page below the language and follow where it leads."""
        self.answer = self.client.post(f"/{self.language}/{path}", typed, follow=True)
        return self.answer

    def sign_in(self, identifier: str, password: str) -> HttpResponse:
        """Give identifier and password."""
        return self.post("account/sign-in/", identifier=identifier, password=password)

    def show_passkey(self, passkey: Any, path: str, **typed: Any) -> HttpResponse:
        """Open a page with a signing form, answer it with the passkey, and send it."""
        self.get(path)
        page = self.answer.content.decode()
        hidden = HIDDEN.search(page)
        proposal = {"proposal": hidden[1]} if hidden else {}
        answer = passkey.get(json.loads(OPTIONS.search(page)[1]))
        return self.post(path, passkey=json.dumps(answer), **proposal, **typed)

    def says(self, code: str, **values: object) -> bool:
        """Whether the page at hand says an error's sentence."""
        return error_sentence(code, self.language, values) in self.text

    @property
    def text(self) -> str:
        """The page at hand, as it was sent, with its references resolved."""
        return unescape(self.answer.content.decode())

    @property
    def path(self) -> str:
        """Where the last answer came from, below the language."""
        chain = getattr(self.answer, "redirect_chain", [])
        return chain[-1][0].split("/", 2)[2] if chain else ""
