"""How sure the state is that a person is who they say."""

from enum import IntEnum


class Assurance(IntEnum):
    """Claimed: typed a number, may draft, sees no record and no document. Seen: somebody with authority compared the
    card or handed over a code, or an institution appointed them. Strong: seen, and this session has a second factor.
    """

    CLAIMED = 1
    SEEN = 2
    STRONG = 3


def assurance_of(*, seen: bool, second_factor: bool) -> Assurance:
    """What a session amounts to; a second factor alone says nothing about whose number it is."""
    if not seen:
        return Assurance.CLAIMED
    return Assurance.STRONG if second_factor else Assurance.SEEN
