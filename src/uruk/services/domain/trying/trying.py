"""Tries the examples of a service: what comes of each is held against what must."""

from collections.abc import Iterator, Sequence

from uruk.definitions.api import Findings
from uruk.kernel.api import CodedError
from uruk.services.domain.judging.reckoning import Memo
from uruk.services.domain.linked import Service
from uruk.services.domain.trying.examples import Example, Expected
from uruk.services.domain.trying.playing import Standing, Way, play


def try_example(
    service: Service, example: Example, cut: Way | None = None, memo: Memo | None = None
) -> Standing | CodedError:
    """Where an example comes to stand, or the error that an expression ended in."""
    try:
        return play(service, example.course, cut, memo)
    except CodedError as error:
        return error


def differs(example: Example, found: Standing | CodedError) -> Iterator[tuple[Expected | None, object]]:
    """What came otherwise than it must: (what was expected, what came). None: nothing of it was expected."""
    if isinstance(found, CodedError):
        yield None, found.code
        return
    if hindered(example, found):
        yield None, _errors(found)
        return
    for one in example.expected:
        came = _came(found, one.what)
        if not _same(one, came):
            yield one, came


def hindered(example: Example, found: Standing | CodedError) -> tuple[tuple[str, str], ...]:
    """What of the answers was not accepted, where the example expects them to be: then nothing else comes of it."""
    expects = any(one.what == "error" for one in example.expected)
    return () if expects or isinstance(found, CodedError) else tuple(found.errors)


def report_differences(example: Example, found: Standing | CodedError, findings: Findings) -> None:
    """Report what came otherwise, where it is expected; and what an example says that cannot happen."""
    hindrances = hindered(example, found)
    for field, reason in hindrances:
        values = {"example": example.name, "field": field, "reason": reason}
        findings.report(example.place, "services.example_not_submitted", **values)
    cannot = hindrances or (isinstance(found, Standing) and (found.unknown or found.lacking))
    for expected, came in () if cannot else differs(example, found):
        place = expected.place if expected else example.place
        what, wanted = (expected.what, _said(expected.value)) if expected else ("error", "—")
        findings.report(
            place, "services.example_differs", example=example.name, what=what, expected=wanted, found=_said(came)
        )
    if isinstance(found, Standing):
        for state, outcome in found.unknown:
            findings.report(
                example.place, "services.example_outcome", example=example.name, state=state, outcome=outcome[:40]
            )
        for state, position in found.lacking:
            findings.report(
                example.place, "services.example_lacks", example=example.name, state=state, position=position + 1
            )


def _came(found: Standing, what: str) -> object:
    match what:
        case "error":
            return _errors(found)
        case "deadline":
            return found.due.isoformat() if found.due else None
        case "asked":
            return tuple(sorted(found.asked))
    if what.startswith("values."):
        return found.values.get(what.removeprefix("values."))
    came = getattr(found, what)
    return tuple(came) if isinstance(came, list) else came


def _errors(found: Standing) -> object:
    return tuple(f"{path} {code}" for path, code in found.errors)


def _same(expected: Expected, came: object) -> bool:
    if expected.what == "error" and isinstance(expected.value, dict):
        return came == (f"{expected.value.get('field')} {expected.value.get('code')}",)
    if expected.what in {"asked", "waits", "failed", "issued", "recorded"}:
        wanted = expected.value if isinstance(expected.value, tuple) else (expected.value,)
        return isinstance(came, tuple) and sorted(map(str, wanted)) == sorted(map(str, came))
    return expected.value == came


def _said(value: object) -> str:
    if value is None or value == ():
        return "—"
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())[:120]
    if isinstance(value, bool):
        return str(value).lower()
    parts: Sequence[object] = value if isinstance(value, tuple | list) else (getattr(value, "value", value),)
    return "، ".join(str(one) for one in parts)[:120]
