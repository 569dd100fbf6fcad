"""What is wrong with a definition, said with file, line, column, a stable code and a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from uruk.kernel.api import error_sentence


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where something stands: the file's path in the country folder, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `code` carries its room's name (`definitions.key_twice`)."""

    file: str
    line: int
    column: int
    code: str
    values: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """Say it in `lang` (ar, ckb, en) for somebody who is no programmer."""
        return error_sentence(self.code, lang, self.values)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.code}"


class Findings:
    """Collects findings, so that one run says everything at once."""

    def __init__(self) -> None:
        # By what they say, in the order found: the same one at the same place is noted once.
        self._found: dict[tuple[str, str], Finding] = {}

    def report(self, place: Place, code: str, /, **values: object) -> None:
        """Note that `code` was found at `place`; the same one at the same place is noted once."""
        self._note(Finding(place.file, place.line, place.column, code, values))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over what another check has found."""
        for finding in findings:
            self._note(finding)

    def _note(self, finding: Finding) -> None:
        self._found.setdefault((str(finding), repr(finding.values)), finding)

    def sorted(self) -> list[Finding]:
        """All findings by file, line and column."""
        return sorted(self._found.values(), key=lambda one: (one.file, one.line, one.column, one.code))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)
