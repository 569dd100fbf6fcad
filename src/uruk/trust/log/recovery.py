"""Starting: the retired state from the store of contents, then every batch that the journal still holds.

Nothing is believed: roots are recomputed from the entries, entries from salt and statement, the newest checkpoint
of each log is verified. What does not fit raises a coded error and the node does not start.
"""

import json
from collections.abc import Iterator

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import checkpoint_text, parse_checkpoint
from uruk.trust.log.contents import Contents, LogRow
from uruk.trust.log.frames import ASIDE, CHECKPOINT, CLOSED, ENTRY, OPENED, Frame, split_frames
from uruk.trust.log.generations import Generations
from uruk.trust.log.journal import Batch, Journal
from uruk.trust.log.merkle import leaf_hash
from uruk.trust.log.note import NoteKey
from uruk.trust.log.settle import Settler
from uruk.trust.log.state import Log, Part, Pending
from uruk.trust.log.tiles import EMPTY_EDGE, Edge
from uruk.trust.receipts import entry_of

_SETTLE_BYTES = 8 << 20


def recover(logs: Generations, contents: Contents, journal: Journal, settler: Settler) -> None:
    """Bring logs, contents and tiles to the end of the journal."""
    load_logs(contents, logs)
    number, seal = contents.retired()
    waiting: list[Pending] = []
    size = 0
    for batch in journal.replay(number + 1, seal):
        waiting.append(replay_batch(batch, logs))
        size += len(batch.frames)
        if size > _SETTLE_BYTES:
            settler.settle(waiting)
            waiting, size = [], 0
    settler.settle(waiting)
    for log in logs.all():
        verify_tree(log)


def load_logs(contents: Contents, logs: Generations) -> None:
    """Take over the logs as they were when the journal was last emptied up to there."""
    for row in contents.logs():
        logs.add(_retired_log(row))


def _retired_log(row: LogRow) -> Log:
    edge = Edge.from_bytes(row.edge)
    log = Log(row, NoteKey.parse(row.key), edge=edge, checkpoint=row.checkpoint, settled_checkpoint=row.checkpoint)
    log.tree = edge.tree()
    verify_tree(log)
    return log


def verify_tree(log: Log) -> None:
    """The newest checkpoint must be the log's own and of the tree that we hold."""
    if log.tree.size == 0:
        return
    checkpoint = parse_checkpoint(log.checkpoint)
    if not checkpoint.verified_by(log.key) or checkpoint.note.text != _text(log):
        raise CodedError("trust.log_damaged", path=log.origin)


def _text(log: Log) -> str:
    return checkpoint_text(log.origin, log.tree.size, log.tree.root)


def replay_batch(batch: Batch, logs: Generations) -> Pending:
    """Bring the logs to the end of a batch; `trust.log_damaged` where anything in it does not fit."""
    found = Pending(batch.number, batch.seal, batch.segment, [])
    entries: dict[int, list[Frame]] = {}
    for item in _frames(batch):
        if item.kind == OPENED:
            found.logs.append(_opened(item, logs))
        elif item.kind == CLOSED:
            said = json.loads(item.body)
            log = logs.log(item.log)
            logs.close(log, said["at"], said["broken"])
            found.closed.append(log)
        elif item.kind == ENTRY:
            entries.setdefault(item.log, []).append(item)
        elif item.kind == ASIDE:
            found.aside = item.body
        elif item.kind == CHECKPOINT:
            found.parts.append(_part(logs.log(item.log), entries.pop(item.log, []), item.body))
    return found


def _frames(batch: Batch) -> Iterator[Frame]:
    try:
        yield from split_frames(batch.frames)
    except ValueError:
        raise CodedError("trust.journal_damaged", segment=batch.segment) from None


def _opened(item: Frame, logs: Generations) -> Log:
    said = json.loads(item.body)
    row = LogRow(**said, id=item.log, closed=None, broken=None, size=0, checkpoint=b"", edge=EMPTY_EDGE.to_bytes())
    log = Log(row, NoteKey.parse(row.key))
    logs.add(log)
    return log


def _part(log: Log, frames: list[Frame], checkpoint: bytes) -> Part:
    since, entries, contents = log.tree.size, [], []
    for place, item in enumerate(frames):
        index, act, salt, entry, statement = item.entry()
        if index != since + place or entry != entry_of(statement, salt):
            raise CodedError("trust.log_damaged", path=f"{log.origin} {index}")
        entries.append(entry)
        contents.append((act, salt, statement))
    log.tree, log.checkpoint = log.tree.grow([leaf_hash(entry) for entry in entries]), checkpoint
    if not checkpoint.startswith(_text(log).encode()):
        raise CodedError("trust.log_damaged", path=log.origin)
    return Part(log, since, log.tree, entries, contents, checkpoint)
