"""What /health says: not that something is wrong, but what, in three languages, and whether messages still pass."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from uruk.gateway.listening import Answer, Incoming
from uruk.kernel.api import LANGUAGES, CodedError

_HEADERS = ((b"content-type", b"application/json;charset=utf-8"), (b"cache-control", b"no-store"))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that may be wrong. `fatal`: where it is, no message passes. `find` returns what is wrong just now."""

    name: str
    fatal: bool
    find: Callable[[], Iterable[CodedError]]


class Health:
    """Asks all checks anew at each request. `facts` are what a person wants to know beside them."""

    def __init__(self, checks: Iterable[Check], facts: Callable[[], Mapping[str, object]]) -> None:
        self._checks, self._facts = tuple(checks), facts

    def page(self, incoming: Incoming, query: str) -> Answer:
        """GET /health: 200 while messages pass, 503 where they do not."""
        problems = self.problems()
        failed = any(fatal for _, fatal, _ in problems)
        told = {
            "status": "failed" if failed else "degraded" if problems else "ok",
            "problems": [_told(name, fatal, error) for name, fatal, error in problems],
            **self._facts(),
        }
        return Answer(503 if failed else 200, _HEADERS, msgspec.json.format(msgspec.json.encode(told)) + b"\n")

    def problems(self) -> list[tuple[str, bool, CodedError]]:
        """What is wrong: name of the check, whether it stops messages, what it is."""
        return [(check.name, check.fatal, error) for check in self._checks for error in check.find()]


def raised(check: Callable[[], object]) -> list[CodedError]:
    """What a check raises, as a list: for checks that are functions which refuse."""
    try:
        check()
    except CodedError as error:
        return [error]
    return []


def _told(name: str, fatal: bool, error: CodedError) -> dict[str, object]:
    sentences = {language: error.sentence(language) for language in LANGUAGES}
    return {"check": name, "fatal": fatal, "code": error.code, "message": sentences}
