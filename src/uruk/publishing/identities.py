"""A new identity key of an institution: announced, asked for at the authority, in force once two persons listed it."""

from dataclasses import dataclass

from uruk.acts.api import (
    KeyChange,
    announce_identity,
    country_directory,
    directory,
    node_settings,
    publish_directory,
    take_identity,
)
from uruk.exchange.api import CountryDirectory
from uruk.kernel.api import Actor
from uruk.publishing.entry import ask_anew, own_request, publish_entry
from uruk.publishing.membership import is_authority, receive_request


@dataclass(frozen=True)
class IdentityChange:
    """The identity key that comes, and whether it waits for the authority's two persons."""

    change: KeyChange
    waits: bool


def renew_identity(institution: str) -> IdentityChange:
    """Announce an institution's next identity key, and ask the authority to list it; repeating it asks again.

    Where the node has joined no country the key is in force at once. Errors: ``acts.institution_unknown``,
    ``trust.key_missing`` where the present identity key is away, and those of ``ask_anew``.
    """
    actor = Actor.system(institution)
    change = announce_identity(actor, institution)
    known = country_directory()
    if known is not None and _listed(known, institution) not in (None, _announced(institution)):
        publish_entry()  # others must know the announcement before the authority's list names the new key
        if is_authority():
            receive_request(own_request(known.instance, known.nodes[node_settings().node].operator))
        else:
            ask_anew()
        return IdentityChange(change, waits=True)
    take_identity(actor, institution)
    publish_directory()
    return IdentityChange(change, waits=False)


def take_identities() -> int:
    """Put announced identity keys in force that the authority lists by now; return how many."""
    known = country_directory()
    waiting = [code for code, one in directory().institutions.items() if one.next is not None]
    listed = [code for code in waiting if known is not None and _listed(known, code) == _announced(code)]
    for code in listed:
        take_identity(Actor.system(code), code)
    if listed:
        publish_directory()
    return len(listed)


def _announced(institution: str) -> bytes | None:
    found = directory().institution(institution).next
    return None if found is None else found.key


def _listed(known: CountryDirectory, institution: str) -> bytes | None:
    """The identity key that the authority lists for an institution of this node; None: it is no member here."""
    own = node_settings().node
    found = (one for one in known.members.values() if one.code == institution and one.node == own)
    return next((one.identity for one in found if one.left_at is None), None)
