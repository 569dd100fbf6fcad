"""Who acts."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import Actor


@given(st.text(), st.uuids(), st.text())
def test_an_actor_cannot_be_changed_after_it_was_checked(channel: str, person, role: str) -> None:
    actor = Actor(channel=channel, person=person, role=role)
    with pytest.raises(dataclasses.FrozenInstanceError):
        actor.role = "registrar"  # type: ignore[misc]
    assert actor == Actor(channel=channel, person=person, role=role)


@given(st.text())
def test_a_visitor_is_nobody_and_of_no_institution(channel: str) -> None:
    actor = Actor.anonymous(channel)
    assert actor.channel == channel
    assert {actor.person, actor.institution, actor.role, actor.mandate, actor.purpose, actor.law} == {None}


@given(st.one_of(st.none(), st.text()))
def test_the_system_acts_for_an_institution_and_is_no_person(institution: str | None) -> None:
    actor = Actor.system(institution)
    assert (actor.channel, actor.institution, actor.person, actor.role) == ("system", institution, None, None)
