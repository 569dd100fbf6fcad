"""Draws the flow of a service as SVG: its states below each other, in each whose turn it is and every way out.

Each way is written in the box where it begins and runs beside the boxes to the one where it ends: onward on the side
where reading begins, back on the other. In Arabic and Kurdish that is from right to left.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from uruk.definitions.api import Duration, Texts
from uruk.kernel.api import Text, isolate, listed, local_digits
from uruk.services.domain.definition import REVIEWS, ServiceDefinition, State
from uruk.services.domain.drawing import words
from uruk.services.domain.edges import Edge, edges_of

WIDTH, PADDING, GAP, LINE, LANE, TOP = 460, 12, 26, 22, 15, 56
LETTERS, CODE_LETTERS = 56, 46
# The rule of most services: what fails is refused.
SOME_FAILED = "size(failed) > 0"
_HOLE = re.compile(r"\{[^{}]*\}(?:\.$)?")
_COLOURS = {
    "next": ("#f4f1ff", "#5b4db2"), "task": ("#e8f1fd", "#1f5fa8"), "waits": ("#fff6e0", "#946200"),
    "granted": ("#e6f5ea", "#1e7a3c"), "refused": ("#fdecec", "#b02a2a"), "lapsed": ("#f1f1f1", "#5a5a5a"),
    "withdrawn": ("#f1f1f1", "#5a5a5a"),
}  # fmt: skip


@dataclass(frozen=True)
class ToldState:
    """A state in words: what it is called, whose turn it is, how long it may last, and where each way leads."""

    name: str
    title: str
    whose: str
    within: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Box:
    """A state on the drawing: its lines, its ways out, and how far down it begins (pixels)."""

    state: State
    lines: tuple[str, ...]
    ways: tuple[Edge, ...]
    top: int

    @property
    def height(self) -> int:
        return 2 * PADDING + LINE * (len(self.lines) + len(self.ways))

    def way_y(self, place: int) -> int:
        """How far down a way leaves the box."""
        return self.top + PADDING + LINE * (len(self.lines) + place) + LINE // 2


@dataclass(frozen=True)
class _Line:
    """A way beside the boxes: from and to how far down, on which lane (from 1, outwards), and whether it leads on."""

    start: int
    end: int
    lane: int
    onward: bool


def draw_flow(definition: ServiceDefinition, texts: Texts, names: Mapping[str, Text], lang: str) -> str:
    """An SVG document of the flow, in a language. `names`: what roles and institutions are called, by code."""
    return _Flow(definition, texts, names, lang).draw()


def tell_flow(
    definition: ServiceDefinition, texts: Texts, names: Mapping[str, Text], lang: str
) -> tuple[ToldState, ...]:
    """The same in words, state by state."""
    return _Flow(definition, texts, names, lang).tell()


class _Flow:
    def __init__(self, definition: ServiceDefinition, texts: Texts, names: Mapping[str, Text], lang: str) -> None:
        self._definition, self._texts, self._names, self._lang = definition, texts, names, lang
        self._rtl = lang != "en"
        self._boxes = {box.state.name: box for box in self._placed()}
        self._lines = list(self._routed())
        self._onward, self._back = (self._room(onward=True), self._room(onward=False))

    def draw(self) -> str:
        """The whole document."""
        width = self._onward + WIDTH + self._back
        height = max((box.top + box.height for box in self._boxes.values()), default=TOP) + GAP
        title = escape(self._say(words.FLOW_OF).replace("{title}", self._text("title", words.START)))
        direction = "rtl" if self._rtl else "ltr"
        return "\n".join((
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
            f'direction="{direction}" xml:lang="{self._lang}" font-family="Vazirmatn, sans-serif" font-size="14">',
            f"<title>{title}</title>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="#444"/></marker></defs>',
            f'<text x="{width // 2}" y="32" text-anchor="middle" font-size="18" font-weight="bold">{title}</text>',
            *(part for box in self._boxes.values() for part in self._box(box)),
            *(self._line(line) for line in self._lines),
            "</svg>",
        )) + "\n"  # fmt: skip

    def tell(self) -> tuple[ToldState, ...]:
        """Every state in words, in the order written."""
        return tuple(
            ToldState(
                box.state.name,
                self._title(box.state),
                self._whose(box.state),
                self._within(box.state),
                tuple((self._way(edge), self._title(self._boxes[edge.to].state)) for edge in box.ways),
            )
            for box in self._boxes.values()
        )

    # -- where things stand ----------------------------------------------------------------------------------------

    def _placed(self) -> Iterator[_Box]:
        top = TOP
        for state in self._definition.states.values():
            ways = tuple(edge for edge in edges_of(state) if edge.to in self._definition.states)
            box = _Box(state, tuple(self._written(state)), ways, top)
            yield box
            top += box.height + GAP

    def _routed(self) -> Iterator[_Line]:
        """Every way on the innermost lane of its side that is free all along it."""
        taken: dict[bool, list[list[tuple[int, int]]]] = {True: [], False: []}
        for start, end in sorted(self._ends(), key=lambda one: abs(one[1] - one[0])):
            low, high, lanes = min(start, end), max(start, end), taken[end > start]
            free = (place for place, lane in enumerate(lanes) if all(high < a or low > b for a, b in lane))
            lane = next(free, len(lanes))
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((low, high))
            yield _Line(start, end, lane + 1, end > start)

    def _ends(self) -> Iterator[tuple[int, int]]:
        """Where each way begins and ends; those that end in one box end below each other."""
        arrived: dict[str, int] = {}
        for box in self._boxes.values():
            for place, edge in enumerate(box.ways):
                to, count = self._boxes[edge.to], arrived.get(edge.to, 0)
                arrived[edge.to] = count + 1
                yield box.way_y(place), to.top + 8 + min(7 * count, to.height - 16)

    def _room(self, *, onward: bool) -> int:
        lanes = max((line.lane for line in self._lines if line.onward == onward), default=0)
        return GAP + LANE * lanes

    def _begin(self, offset: int) -> int:
        """How far right something lies that is so far from where reading begins."""
        return self._onward + WIDTH + self._back - offset if self._rtl else offset

    # -- what is written -------------------------------------------------------------------------------------------

    def _say(self, text: Text) -> str:
        return text.get(self._lang)

    def _text(self, path: str, otherwise: Text) -> str:
        return self._say(self._texts.find(path) or otherwise)

    def _name(self, code: str) -> str:
        found = words.PARTIES.get(code) or self._names.get(code)
        return self._say(found) if found else code

    def _written(self, state: State) -> Iterator[str]:
        yield from textwrap.wrap(self._title(state), LETTERS)
        yield " · ".join(part for part in (self._whose(state), self._within(state)) if part)

    def _title(self, state: State) -> str:
        plain = words.CLOSED[state.closed] if state.closed else Text(state.name, state.name)
        first = state == self._definition.start
        told = self._text(f"states.{state.name}", words.START if first else plain)
        # What a case says there no flow knows: its names in braces are nobody's words.
        return _HOLE.sub("…", told)

    def _whose(self, state: State) -> str:
        parties = state.reviews.by if state.waits == REVIEWS and state.reviews else (state.task or state.waits or "",)
        who = listed((self._name(one) for one in parties if one), self._lang)
        return self._say(words.KINDS[state.kind]).replace("{who}", who)

    def _within(self, state: State) -> str:
        if state.deadline is None:
            return ""
        start = state.deadline.start
        return " · ".join([self._length(state.deadline.within), *([] if start is None else [self._code(start.source)])])

    def _length(self, within: Duration) -> str:
        return local_digits(self._say(words.UNITS[within.unit]).replace("{count}", str(within.count)), self._lang)

    def _way(self, edge: Edge) -> str:
        """What a way is called; a rule by its expression, which is no sentence, but for the rule of most services."""
        state = self._definition.states[edge.start]
        if edge.by.startswith("next."):
            rule = state.rules[int(edge.by.partition(".")[2])]
            return self._rule(None if rule.when is None else rule.when.source)
        said = self._text(f"actions.{edge.by}", words.WAYS.get(edge.by, Text(edge.by, edge.by)))
        second = next((one.second for one in state.actions if one.name == edge.by and one.second), None)
        return f"{said} ({self._say(words.SECOND).replace('{who}', self._name(second))})" if second else said

    def _rule(self, source: str | None) -> str:
        said = "otherwise" if source is None else "failed" if source.strip() == SOME_FAILED else ""
        return self._say(words.WAYS[said]) if said else self._code(source or "")

    def _code(self, source: str) -> str:
        """An expression, cut short, kept from left to right among words that run the other way."""
        short = source if len(source) <= CODE_LETTERS else source[: CODE_LETTERS - 1] + "…"
        return isolate(short) if self._rtl else short

    # -- what is drawn ---------------------------------------------------------------------------------------------

    def _box(self, box: _Box) -> Iterator[str]:
        fill, stroke = _COLOURS[box.state.closed or box.state.kind]
        thick = 3 if box.state == self._definition.start or box.state.closed else 1.5
        left = self._begin(self._onward + WIDTH) if self._rtl else self._onward
        yield (
            f'<rect x="{left}" y="{box.top}" width="{WIDTH}" height="{box.height}" rx="8" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="{thick}"/>'
        )
        x = self._begin(self._onward + PADDING + 4)
        for place, line in enumerate(box.lines):
            weight = ' fill="#555"' if place == len(box.lines) - 1 else ' font-weight="bold"'
            yield self._words(x, box.top + PADDING + LINE * place + 16, line, weight)
        for place, edge in enumerate(box.ways):
            yield self._words(x, box.way_y(place) + 5, f"{'←' if self._rtl else '→'} {self._way(edge)}", "")

    def _words(self, x: int, y: int, said: str, how: str) -> str:
        return f'<text x="{x}" y="{y}" text-anchor="start"{how}>{escape(said)}</text>'

    def _line(self, line: _Line) -> str:
        edge = self._begin(self._onward if line.onward else self._onward + WIDTH)
        away = LANE * line.lane
        lane = self._begin(self._onward - away if line.onward else self._onward + WIDTH + away)
        path = f"M{edge} {line.start}H{lane}V{line.end}H{edge}"
        return f'<path d="{path}" fill="none" stroke="#666" stroke-width="1.3" marker-end="url(#tip)"/>'
