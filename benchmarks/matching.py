"""How well one person is found under two spellings, on invented, labelled pairs. Run: make bench-matching

Weights were set on the seed TUNE; what is kept in benchmarks/results/matching.json and in the README is of the seed
REPORT, whose rarer names are others. A pair counts as found only if the keys find it and its score is high enough.
SEED (environment) looks at another seed and keeps nothing; MISSED=1 prints pairs that went wrong.
"""

import json
import os
import platform
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matching_one_person import ONE_PERSON
from matching_pairs import REPORT, TUNE, Pair, pairs
from matching_two_persons import TWO_PERSONS

from uruk.registries.domain.matching.keys import keys_of
from uruk.registries.domain.matching.score import Match, compare, is_worth_comparing, traits
from uruk.registries.domain.matching.weights import CERTAIN, PROPOSE

HERE = Path(__file__).parent
MATCH = {"name": "name", "mother": "mother", "born": "born", "number": "number"}
THRESHOLDS = {"propose": "proposed", "certain": "certain"}
BEGIN, END = "<!-- matching: begin -->", "<!-- matching: end -->"


@dataclass
class Count:
    """What happened to the pairs of one kind."""

    pairs: int = 0
    keyed: int = 0
    proposed: int = 0
    certain: int = 0
    scores: list[int] = field(default_factory=list)


def judged(pair: Pair) -> tuple[bool, Match]:
    """Whether the keys find a pair, and its score."""
    left, right = traits(MATCH, pair.left), traits(MATCH, pair.right)
    match = compare(left, right)
    assert is_worth_comparing(left, right) or not match.proposed, "what the registry does not compare is never proposed"
    return not set(keys_of(left)).isdisjoint(keys_of(right)), match


def measure(seed: int) -> dict[str, Any]:
    """Judge every pair of a seed."""
    by_kind: dict[str, Count] = defaultdict(Count)
    rare: dict[bool, Count] = defaultdict(Count)
    begun, number = time.perf_counter(), 0
    for pair in pairs(seed):
        found, match = judged(pair)
        number += 1
        for count in (by_kind[pair.kind], *([rare[pair.rare]] if pair.same else [])):
            count.pairs += 1
            count.keyed += found
            count.proposed += found and match.proposed
            count.certain += found and match.certain
            count.scores.append(match.score)
        if os.environ.get("MISSED") and pair.same != (found and match.proposed):
            print(pair.kind, found, match.score, pair.left, pair.right, [(r.code, r.points) for r in match.reasons])
    return summary(by_kind, rare) | {"pairs": number, "pairs_per_s": round(number / (time.perf_counter() - begun))}


def summary(by_kind: dict[str, Count], rare: dict[bool, Count]) -> dict[str, Any]:
    """Precision, recall and rows for each kind."""
    same, other = ([by_kind[kind] for kind in kinds] for kinds in (ONE_PERSON, TWO_PERSONS))
    return {
        **{what: rates(same, other, counted) for what, counted in THRESHOLDS.items()},
        "found by keys": ratio(sum(count.keyed for count in same), sum(count.pairs for count in same)),
        "recall of names it does not know": ratio(rare[True].proposed, rare[True].pairs),
        "one person": {kind: row(by_kind[kind]) for kind in ONE_PERSON},
        "two persons": {kind: row(by_kind[kind]) for kind in TWO_PERSONS},
    }


def rates(same: list[Count], other: list[Count], what: str) -> dict[str, float]:
    """Precision and recall at a threshold."""
    right, wrong = sum(getattr(count, what) for count in same), sum(getattr(count, what) for count in other)
    return {"precision": ratio(right, right + wrong), "recall": ratio(right, sum(count.pairs for count in same))}


def ratio(part: int, whole: int) -> float:
    """A share, to four places."""
    return round(part / max(whole, 1), 4)


def row(count: Count) -> dict[str, float]:
    """One kind: pairs, share found by keys, proposed, certain, and the middle score."""
    middle = sorted(count.scores)[len(count.scores) // 2]
    shares = {name: ratio(getattr(count, name), count.pairs) for name in ("keyed", "proposed", "certain")}
    return {"pairs": count.pairs, **shares, "middle_score": middle}


def table(found: dict[str, Any]) -> str:
    """The figures as they stand in the README."""
    rates_at = {what: "precision {precision:.4f}, recall {recall:.4f}".format(**found[what]) for what in THRESHOLDS}
    lines = [
        f"{found['pairs']:,} pairs of the seed {found['seed']}."
        f" Proposed (from {PROPOSE}): {rates_at['propose']}. Nearly sure (from {CERTAIN}): {rates_at['certain']}.",
        f"Keys find {found['found by keys']:.4f} of the pairs of one person; where the given name is none that the"
        f" matching knows, {found['recall of names it does not know']:.4f} are proposed.",
    ]
    for title, wanted in (("one person", "found"), ("two persons", "proposed wrongly")):
        lines += ["", f"| {title} | by keys | {wanted} | nearly sure | middle score |", "|---|---|---|---|---|"]
        for kind, each in found[title].items():
            shares = " | ".join(f"{each[name]:.3f}" for name in ("keyed", "proposed", "certain"))
            lines.append(f"| {kind} | {shares} | {each['middle_score']} |")
    return "\n".join(lines)


def keep(found: dict[str, Any]) -> None:
    """Write the results and the README's table."""
    (HERE / "results" / "matching.json").write_text(
        json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    filled = f"{BEGIN}\n{table(found)}\n{END}"
    readme.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: filled, text, flags=re.DOTALL), encoding="utf-8")


def machine() -> dict[str, Any]:
    """Where it ran."""
    return {
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def main() -> None:
    """Measure, print, keep."""
    seed = int(os.environ.get("SEED", str(REPORT)))
    where = machine()
    found = {"seed": seed, "tuned_on": TUNE, "machine": where, **measure(seed)}
    print(table(found))
    print(f"{found['pairs_per_s']:,} pairs/s")
    if seed == REPORT:
        keep(found)


if __name__ == "__main__":
    main()
