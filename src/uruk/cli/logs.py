"""`uruk log`: what the logs hold, and whether every byte of them is right."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from uruk.cli.disk import measure
from uruk.cli.output import WRONG, AsJson, Data, Language, chosen, data_folder, errors_as_sentences, say, say_json
from uruk.kernel.api import CodedError, error_sentence, rfc3339
from uruk.trust.api import Break, LogClient, LogInfo, LogReader, check_log, newest_stamp

app = typer.Typer(help="The logs of this node: what they hold, and whether they are whole.")


@app.command()
def check(data: Data = None, language: Language = "", json: AsJson = False) -> None:
    """Check every byte of journal, contents, tiles and checkpoints; exit code 1 and a line for each problem."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        folder = data_folder(data)
        problems = check_log(folder / "trust", folder / "public" / "log")
        problems += check_log(folder / "gateway" / "trust", folder / "public" / "log", shard=1)
        entries = sum(log.size for log in settled_logs(folder))
    for problem in problems:
        sentence = problem.sentence(spoken)
        say_json(path=problem.path, code=problem.code, sentence=sentence) if json else say(sentence)
    if not json:
        say(f"{len(problems)} problem(s), {entries} entries")
    if problems:
        raise typer.Exit(WRONG)


@app.command()
def show(data: Data = None, language: Language = "", json: AsJson = False) -> None:
    """Show each log: its size, since when, its last timestamp, what was lost of it; and how long the disk lasts."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        folder = data_folder(data).absolute()
        logs = known_logs(folder)
        for log in logs:
            _show(log, _stamp(folder, log), spoken, json)
        _show_disk(folder, logs, spoken, json)


def known_logs(data: Path) -> Sequence[LogInfo]:
    """The logs as the running writer knows them, else as they were last settled."""
    client = LogClient(data / "log.sock", timeout_s=5, patience_s=0)
    try:
        return client.logs()
    except CodedError:
        return settled_logs(data)
    finally:
        client.close()


def settled_logs(data: Path) -> Sequence[LogInfo]:
    """The logs as they were last settled; none where nothing was ever logged."""
    if not (data / "trust" / "contents.db").is_file():
        return ()
    reader = LogReader(data.absolute() / "trust", data.absolute() / "public" / "log")
    try:
        return reader.logs()
    finally:
        reader.close()


def loss(broken: Break, language: str) -> str:
    """What was lost, in a sentence."""
    if broken.known_size is None:
        return error_sentence("cli.log_lost_unknown", language, {"size": broken.size})
    if broken.known_size <= broken.size:
        return error_sentence("cli.log_forked", language, {"size": broken.known_size})
    values = {"first": broken.size, "last": broken.known_size - 1}
    return error_sentence("cli.log_lost", language, values)


def age_s(logs: Sequence[LogInfo]) -> float:
    """Seconds since the first log was opened."""
    return time.time() - min((log.opened for log in logs), default=time.time())


def _stamp(data: Path, log: LogInfo) -> tuple[int, float] | None:
    """Size and time (Unix seconds) of the log's last timestamp."""
    public = data / "public" / "log"
    stamped = newest_stamp(public, log.origin)
    if stamped is None:
        return None
    path = public / log.origin / "timestamp" / f"{stamped.checkpoint.size}.tsr"
    return stamped.checkpoint.size, path.stat().st_mtime


def _show(log: LogInfo, stamp: tuple[int, float] | None, language: str, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "origin": log.origin,
        "size": log.size,
        "opened": _moment(log.opened),
        "closed": None if log.closed is None else _moment(log.closed),
        "timestamped_size": stamp[0] if stamp else 0,
        "timestamped_at": _moment(stamp[1]) if stamp else None,
        "lost": loss(log.broken, language) if log.broken else None,
    }
    if as_json:
        say_json(**facts, broken=log.broken.reason if log.broken else None)
        return
    until = f"–{facts['closed']}" if facts["closed"] else ""
    stamped = f"{facts['timestamped_at']} ({facts['timestamped_size']})" if stamp else "-"
    say(f"{log.origin}  {log.size}  {facts['opened']}{until}  timestamped {stamped}")
    if facts["lost"]:
        say(f"  {facts['lost']}")


def _show_disk(data: Path, logs: Sequence[LogInfo], language: str, as_json: bool) -> None:
    disk = measure(data, age_s(logs))
    if as_json:
        say_json(disk_free_percent=disk.free_percent, disk_days_left=disk.days_left)
        return
    values = {"percent": disk.free_percent, "days": disk.days_left}
    say(error_sentence("cli.disk_left", language, values))


def _moment(seconds: float) -> str:
    return rfc3339(datetime.fromtimestamp(int(seconds), UTC))
