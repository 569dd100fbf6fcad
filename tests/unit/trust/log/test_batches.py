"""What a batch costs: one write, one sync, one signature for each log that it touches, however many acts wait in it."""

from dataclasses import replace

import pytest
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import NAMES, NOW, Node, act, proves, signer_of, statement

from uruk.kernel.api import CodedError, FixedClock
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.generations import Generations
from uruk.trust.log.state import Log


class Signatures:
    """The keys of the logs, which count what they sign."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, origin: str) -> MemorySigner:
        signer, made = signer_of(origin), self.made

        class Counting(MemorySigner):
            def sign(self, data: bytes) -> bytes:
                made.append(origin)
                return signer.sign(data)

        return Counting(signer._key)


@pytest.mark.parametrize("size", [1, 2, 40, 300])
@pytest.mark.parametrize("institutions", [("interior",), ("interior", "health")])
def test_a_batch_is_one_write_one_sync_and_one_signature_a_log(tmp_path, size, institutions):
    done = []
    keys = Signatures()

    def note(operation, path, whole, half):
        done.append((operation, path.suffix))
        return whole()

    node = Node(tmp_path, fs=Tapped(note), keys=keys)
    writer = node.open()
    writer.append_many([(code, act(number), statement(number), None) for number, code in enumerate(institutions)])
    done.clear()
    keys.made.clear()
    numbers = range(10, 10 + size)
    receipts = writer.append_many(
        [(institutions[number % len(institutions)], act(number), statement(number), None) for number in numbers]
    )
    assert done == [("write", ".journal"), ("sync", ".journal")]
    assert len(keys.made) == len({receipt.origin for receipt in receipts}) == min(size, len(institutions))
    assert all(proves(receipt, number) for number, receipt in zip(numbers, receipts, strict=True))
    writer.close()


@pytest.mark.parametrize("ends", ["settled", "closed", "killed"])
def test_the_first_batch_of_several_institutions_opens_a_log_for_each(node, ends):
    codes, first = ("interior", "health", "justice"), node.open()
    first.append_many([(code, act(number), statement(number), None) for number, code in enumerate(codes)])
    {"settled": first.settle, "closed": first.close, "killed": first._opened.close}[ends]()
    writer = first if ends == "settled" else node.open()
    assert [writer.receipt(act(number)).statement for number in range(3)] == [statement(number) for number in range(3)]
    assert sorted(log.institution for log in writer.logs()) == sorted(codes)
    later = [writer.append(code, act(3 + number), statement(3 + number)) for number, code in enumerate(codes)]
    assert all(proves(receipt, 3 + number) and receipt.index == 1 for number, receipt in enumerate(later))
    writer.close()


def test_two_logs_of_one_number_are_damage_and_not_one_log(node):
    logs = Generations(NAMES, signer_of, FixedClock(NOW))
    first, second = logs.writable("interior"), logs.writable("health")
    logs.add(first)
    with pytest.raises(CodedError, match=r"trust\.log_damaged"):
        logs.add(Log(replace(second.row, id=first.row.id), second.key))
