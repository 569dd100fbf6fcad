"""What a check of the logs finds."""

from dataclasses import dataclass

from uruk.kernel.api import error_sentence


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file: its path, a stable code, and the entry's number where one is meant."""

    path: str
    code: str
    index: int | None = None

    def sentence(self, lang: str) -> str:
        """What is wrong, in the reader's language."""
        values = {"path": self.path} if self.index is None else {"path": self.path, "index": self.index}
        return error_sentence(self.code, lang, values)
