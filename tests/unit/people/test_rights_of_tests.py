"""What a test tells of rights is gone after it."""

from tests.fixtures import rights_stay
from uruk.people import offices


def test_rights_told_meanwhile_are_forgotten() -> None:
    before = list(offices._RIGHTS)
    with rights_stay():
        offices.tell_rights(lambda institution, role: {"see-person"})
        assert offices.role_brings("town", "mayor", "see-person")
    assert before == offices._RIGHTS
