"""Every parser of foreign bytes against its seeds and mutations of them; run.py fuzzes longer, with atheris."""

import random
import zlib

import pytest

from tests.fuzz import codes, exchange, files, logs, usages, witnesses

HARNESSES = (
    *codes.HARNESSES,
    *logs.HARNESSES,
    *files.HARNESSES,
    *exchange.HARNESSES,
    *usages.HARNESSES,
    *witnesses.HARNESSES,
)


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """A few of: a bit flipped, a byte set, bytes cut, doubled or put in."""
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        place, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 8, 64))
        kind = rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 5))
        if kind == 0 and place < len(data):
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 1 and place < len(data):
            data[place] = rng.choice((0, 1, 0x18, 0x1B, 0x5F, 0x7F, 0x80, 0x9F, 0xFF, 10, 34, 48))
        elif kind == 2:
            del data[place : place + length]
        elif kind == 3:
            data[place:place] = data[place : place + length]
        elif kind == 4:
            data[place:place] = rng.randbytes(length)
        else:
            del data[place:]
    return bytes(data)


@pytest.mark.parametrize("harness", HARNESSES, ids=lambda harness: harness.name)
def test_the_seeds_of_each_parser_are_read(harness):
    assert harness.seeds()
    for seed in harness.seeds():
        harness.check(seed)


@pytest.mark.parametrize("harness", HARNESSES, ids=lambda harness: harness.name)
def test_no_bytes_make_a_parser_fail_otherwise_than_told(harness):
    number = zlib.crc32(harness.name.encode())
    rng, seeds = random.Random(number), [*harness.seeds(), *harness.more]
    for trial in range(harness.trials):
        data = rng.randbytes(rng.randrange(64)) if trial % 10 == 0 else mutated(rng.choice(seeds), rng)
        try:
            harness.run(data)
        except Exception as error:
            raise AssertionError(f"seed {number}, trial {trial}: {data[:300]!r} ({len(data)} bytes)") from error


def test_no_two_harnesses_share_a_name():
    names = [harness.name for harness in HARNESSES]
    assert len(set(names)) == len(names)
