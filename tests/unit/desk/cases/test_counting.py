"""How many cases wait, in words: exactly, or more than were counted."""

import pytest
from django.utils.translation import override

from uruk.desk.cases.queueing import waiting_told


@pytest.mark.parametrize(
    ("language", "exactly", "more"),
    [
        ("ar", "١٠٠٠٠ معاملة تنتظر", "تنتظر أكثر من ١٠٠٠٠ معاملة"),
        ("ckb", "١٠٠٠٠ مامەڵە چاوەڕێن", "زیاتر لە ١٠٠٠٠ مامەڵە چاوەڕێن"),
        ("en", "10000 cases wait", "More than 10000 cases wait"),
    ],
)
def test_a_count_that_was_broken_off_says_more(language: str, exactly: str, more: str) -> None:
    with override(language):
        assert (waiting_told(10_000), waiting_told(10_000, more=True)) == (exactly, more)
