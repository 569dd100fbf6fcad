"""Work of people that is done later."""

from typing import Any

from uruk.people.attempts import forget_attempts


def forget_tries(_: dict[str, Any]) -> None:
    """Delete failed tries that no limit looks at any more."""
    forget_attempts()
