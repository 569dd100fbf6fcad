"""Django's hook for finding the signed-in person; passwords are checked by ``people.sign_in`` alone."""

from uuid import UUID

from django.http import HttpRequest

from uruk.people.models import Person, person_by_id


class PersonBackend:
    """Finds the person of a session. It authenticates nobody by itself."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        """Refuse: there is one way to sign in, and it limits tries."""

    def get_user(self, person_id: UUID) -> Person | None:
        """Return the active person of a session."""
        return person_by_id(person_id)
