"""Tables of the room, each where it is used."""

from uruk.rest.govstack.models import GovstackName, GovstackRegistry

__all__ = ["GovstackName", "GovstackRegistry"]
