"""A log that lost entries: the institution says so, once, in the next one."""

from typing import Any

import pytest

from tests.fixtures import make_institution
from uruk.acts import breaks
from uruk.acts.api import Deed, directory, find_statement, perform, publish_breaks, use_appender
from uruk.acts.models import LogBreak
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Break, LogInfo, Receipt, verify_receipt


class Broken:
    """The log, of which an earlier generation was closed because others knew more of it."""

    def __init__(self, log: Any, institution: str) -> None:
        self._log = log
        self.broken = Break(f"xx/{institution}/test/0/9", "behind", 3, bytes(32), 5, b"\1" * 32)
        self._info = LogInfo(self.broken.origin, institution, 9, "key", 3, 0, 1, self.broken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def logs(self) -> tuple[LogInfo, ...]:
        return (self._info, *self._log.logs())


def listed(institution: str, log: Any) -> Receipt:
    """An act, so that the institution's log is listed before a foreign one is shown."""
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def test_a_break_is_published_once_with_what_was_lost(institution: str, log: Any) -> None:
    listed(institution, log)
    broken = Broken(log, institution)
    before = use_appender(broken)
    try:
        assert [publish_breaks(), publish_breaks()] == [1, 0]
    finally:
        use_appender(before)
    statement = find_statement(LogBreak.objects.get(origin=broken.broken.origin).act_id)
    assert statement is not None
    assert (statement.type, statement.role, statement.body) == ("log.broken", "published", broken.broken.body())


def test_the_statement_of_a_break_has_a_receipt_that_verifies(institution: str, log: Any) -> None:
    from uruk.acts.api import receipt_of

    listed(institution, log)
    before = use_appender(Broken(log, institution))
    try:
        publish_breaks()
    finally:
        use_appender(before)
    receipt = receipt_of(LogBreak.objects.get().act_id)
    assert receipt is not None
    found = verify_receipt(receipt, directory(), type="log.broken", author=institution)
    assert found.two_persons is False


def test_a_broken_log_of_an_institution_that_is_not_hosted_here_is_passed_over(institution: str, log: Any) -> None:
    before = use_appender(Broken(log, "elsewhere"))
    try:
        assert publish_breaks() == 0
    finally:
        use_appender(before)


def test_whole_logs_have_nothing_to_say(institution: str, log: Any) -> None:
    listed(institution, log)
    assert publish_breaks() == 0


def test_a_break_that_cannot_be_said_yet_keeps_no_other_from_being_said(
    institution: str, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_institution("zeal")
    listed(institution, log)
    listed("zeal", log)
    broken, other = Broken(log, institution), Broken(log, "zeal")
    monkeypatch.setattr(broken, "logs", lambda: (broken._info, other._info, *log.logs()))
    done = breaks.perform

    def away(actor: Actor, deed: Deed) -> Any:
        if deed.author == institution:
            raise CodedError("trust.key_missing", name="interior/identity/1")
        return done(actor, deed)

    before = use_appender(broken)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(breaks, "perform", away)
            assert publish_breaks() == 1
        assert publish_breaks() == 1
    finally:
        use_appender(before)
