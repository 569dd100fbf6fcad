"""What services.py found, held against the aims of the services."""

from typing import Any

Found = dict[str, Any]
STEP_MS, QUEUE_MS, RULES_MS, CASES_PER_S = 50, 100, 2, 150


def show(kind: str, found: Found) -> None:
    """Print everything there is of one database, and what misses its aim."""
    print(f"\n{kind}")
    for part, shown in (("steps", _steps), ("bulk", _bulk), ("queue", _queue), ("rules", _rules)):
        if part in found:
            shown(found[part])
            print(f"    load {found[part]['machine']['load']}", flush=True)


def _steps(found: Found) -> None:
    for name in ("paced", "without pauses"):
        ours, plain = found[f"{name}, step"], found[f"{name}, plain"]
        _line(f"a step, {name}: p50, ms", ours["steps"]["p50"])
        _line("    p95, ms", ours["steps"]["p95"], STEP_MS if name == "paced" else None)
        _line("    p99, ms", ours["steps"]["p99"])
        _line("    p95 / the plainest page's", ours["steps"]["p95"] / plain["steps"]["p95"])
        _line("    steps a second", ours["steps_per_s"])
        _line("    of the plainest page", plain["steps_per_s"])
        _line("    work of a step, ms", ours["work_ms"])
        _line("    of the plainest page", plain["work_ms"])
        _line("    bytes of a step", ours["bytes"])
        if "submissions" in ours:
            _line("    a submission: p50, ms", ours["submissions"]["p50"])
            _line("    p95, ms", ours["submissions"]["p95"])


def _bulk(found: Found) -> None:
    _line("submitted a second, one by one, waited", found["submitted_per_s"])
    _line(f"handed in a second, {found['batch']} at once, waited", found["handed_in_per_s"])
    _line("decided a second, waited", found["decided_per_s"])
    _line("work of a submission alone, ms", found["submission_work_ms"])
    _line("work of one among many, ms", found["handing_in_work_ms"])
    _line("work of a decision, ms", found["decision_work_ms"])
    _line("work of a bare commit, ms", found["bare_commit_work_ms"])
    _line("cases/s of work, on two processors", found["per_s_of_work_on_two_processors"], CASES_PER_S, more=True)
    _line("cases/s handed in, then decided, waited", found["through_per_s"], CASES_PER_S, more=True)
    _line("cases/s handed in while others are decided, waited", found["through_at_once_per_s"], CASES_PER_S, more=True)


def _queue(found: Found) -> None:
    for name, one in found.items():
        if isinstance(one, dict) and "p95" in one:
            _line(f"{name}, among {found['queued']:,}: p50, ms", one["p50"], QUEUE_MS)
            _line("    p95, ms", one["p95"], QUEUE_MS)


def _rules(found: Found) -> None:
    checked, judged = found["check a hundred answers"] / 1000, found["judge by a hundred rules, and why"] / 1000
    _line("check a hundred answers, ms", checked)
    _line("judge by a hundred rules, ms", judged)
    _line("both", checked + judged, RULES_MS)
    _line("the same sums in Python", found["the same sums in Python"] / 1000)


def _line(name: str, value: float, aim: float | None = None, *, more: bool = False) -> None:
    met = aim is None or (value >= aim if more else value <= aim)
    said = "" if aim is None else f"   {'≥' if more else '≤'} {aim:g}{'' if met else '  MISSED'}"
    print(f"  {name:<60}{value:>11,.2f}{said}")
