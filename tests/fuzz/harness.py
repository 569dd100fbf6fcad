"""A harness: a parser of foreign bytes, bytes to begin with, and what must hold for any bytes at all."""

from collections.abc import Callable
from dataclasses import dataclass

from uruk.kernel.api import CodedError


@dataclass(frozen=True)
class Harness:
    """``check`` takes any bytes: it returns, or raises a CodedError of one of our rooms; all else is a finding.

    ``seeds`` makes bytes that are well-formed, ``more`` bytes that are refused but worth beginning with; both by code.
    ``trials``: how many mutations the quick test gives it.
    """

    name: str
    seeds: Callable[[], list[bytes]]
    check: Callable[[bytes], None]
    trials: int = 2000
    more: tuple[bytes, ...] = ()

    def run(self, data: bytes) -> None:
        """Check one input; a coded refusal is what a parser is for."""
        try:
            self.check(data)
        except CodedError as error:
            assert error.code.split(".")[0] in {"exchange", "trust", "files", "definitions", "kernel"}, error.code


def as_text(data: bytes) -> str:
    """Any bytes as text, so that parsers of text get letters of all kinds."""
    return data.decode("utf-8", "replace")
