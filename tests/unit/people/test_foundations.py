"""What the room stands on: a user model of our own from the first migration, Argon2 for every password."""

import runpy
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, make_password
from hypothesis import given
from hypothesis import strategies as st

import uruk.web.settings
from uruk.people.domain.papers import check_number
from uruk.people.models import Person


def test_the_custom_user_model_is_there_from_the_first_migration() -> None:
    assert get_user_model() is Person
    first = Path(apps.get_app_config("people").path) / "migrations" / "0001_initial.py"
    created = [operation.name for operation in runpy.run_path(str(first))["Migration"].operations[:20]]
    assert "Person" in created
    assert Person._meta.pk.get_internal_type() == "UUIDField"
    assert not apps.is_installed("django.contrib.admin")


def test_passwords_are_kept_by_argon2(citizen: Callable) -> None:
    kept = Person.objects.get(pk=citizen().person).password
    assert kept.startswith("argon2$argon2id$")


def test_a_node_uses_argon2_and_nothing_else(settings: object) -> None:
    """The suite has a cheaper Argon2; a node has Django's own, with its full cost."""
    settings.PASSWORD_HASHERS = uruk.web.settings.PASSWORD_HASHERS
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    hasher = identify_hasher(make_password("a long password of nobody"))
    assert (hasher.algorithm, hasher.memory_cost >= 19_456) == ("argon2", True)


@given(st.integers(0, 10**12 - 1))
def test_no_checksum_is_invented(number: int) -> None:
    """Every twelve digits are a national number: what its digits mean is not published."""
    assert check_number("national", f"{number:012d}") == f"{number:012d}"
