"""A YAML document as nodes that know where they stand."""

from dataclasses import dataclass

from uruk.definitions.findings import Place

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value: text, whole number, yes or no, or nothing. `source` is the text as written, `style` its
    quoting: `'`, `"`, `|`, `>` or nothing. `refused`: something was found wrong with it, so nobody need complain again.
    """

    place: Place
    value: str | int | bool | None
    source: str
    style: str = ""
    refused: bool = False

    def place_inside(self, line: int, column: int) -> Place:
        """The place in the file of a line (from 1) and column (from 0) of the text."""
        if self.style in ("|", ">"):  # the text begins on a later line, indented: the line is what can be named
            return Place(self.place.file, self.place.line + line)
        if line > 1:
            return Place(self.place.file, self.place.line + line - 1, column + 1)
        return Place(self.place.file, self.place.line, self.place.column + column + len(self.style))

    def plain(self) -> Plain:
        """The Python value."""
        return self.value


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of nodes."""

    place: Place
    items: tuple["Node", ...]

    def plain(self) -> Plain:
        """The Python value."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True)
class MapNode:
    """Keys with their nodes, in the order written; `keys` says where each key stands."""

    place: Place
    items: dict[str, "Node"]
    keys: dict[str, Place]

    def plain(self) -> Plain:
        """The Python value."""
        return {key: item.plain() for key, item in self.items.items()}


Node = ScalarNode | ListNode | MapNode
