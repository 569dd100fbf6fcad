"""What registries.py found, held against the aims of the registries: ratios in the same run, and the curve."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Found = dict[str, Any]
TENFOLD = 1.5
MIDDLE, LATE = "p50", "p95"


@dataclass(frozen=True)
class Aim:
    """A figure at each size, its aim, and whether more is better. `cost`: what may not grow with ten times the size."""

    name: str
    figure: Callable[[Found], float]
    aim: float
    more: bool
    cost: Callable[[Found], float] | None = None

    def met(self, value: float) -> bool:
        """Whether a value meets the aim."""
        return value >= self.aim if self.more else value <= self.aim


def _ratio(part: str, group: str, ours: str, theirs: str, which: str = MIDDLE) -> Callable[[Found], float]:
    return lambda found: found[part][group][theirs][which] / found[part][group][ours][which]


def _cost(part: str, group: str, name: str) -> Callable[[Found], float]:
    return lambda found: float(found[part][group][name][MIDDLE])


def _slowest_words(found: Found) -> float:
    return max(one[LATE] for one in found["store"]["words"].values()) / 1000


BARE, READ, OFFICER = "bare statement by key", "get_record, by the node", "get_record, by an officer"
WAITED = "wall p50"
BY_SIZE = (
    Aim("read by key through the door / raw SQL", _ratio("doors", "reading", READ, BARE), 0.3, True,
        _cost("doors", "reading", READ)),
    Aim("… by an officer, whose office is looked up", _ratio("doors", "reading", OFFICER, BARE), 0.3, True,
        _cost("doors", "reading", OFFICER)),
    Aim("find_by_key of the store / raw SQL", _ratio("store", "reading", "find_by_key", BARE), 0.3, True,
        _cost("store", "reading", "find_by_key")),
    Aim("create one by one / bare durable commit, waited", _ratio("doors", "creating", "create", "bare commit", WAITED),
        0.3, True, _cost("doors", "creating", "create")),
    Aim("in sets of 1,000, records a second of work", lambda found: found["doors"]["sets"]["per_s_of_work"], 5000, True,
        lambda found: float(found["doors"]["sets"]["us"])),
    Aim("slowest words, 95th percentile, ms of work", _slowest_words, 50, False, _slowest_words),
    Aim("a page of fifty of a town, us of work", _cost("store", "pages", "of a town"), float("inf"), False,
        _cost("store", "pages", "of a town")),
)  # fmt: skip


def show(kind: str, kept: Found, sizes: list[str]) -> None:
    """Print everything there is of one database."""
    storage, bulk = kept.get("storage", {}).get(kind, {}), kept.get("bulk", {}).get(kind, {})
    there = [size for size in sizes if size in storage]
    if there:
        print(f"\n{kind + ', by number of records':<56}" + "".join(f"{size:>11}" for size in there) + "   aim")
    for aim in BY_SIZE:
        _show_aim(aim, [storage[size] for size in there])
    for size in there:
        _show_trial(size, storage[size].get("trial"))
    for what, row in storage.get("histories", {}).items():
        if "as_of" not in row:
            continue
        _line(f"as of a day / now, {what}", row["as_of"][MIDDLE] / row["find"][MIDDLE], 2, more=False)
    _show_bulk(bulk)


def _show_aim(aim: Aim, found: list[Found]) -> None:
    """One line, and under it what each size costs more than the one before."""
    rows = [one for one in found if "words" in one["store"] or aim.figure is not _slowest_words]
    if not rows:
        return
    values = [aim.figure(one) for one in rows]
    said = "" if aim.aim == float("inf") else f"   {'≥' if aim.more else '≤'} {aim.aim:g}"
    missed = "" if all(map(aim.met, values)) else "  MISSED"
    print(f"  {aim.name:<54}" + "".join(f"{_short(value):>11}" for value in values) + said + missed)
    if aim.cost is not None and len(rows) > 1:
        costs = [aim.cost(one) for one in rows]
        grown = [later / earlier for earlier, later in pairwise(costs)]
        missed = "" if max(grown) <= TENFOLD else "  MISSED"
        print(f"  {'    its cost at the next size':<54}{'':>11}" + "".join(f"{_short(one):>11}" for one in grown)
              + f"   ≤ {TENFOLD}{missed}")  # fmt: skip


def _show_trial(size: str, found: Found | None) -> None:
    if found is not None:
        memory = found["memory_mb"]
        _line(f"{int(size):,} records tried under a definition, a second of work", found["per_s_of_work"], 0)
        _line("    most memory meanwhile / before", memory["after"] / memory["before"], 1.5, more=False)


def _show_bulk(found: Found) -> None:
    for name in ("sets", "raw"):
        if name in found:
            _line(
                f"persons, {name}: records a second of work",
                found[name]["per_s_of_work"],
                5000 if name == "sets" else 0,
            )
    for many, row in found.get("reading of persons", {}).items():
        if "per_s" not in row:
            continue
        _line(f"readings of persons a second, {many}, waited", row["per_s"], 0)
    if "import" in found:
        one, rows = found["import"], found["rows"]
        _line(f"CSV of {rows:,} rows: seconds waited", one["wall_s"], 300 * rows / 1e6, more=False)
        _line("    seconds of work", one["work_s"], 300 * rows / 1e6, more=False)
        _line(
            "    memory at the end / at the beginning",
            one["memory_mb"]["after"] / one["memory_mb"]["before"],
            2,
            more=False,
        )
    if "export" in found:
        _line("export, records a second of work", found["export"]["per_s_of_work"], 0)


def _line(name: str, value: float, aim: float, *, more: bool = True) -> None:
    met = value >= aim if more else value <= aim
    said = f"   {'≥' if more else '≤'} {aim:g}{'' if met else '  MISSED'}" if aim else ""
    print(f"  {name:<54}{_short(value):>11}{said}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
