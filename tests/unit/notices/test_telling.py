"""A notice is told once, stands on the page of whom it is for, and goes out by the channels that they chose."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.notices.conftest import Pigeons, Reader, refused, run
from uruk.acts.api import usage_index
from uruk.kernel.api import Actor
from uruk.notices.api import (
    choose_language,
    forget_notices,
    my_notices,
    my_references,
    office_notices,
    tell,
    want_contact,
)
from uruk.notices.models import Message, Notice

pytestmark = pytest.mark.database


def test_without_any_channel_a_notice_stands_on_the_page(someone: Reader) -> None:
    tell(someone.told())
    run()
    (notice,) = my_notices(someone.actor)
    assert (notice.text.en, notice.page, notice.sent) == ("Your plan is approved", "cases/1/", ())
    assert my_references(someone.actor, "case.notice") == ("case-1",)


def test_what_is_told_twice_is_told_once(reached: Reader, pigeons: Pigeons) -> None:
    notice = reached.told()
    tell(notice)
    tell(notice)
    run()
    tell(notice)
    run()
    assert len(my_notices(reached.actor)) == 1 and len(pigeons.sent) == 1


def test_a_message_says_the_notice_in_the_language_that_was_chosen_and_its_subject_says_nothing(
    reached: Reader, pigeons: Pigeons
) -> None:
    tell(reached.told())
    run()
    choose_language(reached.actor, "en")
    tell(reached.told())
    run()
    arabic, english = pigeons.sent
    assert "أُقر طلبك" in arabic.body and "https://town.example/ar/cases/1/" in arabic.body
    assert "Your plan is approved" in english.body and "https://town.example/en/cases/1/" in english.body
    assert (arabic.subject, english.subject) == ("أوروك: إشعار لك", "Uruk: a notice for you")
    with refused("notices.language_unknown"):
        choose_language(reached.actor, "fr")


def test_who_wants_nothing_sent_is_told_on_the_page_alone(reached: Reader, pigeons: Pigeons) -> None:
    want_contact(reached.actor, "pigeon", wanted=False)
    tell(reached.told())
    run()
    assert pigeons.sent == [] and len(my_notices(reached.actor)) == 1


def test_the_holder_of_a_number_is_told_once_an_office_saw_their_card(
    institution: str, officer: Callable[..., Any], citizen: Callable[..., Any]
) -> None:
    from uruk.people.api import see

    reader = citizen()
    tell(Reader(reader.person, reader.actor).told(person=None, number=reader.number))
    assert my_notices(reader.actor) == ()
    see(officer().actor, reader.person, "national", reader.number)
    assert len(my_notices(reader.actor)) == 1
    assert my_notices(Actor(channel="desk", person=reader.person, institution="interior", role="clerk")) == ()


def test_an_office_reads_what_it_is_told_and_whom_it_is_about_sees_that(
    institution: str, officer: Callable[..., Any], citizen: Callable[..., Any]
) -> None:
    reader, registrar, clerk = citizen(), officer("registrar"), officer("clerk")
    told = Reader(reader.person, reader.actor).told(id=uuid4(), person=None, number=reader.number, role="registrar")
    tell(told)
    assert [one.id for one in office_notices(registrar.actor)] == [told.id] and office_notices(clerk.actor) == ()
    assert my_notices(reader.actor) == () and not Message.objects.exists()
    found = usage_index().find("interior", reader.number, *_ever(), 0, 10)
    assert [one.service for one in found.usages] == ["notice.read"]
    with refused("people.role_not_held"):
        office_notices(Actor(channel="desk", person=clerk.person, institution="interior", role="registrar"))


def _ever() -> tuple[Any, Any]:
    from datetime import UTC, datetime

    return datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def test_what_was_told_of_a_case_is_forgotten_with_it(reached: Reader, pigeons: Pigeons) -> None:
    tell(reached.told())
    run()
    forget_notices("case-1")
    assert my_notices(reached.actor) == () and not Notice.objects.exists()
    assert not Message.objects.filter(notice__isnull=False).exists()
