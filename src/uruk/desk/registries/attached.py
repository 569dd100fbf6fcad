"""Files that come with an officer's form, kept for the registry."""

from functools import partial

from django.http import HttpRequest

from uruk.desk.registries.room import Room
from uruk.registries.api import keep_file
from uruk.ui.api import CARRIED, Kept, about_files, digests, kept_file
from uruk.ui.api import kept_files as files_of

__all__ = ["CARRIED", "Kept", "about_files", "digests", "kept_again", "kept_files"]


def kept_files(request: HttpRequest, room: Room, name: str) -> tuple[Kept, ...]:
    """The files of a question: those that the form carried and those that came now.

    Errors: those of `keep_file`.
    """
    return files_of(request, name, partial(keep_file, room.actor, room.institution, room.code), _seal(room))


def kept_again(room: Room, sha256: str) -> Kept:
    """A file that a record has within a list or group, as the form carries it on."""
    return kept_file(sha256, "", _seal(room))


def _seal(room: Room) -> str:
    """What one form carries is good for this officer and registry alone."""
    return f"{room.actor.person}:{room.institution}/{room.code}"
