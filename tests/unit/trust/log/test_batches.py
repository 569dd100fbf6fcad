"""What a batch costs: one write, one sync, one signature for each log that it touches, however many acts wait in it."""

import pytest
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import Node, act, proves, signer_of, statement

from uruk.trust.keys.signatures import MemorySigner


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
