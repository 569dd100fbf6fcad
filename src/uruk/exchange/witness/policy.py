"""The gateway's side of witnessing: after a day without a witness an institution's log takes no more messages."""

from datetime import UTC, datetime
from pathlib import Path

from uruk.exchange.witness.cosigned import CosignedStore
from uruk.kernel.api import CodedError

_READ_AGAIN_S = 10.0


class WitnessPolicy:
    """Asked at each message, reads what the jobs' round noted every ten seconds. `shard`: the logs it is about."""

    def __init__(self, folder: Path, shard: int) -> None:
        self._store = CosignedStore(folder)
        self._shard = str(shard)
        self._read_at = float("-inf")
        self._refused: dict[str, int] = {}

    def check(self, institution: str, now: float) -> None:
        """Raise `exchange.unwitnessed` where the institution's log has waited a day. `now` in Unix seconds."""
        if not 0 <= now - self._read_at < _READ_AGAIN_S:
            self._read_at, self._refused = now, self._read(datetime.fromtimestamp(now, UTC))
        if institution in self._refused:
            raise CodedError("exchange.unwitnessed", institution=institution, hours=self._refused[institution])

    def _read(self, now: datetime) -> dict[str, int]:
        refused = [delay for delay in self._store.delays() if delay.is_refused(now)]
        parts = [(delay.origin.split("/"), delay) for delay in refused]
        return {one[1]: int(late.delay(now).total_seconds() // 3600) for one, late in parts if one[3] == self._shard}
