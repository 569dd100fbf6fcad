"""Who acts: every door function that reads or changes personal data takes one."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, a program, or an institution's own machinery, acting in a role, by a channel, for a purpose, on a law.

    `person` is None for the system, for programs and for visitors; `program` is the id of a program that an
    institution admitted; `mandate` names on whose behalf (the id of a mandate of `people`); `channel` is where the act
    entered ("portal", "desk", "rest", "cli", "system", "exchange"); `law` is an article's code such as
    "e-signature/13"; `second_factor` is what the person's session has shown beside a password ("passkey", "totp").
    """

    channel: str
    person: UUID | None = None
    program: UUID | None = None
    institution: str | None = None
    role: str | None = None
    mandate: str | None = None
    purpose: str | None = None
    law: str | None = None
    second_factor: str | None = None

    @property
    def holder(self) -> UUID | None:
        """Whoever holds the role: the person, or the program."""
        return self.person or self.program

    @classmethod
    def system(cls, institution: str | None = None) -> "Actor":
        """Return the actor for what an institution's node does by itself: publishing, timestamps, deadlines."""
        return cls(channel="system", institution=institution)

    @classmethod
    def terminal(cls, institution: str | None = None) -> "Actor":
        """Return the actor for what an administrator does at an institution's node: what they are shown is noted."""
        return cls(channel="cli", institution=institution)

    @classmethod
    def anonymous(cls, channel: str) -> "Actor":
        """Return the actor for a visitor nobody has signed in."""
        return cls(channel=channel)
