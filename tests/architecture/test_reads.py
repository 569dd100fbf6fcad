"""There is no way to read a person's record that this person does not see: every door function is accounted for."""

from tests.architecture.reads import RECORDED, listed, taking_an_actor


def test_every_door_function_that_takes_an_actor_records_what_it_shows_or_says_why_it_shows_nobody() -> None:
    assert {room: set(found) for room, found in listed().items()} == taking_an_actor()


def test_a_reason_is_a_sentence_and_not_a_word() -> None:
    reasons = [why for found in listed().values() for why in found.values() if why != RECORDED]
    assert [why for why in reasons if not why.strip() or (" " not in why and why != "definitions")] == []
