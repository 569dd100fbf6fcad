"""Who may do what in a registry: by the roles that its definition names, and as a person of whom it speaks."""

from collections.abc import Sequence

from uruk.kernel.api import Actor, CodedError
from uruk.people.api import require_program, require_role, seen_papers
from uruk.registries.domain.definition import Right
from uruk.registries.domain.showing import Sight, sight_of_all
from uruk.registries.opening import Opened

NATIONAL = "national"


def is_machinery(actor: Actor, institution: str) -> bool:
    """Whether the institution's own node acts: a deadline, a command, an answer to what was agreed with another."""
    mine = actor.institution == institution if actor.channel == "exchange" else actor.institution in (None, institution)
    return actor.holder is None and actor.channel in ("system", "cli", "exchange") and mine


def require(actor: Actor, registry: Opened, right: Right) -> None:
    """Refuse an actor without the right, or of another institution.

    Errors: ``registries.foreign_actor`` (other institutions come through the exchange, also on one node),
    ``people.role_not_held``, ``people.registry_not_named`` (a program whose token does not name it).
    """
    require_any(actor, registry, (right,))


def require_any(actor: Actor, registry: Opened, rights: Sequence[Right]) -> None:
    """Refuse an actor who has none of the rights; errors as `require`."""
    if actor.institution not in (None, registry.institution):
        raise CodedError("registries.foreign_actor", institution=registry.institution)
    if is_machinery(actor, registry.institution):
        return
    model = registry.model
    holders = tuple(role for role in model.roles if any(model.may(role, right) for right in rights))
    if actor.program is None:
        require_role(actor, registry.institution, holders)
    else:
        require_program(actor, registry.institution, registry.code, holders)


def may(actor: Actor, registry: Opened, right: Right) -> bool:
    """Whether the actor has the right."""
    try:
        require(actor, registry, right)
    except CodedError:
        return False
    return True


def sight(actor: Actor, registry: Opened) -> Sight:
    """What the actor sees of a record that they may read as an officer."""
    if is_machinery(actor, registry.institution):
        return sight_of_all(registry.model)
    return registry.sight(actor.role or "")


def own_numbers(actor: Actor) -> tuple[str, ...]:
    """The national numbers that were seen to be the person's; a claim alone gives none."""
    if actor.person is None:
        return ()
    return tuple(paper.number for paper in seen_papers(actor.person) if paper.kind == NATIONAL)
