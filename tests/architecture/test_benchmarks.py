"""What benchmarks kept: every figure that was asked for beside its baseline. How fast it was is read, never tested."""

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.registries_aims import BARE, OFFICER, READ

from tests.architecture.source import ROOT
from tests.architecture.test_ci import recipe

RESULTS = ROOT / "benchmarks" / "results"


def kept(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_make_bench_runs_and_keeps_both_benchmarks() -> None:
    assert [line for line in recipe("bench") if "benchmarks/log.py" in line]
    assert [line for line in recipe("bench") if "benchmarks/documents.py" in line]
    assert {path.name for path in RESULTS.glob("*.json")} >= {"log.json", "documents.json", "exchange.json"}


def test_make_bench_exchange_measures_beside_nginx_and_keeps_it() -> None:
    assert [line for line in recipe("bench-exchange") if "benchmarks/exchange.py" in line]
    rows = kept("exchange")["callers"]
    assert [row["callers"] for row in rows] == [1, 8, 32, 128]
    for row in rows:
        assert row["exchange"]["errors"] == 0
        assert row["nginx"]["per_s"] > 0
        assert {"per_s", "p50_ms", "p99_ms", "cpu_us_per_exchange"} <= set(row["exchange"])
        assert row["cpu_ratio"] > 0


def test_the_exchange_is_measured_as_messages_and_agreements_grow() -> None:
    found = kept("exchange")
    assert all(row["messages"] >= 10**power for power, row in zip((4, 5, 6), found["growth"], strict=False))
    assert found["growth"]
    assert all({"memory_mb", "log_bytes", "evidence_bytes"} <= set(row) for row in found["growth"])
    assert found["agreements"]["count"] >= 1000
    assert found["half_of_peak"]["errors"] == 0


def test_an_exchange_takes_about_two_kilobytes_of_log() -> None:
    """A count of bytes, not a time: of both nodes together, after as many messages as the kept run went to."""
    last = kept("exchange")["growth"][-1]
    assert last["messages"] >= 100_000
    assert last["kept_bytes"] <= 2_048
    assert last["log_bytes"] <= 2_400  # with the journal, which does not grow with the messages
    assert last["evidence_bytes"] <= 1_200


def test_gateways_stay_small_after_a_million_messages() -> None:
    """Megabytes that are resident: counted, not timed."""
    last = kept("exchange")["growth"][-1]
    assert last["messages"] >= 1_000_000
    assert max(last["memory_mb"]) < 120


def test_durable_entries_stand_beside_a_bare_loop_at_each_size_of_batch() -> None:
    measured = kept("log")["durable"]
    assert [row["batch"] for row in measured] == [1, 32, 256, 1000]
    assert all(row["entries_per_s"] > 0 and row["bare_entries_per_s"] > 0 for row in measured)


def test_make_bench_matching_reaches_its_aim_on_pairs_that_the_weights_were_not_set_on() -> None:
    assert [line for line in recipe("bench-matching") if "benchmarks/matching.py" in line]
    found = kept("matching")
    assert found["pairs"] >= 20_000
    assert found["seed"] != found["tuned_on"]
    assert found["propose"]["precision"] >= 0.98
    assert found["propose"]["recall"] >= 0.95


def registries() -> Iterator[tuple[dict[str, Any], dict[str, Any], list[str]]]:
    """What was kept of each database: by size and of many at once, and the sizes from the smallest on."""
    found = kept("registries")
    for kind in ("sqlite", "postgresql"):
        by_size = found["storage"][kind]
        yield by_size, found["bulk"][kind], sorted((size for size in by_size if size.isdigit()), key=int)


def test_make_bench_registries_measures_each_aim_beside_its_baseline_on_both_databases() -> None:
    assert [line for line in recipe("bench-registries") if "benchmarks/registries.py" in line]
    for by_size, bulk, sizes in registries():
        assert int(sizes[-1]) >= 10 * int(sizes[0])
        for size in sizes:
            assert {BARE, READ, OFFICER} <= set(by_size[size]["doors"]["reading"])
            assert {"bare commit", "create"} <= set(by_size[size]["doors"]["creating"])
            assert by_size[size]["doors"]["sets"]["per_s_of_work"] > 0
            assert by_size[size]["store"]["words"] if int(size) <= 1_000_000 else True
            assert by_size[size]["machine"]["load"] >= 0
        assert all({"find", "as_of"} <= set(row) for at, row in by_size["histories"].items() if at != "machine")
        assert {"1 at once", "32 at once"} <= set(bulk["reading of persons"])
        assert bulk["sets"]["per_s_of_work"] > 0
        assert bulk["raw"]["per_s_of_work"] > 0
        assert bulk["import"]["wall_s"] > 0
        assert bulk["import"]["machine"]["processor"]


def test_a_record_is_read_by_key_at_a_third_of_bare_sql_or_better_whatever_the_size() -> None:
    for by_size, _, sizes in registries():
        reads = [by_size[size]["doors"]["reading"] for size in sizes]
        assert all(row[BARE]["p50"] / row[READ]["p50"] >= 0.3 for row in reads)


def test_what_was_true_on_a_day_costs_at_most_twice_what_is_true_now_at_a_hundred_versions() -> None:
    for by_size, _, _ in registries():
        rows = [row for at, row in by_size["histories"].items() if at != "machine"]
        assert all(row["as_of"]["p50"] / row["find"]["p50"] <= 2 for row in rows)


def test_words_are_found_within_fifty_milliseconds_among_a_million_records() -> None:
    for by_size, _, _ in registries():
        assert max(row["p95"] for row in by_size["1000000"]["store"]["words"].values()) < 50_000


def test_a_million_rows_of_a_file_take_less_than_five_minutes_in_flat_memory() -> None:
    for _, bulk, _ in registries():
        assert bulk["rows"] >= 1_000_000
        assert bulk["import"]["wall_s"] < 300
        assert bulk["import"]["memory_mb"]["after"] <= 2 * bulk["import"]["memory_mb"]["before"]


def test_a_million_records_are_tried_in_flat_memory() -> None:
    found = kept("registries")["storage"]["sqlite"]["1000000"]["trial"]
    assert found["tried"] >= 1_000_000
    assert found["memory_mb"]["after"] <= 1.5 * found["memory_mb"]["before"]


def test_the_layouts_of_registries_are_measured_at_ten_million_records_on_both_databases() -> None:
    for by_size, _, _ in registries():
        for name in ("by key", "fifty of a town", "fifty from a day on", "counted by town", "change of a town"):
            assert {"columns", "json"} <= set(by_size["10000000"]["layouts"][name])


def test_the_figures_name_their_machine_and_its_load() -> None:
    for name in ("log", "documents", "exchange", "matching"):
        assert {"python", "processor", "cpus", "load_before"} <= set(kept(name)["machine"])


def test_a_proof_in_a_large_tree_reads_no_more_tiles_than_the_tree_has_levels() -> None:
    """A count, not a time: the tile height is 8, so a tree of n entries has ceil(log2(n) / 8) levels of tiles."""
    for row in kept("log")["proofs"]:
        levels = -(-(row["size"] - 1).bit_length() // 8)
        assert row["most_tiles"] <= 2 * levels, row


def test_memory_is_measured_while_the_log_grows() -> None:
    memory = kept("log")["memory"]
    assert memory["entries"] >= 100_000
    assert memory["grown_kb_after_warming_up"] < 20_000


def test_the_kept_figures_reach_the_aims_that_are_promised() -> None:
    """Read from the run that was kept, so that a slower log is noticed when its figures are renewed."""
    durable = {row["batch"]: row for row in kept("log")["durable"]}
    assert durable[1]["ratio"] >= 0.5
    assert durable[256]["entries_per_s"] >= 50_000
    assert max(row["size"] for row in kept("log")["proofs"]) >= 10_000_000
    assert kept("documents")["results"]["page sealed, PAdES-B-B (aim 30)"]["median_ms"] <= 30


def test_no_test_waits_for_a_benchmark() -> None:
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.name != "test_benchmarks.py"]
    assert [str(path) for path in tests if "import benchmarks" in path.read_text(encoding="utf-8")] == []


def test_a_hundred_fields_and_a_hundred_rules_take_less_than_two_milliseconds() -> None:
    """Of the kept run on SQLite, which had the machine for itself; both databases reckon alike."""
    rules = kept("services")["sqlite"]["rules"]
    assert rules["check a hundred answers"] + rules["judge by a hundred rules, and why"] <= 2_000


def test_a_step_takes_less_than_fifty_milliseconds_among_fifty_applicants() -> None:
    for kind in ("sqlite", "postgresql"):
        found = kept("services")[kind]["steps"]["paced, step"]
        assert found["applicants"] == 50
        assert found["steps"]["p95"] < 50


def test_queues_of_a_million_cases_open_within_a_hundred_milliseconds() -> None:
    for kind in ("sqlite", "postgresql"):
        found = kept("services")[kind]["queue"]
        assert found["queued"] >= 1_000_000
        assert max(one["p95"] for one in found.values() if isinstance(one, dict) and "p95" in one) < 100


def test_a_hundred_and_fifty_cases_a_second_go_from_submission_to_decision() -> None:
    for kind in ("sqlite", "postgresql"):
        found = kept("services")[kind]["bulk"]
        assert min(found["through_per_s"], found["through_at_once_per_s"]) >= 150


def test_services_are_measured_on_both_databases_beside_their_baselines() -> None:
    assert [line for line in recipe("bench-services") if "benchmarks/services.py" in line]
    for kind in ("sqlite", "postgresql"):
        found = kept("services")[kind]
        assert set(found) == {"rules", "bulk", "queue", "steps"}
        assert found["queue"]["queued"] >= 1_000_000
        assert {"paced, step", "paced, plain", "without pauses, step", "without pauses, plain"} <= set(found["steps"])
        assert found["bulk"]["bare_commits_per_s"] > 0
