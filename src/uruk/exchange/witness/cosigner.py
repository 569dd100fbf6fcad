"""The witness: cosigns a checkpoint only if it continues the last one it cosigned (C2SP tlog-witness).

It answers for logs that the directory assigns to its node, never for one of its own operator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.witness.forks import keep_fork
from uruk.exchange.witness.listed import find_log, is_assigned, note_key
from uruk.exchange.witness.store import WitnessStore
from uruk.exchange.witness.submission import Submission, parse_submission
from uruk.kernel.api import Clock, CodedError, alone
from uruk.trust.api import (
    Checkpoint,
    Fork,
    KeyStore,
    Signer,
    WitnessKey,
    cosign,
    find_fork,
    fork_of_path,
    is_in_place,
    settle_in,
)

SIZE_TYPE, TEXT_TYPE = "text/x.tlog.size", "text/plain; charset=utf-8"
KEY_NAME = "node/witness"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: its status, and a body of this media type."""

    status: int
    body: bytes = b""
    media_type: str = TEXT_TYPE


class Cosigner:
    """This node as a witness. `directory` gives the country's directory as it is now."""

    def __init__(
        self, folder: Path, key: WitnessKey, signer: Signer, node: str, directory: Callable[[], CountryDirectory]
    ) -> None:
        self._folder = folder
        self._store = WitnessStore(folder)
        self._signer, self._node, self._directory = signer, node, directory
        self.key = key

    def add_checkpoint(self, body: bytes, clock: Clock) -> Answer:
        """Answer to `add-checkpoint`: 200 with the cosignature, 400, 403, 404, 409 with the size, 422."""
        try:
            submission = parse_submission(body)
        except CodedError:
            return Answer(400)
        refused = self._refusal(submission.checkpoint)
        return refused or self._compare(submission, clock)

    def _refusal(self, checkpoint: Checkpoint) -> Answer | None:
        directory, origin = self._directory(), checkpoint.origin
        log = find_log(directory, origin)
        if log is None or not is_assigned(directory, self._node, origin):
            return Answer(404)
        stands = log.compromised_since is None and not directory.is_quarantined(origin)
        return None if stands and checkpoint.verified_by(note_key(log)) else Answer(403)

    def _compare(self, submission: Submission, clock: Clock) -> Answer:
        outcome, before = self._store.advance(submission)
        if outcome == "taken":
            # On the disk already: whoever is killed from here on has signed nothing that is not known.
            line = cosign(submission.checkpoint, self.key.name, self._signer, int(clock.now().timestamp()))
            return Answer(200, line.encode())
        if before is not None:
            self._look_closer(submission, before)
        if outcome == "no_proof":
            return Answer(422)
        return Answer(409, b"%d\n" % (0 if before is None else before.size), SIZE_TYPE)

    def _look_closer(self, submission: Submission, before: Checkpoint) -> None:
        """What the log signed may prove that it shows two histories; where it does not, the round looks at its tree."""
        fork = _fork(submission, before)
        if fork is None:
            self._store.suspect(submission.checkpoint)
        else:
            keep_fork(self._folder, fork)


def open_cosigner(
    folder: Path, keys: KeyStore, instance: str, node: str, directory: Callable[[], CountryDirectory]
) -> Cosigner:
    """Open the witness with the key that goes with its state.

    A state that was lost, or came back from a backup, does not know what was cosigned: the witness begins anew under
    the next key, which the authority's two persons have to approve like the first.
    """
    number = _key_number(folder, keys)
    signer = keys.open(f"{KEY_NAME}/{number}")
    key = WitnessKey(f"{instance}/{node}/witness/{number}", signer.public_key)
    return Cosigner(folder, key, signer, node, directory)


def _key_number(folder: Path, keys: KeyStore) -> int:
    store = WitnessStore(folder)
    with alone(folder / "lock"):  # of several processes that find no state at once, one makes it
        number = store.key_number() if is_in_place(folder) else None
        if number is None or f"{KEY_NAME}/{number}" not in keys.names():
            number = _next_number(keys)
            keys.create(f"{KEY_NAME}/{number}", "ed25519")
            store.set_key_number(number)
            settle_in(folder)
    return number


def _next_number(keys: KeyStore) -> int:
    numbers = (name.removeprefix(f"{KEY_NAME}/") for name in keys.names() if name.startswith(f"{KEY_NAME}/"))
    return max((int(number) for number in numbers), default=0) + 1


def _fork(submission: Submission, before: Checkpoint) -> Fork | None:
    new = submission.checkpoint
    if new.size == before.size:
        return find_fork(before, new)
    # The proof that was sent leads to the log's own root, from another one than it showed before.
    return fork_of_path(before, new, submission.proof) if submission.old == before.size else None
