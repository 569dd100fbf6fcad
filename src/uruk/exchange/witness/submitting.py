"""Having our logs witnessed: each round the newest checkpoint of each log goes to every witness assigned to us."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from uruk.exchange.directory.model import CountryDirectory, NodeEntry
from uruk.exchange.witness.cosigned import CosignedStore, WitnessAnswer
from uruk.exchange.witness.listed import witnesses_of
from uruk.exchange.witness.submission import write_submission
from uruk.kernel.api import Clock, CodedError
from uruk.trust.api import (
    Checkpoint,
    FolderFiles,
    PublicLog,
    WitnessKey,
    cosigned_at,
    newest_stamp,
    public_checkpoint,
    read_whole,
    show_cosigned,
    with_cosignatures,
)

Post = Callable[[str, bytes], tuple[int, bytes]]
TIMEOUT_S, WHOLE_S = 5.0, 10.0
_MAX_ANSWER_BYTES = 64 * 1024
_AT_ONCE = 8


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Send a body and return status and answer; OSError where nobody answers in time."""
    if not url.startswith(("http://", "https://")):
        raise OSError(url)
    request = Request(url, data=body, headers={"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return answer.status, read_whole(answer, _MAX_ANSWER_BYTES, WHOLE_S)
    except HTTPError as error:
        with error:
            return error.code, read_whole(cast(HTTPResponse, error), _MAX_ANSWER_BYTES, WHOLE_S)


@dataclass(frozen=True)
class _Told:
    """What came of asking one witness for one log: its line where it cosigned."""

    answer: WitnessAnswer
    line: str | None = None


class Submitter:
    """Submits this node's checkpoints. `public` is its folder of logs, `folder` its DATA/witness."""

    def __init__(self, folder: Path, public: Path, node: str, clock: Clock, send: Post = post) -> None:
        self._store = CosignedStore(folder)
        self._public, self._node, self._clock, self._send = public, node, clock, send

    def submit(self, directory: CountryDirectory, origins: Sequence[str]) -> int:
        """One round for these logs; return how many were cosigned anew. A witness that is away is asked again later."""
        witnesses = witnesses_of(directory, self._node)
        wanted = dict(self._wanted(origins))
        sizes = {(answer.origin, answer.witness): answer.size for answer in self._store.answers()}
        pairs = [
            (checkpoint, witness, sizes.get((origin, witness.code), 0))
            for origin, checkpoint in wanted.items()
            for witness in witnesses
        ]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            told = list(pool.map(lambda pair: self._ask(*pair), [pair for pair in pairs if pair[2] < pair[0].size]))
        done = sum(self._take(checkpoint, told) for checkpoint in wanted.values())
        self._look(origins, len(witnesses))
        return done

    def _wanted(self, origins: Sequence[str]) -> Iterator[tuple[str, Checkpoint]]:
        """What to have cosigned of each log: where there is a fresh timestamp, that very checkpoint, to have both."""
        for origin in origins:
            shown, stamped = public_checkpoint(self._public, origin), newest_stamp(self._public, origin)
            seen = self._store.newest(origin)
            if stamped is not None and stamped.checkpoint.size > (seen.size if seen else 0):
                yield origin, stamped.checkpoint
            elif shown is not None and shown.size:
                yield origin, shown

    def _ask(self, checkpoint: Checkpoint, witness: NodeEntry, size: int) -> _Told:
        """Ask one witness, twice where it remembers another size than we thought."""
        try:
            status, answer = self._submit(checkpoint, witness, size)
            known = _size_of(answer) if status == 409 else None
            if known is not None and size != known <= checkpoint.size:
                size = known
                status, answer = self._submit(checkpoint, witness, size)
        except (OSError, CodedError) as error:
            reason = error.code if isinstance(error, CodedError) else "unreachable"
            return self._told(checkpoint, witness, size, reason)
        if status == 200:
            return self._cosigned(checkpoint, witness, size, answer)
        if known is not None and known > checkpoint.size:
            return self._told(checkpoint, witness, known, "behind")
        return self._told(checkpoint, witness, size, f"refused {status}")

    def _submit(self, checkpoint: Checkpoint, witness: NodeEntry, size: int) -> tuple[int, bytes]:
        proof = PublicLog(FolderFiles(self._public), checkpoint.origin).consistency(size, checkpoint.size)
        body = write_submission(size, proof, checkpoint.own)
        return self._send(f"{witness.url.rstrip('/')}/witness/add-checkpoint", body)

    def _cosigned(self, checkpoint: Checkpoint, witness: NodeEntry, size: int, answer: bytes) -> _Told:
        """Of the lines that came, that of the key the directory lists; others are ignored."""
        key = WitnessKey.parse(witness.witness_key)
        for line in answer.decode("utf-8", "replace").splitlines(keepends=True):
            if line.startswith(f"— {key.name} ") and _is_true(checkpoint, line, key):
                return _Told(self._answer(checkpoint, witness, checkpoint.size, ""), line)
        return self._told(checkpoint, witness, size, "no cosignature")

    def _told(self, checkpoint: Checkpoint, witness: NodeEntry, size: int, error: str) -> _Told:
        return _Told(self._answer(checkpoint, witness, size, error))

    def _answer(self, checkpoint: Checkpoint, witness: NodeEntry, size: int, error: str) -> WitnessAnswer:
        return WitnessAnswer(checkpoint.origin, witness.code, size, error, self._clock.now())

    def _take(self, checkpoint: Checkpoint, told: Sequence[_Told]) -> bool:
        """Keep what was said of one checkpoint: the cosignatures first, then how far each witness is."""
        mine = [one for one in told if one.answer.origin == checkpoint.origin]
        lines = [one.line for one in mine if one.line is not None]
        if lines:
            before = self._store.newest(checkpoint.origin)
            same = before is not None and before.size == checkpoint.size
            found = with_cosignatures(before if before is not None and same else checkpoint, lines)
            self._store.keep(found, self._clock.now())
            show_cosigned(self._public, found)
        for one in mine:
            self._store.told(one.answer)
        return bool(lines)

    def _look(self, origins: Sequence[str], assigned: int) -> None:
        for origin in origins:
            shown = public_checkpoint(self._public, origin)
            if shown is not None:
                self._store.looked(origin, shown.size, assigned, self._clock.now())


def _is_true(checkpoint: Checkpoint, line: str, key: WitnessKey) -> bool:
    try:
        return cosigned_at(with_cosignatures(checkpoint, [line]).note, key) is not None
    except CodedError:
        return False


def _size_of(answer: bytes) -> int | None:
    text = answer.decode("ascii", "replace").removesuffix("\n")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None
