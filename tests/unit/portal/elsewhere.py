"""A country of several nodes, as its directory tells a node of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from uruk.kernel.api import Text

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """A member, as far as the page asks."""

    code: str
    names: Text
    node: str
    personal: bool = True
    left_at: datetime | None = None


def two_nodes() -> Any:
    """This node's institution, one elsewhere, one without personal data, and one that left."""
    members = [
        Entry("interior", Text("الداخلية", "ناوخۆ", "Interior"), "own"),
        Entry("fields", Text("الزراعة", "کشتوکاڵ", "Agriculture"), "fields"),
        Entry("maps", Text("الخرائط", "نەخشەکان", "Maps"), "fields", personal=False),
        Entry("gone", Text("قديمة", "کۆن", "Old"), "gone", left_at=MOMENT),
    ]
    urls = {"own": "https://own.example", "fields": "https://fields.example/", "gone": "https://gone.example"}
    nodes = {code: SimpleNamespace(url=url, left_at=None) for code, url in urls.items()}
    return SimpleNamespace(members={one.code: one for one in members}, nodes=nodes)
