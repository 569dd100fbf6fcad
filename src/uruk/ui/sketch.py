"""Places drawn to scale beside each other, north up, from their coordinates alone: no map is fetched from anywhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.kernel.api import local_digits
from uruk.ui.applying.words import model_of
from uruk.ui.language import reader_language
from uruk.ui.places import COORDINATES
from uruk.ui.units import amount_told

WIDTH, HEIGHT, MARGIN = 320, 200, 36
# Beside and below the places: room for the arrow and the scale, where no place can lie on them.
BESIDE, BELOW = 36, 18
# How long a millionth of a degree is along a meridian; whoever draws fields needs no better Earth.
METRES_PER_UDEG = 0.1112
# Nobody draws a field smaller than this, so that one place alone has a scale as well.
SMALLEST_M = 100


@dataclass(frozen=True)
class Spot:
    """A place by its number, in millionths of a degree."""

    number: int
    latitude_udeg: int
    longitude_udeg: int


def answers_sketch(definition: Definition, answers: Mapping[str, Any]) -> str:
    """The places among the answers of a service as an SVG picture; empty where there is none."""
    return sketch(tuple(_spots(definition, answers)))


def sketch(spots: Sequence[Spot]) -> str:
    """Places as an SVG picture with a scale; empty where there is none."""
    if not spots:
        return ""
    placed = _metres(spots)
    scale = min((WIDTH - 2 * MARGIN) / _extent(x for _spot, x, _y in placed),
                (HEIGHT - 2 * MARGIN) / _extent(y for _spot, _x, y in placed))  # fmt: skip
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="11"/><text x="{}" y="{}">{}</text>', (
        (round(WIDTH / 2 + x * scale), round(HEIGHT / 2 + y * scale), round(WIDTH / 2 + x * scale),
         round(HEIGHT / 2 + y * scale) + 5, local_digits(str(one.number), reader_language()))
        for one, x, y in placed
    ))  # fmt: skip
    bar = _round_below((WIDTH - 2 * MARGIN) / 3 / scale)
    return format_html(
        '<svg class="sketch" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<path d="M{} {}v5h{}v-5"/><text class="plain" x="{}" y="{}">{}</text>'
        '<path d="M{} 26V8m-4 6 4-6 4 6"/><text class="plain" x="{}" y="40">{}</text></svg>',
        WIDTH + BESIDE, HEIGHT + BELOW, _("How the places lie to each other, north up"), dots,
        12, HEIGHT + 6, round(bar * scale), 12 + round(bar * scale / 2), HEIGHT + 2, amount_told(bar, "m"),
        WIDTH + 12, WIDTH + 12, _("North"),
    )  # fmt: skip


def _spots(definition: Definition, answers: Mapping[str, Any]) -> Iterator[Spot]:
    """The places of plain and of repeated pages; a row's has the number of its row."""
    for step in model_of(definition).steps:
        names = [one.field.name for one in step.questions if one.field.type == "location"]
        rows = answers.get(step.name) if step.repeat is not None else [answers]
        for at, row in enumerate(rows if isinstance(rows, list) else (), 1):
            found = (_spot(at, row.get(name)) for name in names if isinstance(row, Mapping))
            yield from (one for one in found if one is not None)


def _spot(number: int, value: Any) -> Spot | None:
    """A point of this number; a draft keeps what was typed, also where it is none."""
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    parts: list[Any] = [given.get(f"{one}_udeg") for one in COORDINATES]
    return Spot(number, *parts) if all(isinstance(one, int) for one in parts) else None


def _metres(spots: Sequence[Spot]) -> list[tuple[Spot, float, float]]:
    """Each place in metres east and south of the middle of all."""
    north, east = ([getattr(one, name) for one in spots] for name in ("latitude_udeg", "longitude_udeg"))
    middle_north, middle_east = (max(north) + min(north)) / 2, (max(east) + min(east)) / 2
    narrowing = cos(radians(middle_north / 1_000_000))
    return [
        (one, (one.longitude_udeg - middle_east) * METRES_PER_UDEG * narrowing,
         (middle_north - one.latitude_udeg) * METRES_PER_UDEG)
        for one in spots
    ]  # fmt: skip


def _extent(values: Iterator[float]) -> float:
    found = list(values)
    return max(max(found) - min(found), SMALLEST_M)


def _round_below(metres: float) -> int:
    """The greatest of 1, 2, 5, 10, 20 … that is no longer."""
    power = 10 ** floor(log10(max(metres, 1)))
    return next(step * power for step in (5, 2, 1) if step * power <= max(metres, 1))
