"""Forgetting: salt and statement are deleted for good, the entry and every other proof stay."""

from datetime import timedelta

import pytest
from tests.unit.trust.log.support import INTERIOR, NOW, act, files_of, proves, statement

from uruk.kernel.api import CodedError
from uruk.trust.log.check import check_log

NAME = b"a name that must be forgotten: 198512345678"


def refusal(function, *args):
    with pytest.raises(CodedError) as caught:
        function(*args)
    return caught.value


@pytest.mark.parametrize("settled", [False, True])
def test_what_is_forgotten_is_in_no_file_any_more(node, settled):
    writer = node.open()
    for number in range(5):
        writer.append("interior", act(number), statement(number))
    receipt = writer.append("interior", act(5), NAME)
    writer.append("interior", act(6), statement(6))
    if settled:
        writer.settle()
    assert files_with(node, NAME)
    writer.forget(act(5))
    assert not files_with(node, NAME)
    assert not files_with(node, receipt.salt)
    assert receipt.parsed_proof.includes(receipt.leaf), "who kept the receipt can still prove it"
    writer.close()
    assert not files_with(node, NAME)
    assert check_log(node.folder, node.public) == []


def files_with(node, data):
    return [path for path in files_of(node.base) if data in path.read_bytes()]


def test_the_log_still_says_that_the_act_was_there_and_until_when(node):
    writer = node.open()
    for number in range(9):
        writer.append("interior", act(number), statement(number))
    writer.forget(act(4))
    error = refusal(writer.receipt, act(4))
    assert (error.code, error.values) == ("trust.act_forgotten", {"forgotten": int(NOW.timestamp())})
    assert refusal(writer.append, "interior", act(4), statement(4)).code == "trust.act_forgotten"
    others = [number for number in range(9) if number != 4]
    assert all(proves(writer.receipt(act(number)), number) for number in others)
    writer.close()
    reader = node.read()
    assert reader.find(act(4)) == (INTERIOR, 4)
    content = reader.content(INTERIOR, 4)
    assert (content.salt, content.statement, content.forgotten) == (None, None, int(NOW.timestamp()))
    assert refusal(reader.open, INTERIOR, 4).code == "trust.act_forgotten"
    reader.close()


def test_what_was_never_there_cannot_be_forgotten(node):
    writer = node.open()
    assert refusal(writer.forget, act(1)).code == "trust.act_unknown"
    writer.append("interior", act(2), statement(2))
    assert refusal(writer.forget, act(1)).code == "trust.act_unknown"
    writer.close()


def test_a_start_does_not_bring_back_what_was_forgotten(node):
    writer = node.open()
    for number in range(3):
        writer.append("interior", act(number), statement(number))
    writer.forget(act(1))
    writer.append("interior", act(3), statement(3))
    writer._opened.close()  # killed: the next start replays what the journal still holds
    writer = node.open()
    assert refusal(writer.receipt, act(1)).code == "trust.act_forgotten"
    assert proves(writer.receipt(act(3)), 3)
    writer.close()


def test_many_are_forgotten_at_once_and_those_that_are_unknown_are_not_counted(node):
    writer = node.open()
    for number in range(8):
        writer.append("interior", act(number), statement(number))
    assert writer.forget_many([act(number) for number in (1, 3, 5, 99)]) == 3
    codes = [refusal(writer.receipt, act(number)).code for number in (1, 3, 5)]
    assert codes == ["trust.act_forgotten"] * 3
    assert all(proves(writer.receipt(act(number)), number) for number in (0, 2, 4, 6, 7))
    assert not files_with(node, statement(3))
    writer.close()


def test_forgetting_again_keeps_the_time_of_the_first(node):
    writer = node.open()
    writer.append("interior", act(1), statement(1))
    writer.forget(act(1))
    node.clock.set(NOW + timedelta(days=1))
    assert writer.forget_many([act(1)]) == 1
    assert refusal(writer.receipt, act(1)).values == {"forgotten": int(NOW.timestamp())}
    writer.close()
