"""A round is decided by its order, within its places; anybody who computes it again gets the same."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.domain.samples import changed, codes, examples_of, findings_of, linked
from uruk.services.domain.ground import AWAY, Ground, Waiting
from uruk.services.domain.judging.deciding import Decision, Entry, Placed, decide, entry_of
from uruk.services.domain.judging.reckoning import Reckoning

GROUPS = ("women", "villages")
ENTRIES = st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from(GROUPS))), max_size=12).map(
    lambda rows: [Entry(f"c{place}", place, ((0, key),), frozenset(of)) for place, (key, of) in enumerate(rows)]
)
ROUND = (
    "states:\n  received:",
    "round:\n  call: facts.trader.goods\n  ends: answers.day\n  places: facts.market.places_m2\n"
    "  order: [{most: area_m2_all}, {least: fee_iqd}]\n  waiting: 2\n  law: markets/1\n"
    "  quotas: {large: {when: area_m2_all >= 20, places: '1'}}\nstates:\n  received:",
)


def entry(case: str, arrival: int, key: int, *groups: str) -> Entry:
    return Entry(case, arrival, ((0, key),), frozenset(groups))


@given(ENTRIES, st.integers(0, 14), st.integers(0, 6), st.integers(0, 6), st.integers(0, 4), st.randoms())
def test_everybody_is_somewhere_once_and_the_order_of_handing_in_does_not_matter(
    entries: list[Entry], places: int, women: int, villages: int, waiting: int, random: object
) -> None:
    kept = dict(zip(GROUPS, (women, villages), strict=True))
    found = decide(entries, places, kept, waiting)
    cases = [one.case for one in found.placed] + list(found.waiting) + list(found.unplaced)
    assert sorted(cases) == sorted(one.case for one in entries)
    assert len(found.placed) == min(places, len(entries))
    assert len(found.waiting) == min(waiting, len(entries) - len(found.placed))
    mixed = list(entries)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert decide(mixed, places, kept, waiting) == found


@given(ENTRIES, st.integers(0, 14), st.integers(0, 6))
def test_nobody_without_a_place_stands_before_somebody_with_an_open_one(
    entries: list[Entry], places: int, women: int
) -> None:
    found = decide(entries, places, {"women": women}, 0)
    rank = {one.case: (one.keys, one.arrival) for one in entries}
    open_places = [rank[one.case] for one in found.placed if one.group is None]
    members = sum("women" in one.groups for one in entries)
    if open_places and found.unplaced and members >= women:
        assert max(open_places) <= min(rank[case] for case in found.unplaced)
    with_place = {one.case for one in found.placed}
    got = sum(one.case in with_place and "women" in one.groups for one in entries)
    assert got >= min(women, members, places)


def test_open_places_come_first_and_kept_ones_go_to_the_best_who_have_none() -> None:
    entries = [entry("a", 1, 1, "women"), entry("b", 2, 2), entry("c", 3, 3), entry("d", 4, 4, "women")]
    assert decide(entries, 3, {"women": 1}, 1) == Decision(
        (Placed("a", None), Placed("b", None), Placed("d", "women")), ("c",), ()
    )


def test_kept_places_that_nobody_takes_go_to_the_next() -> None:
    entries = [entry("a", 1, 1), entry("b", 2, 2), entry("c", 3, 3)]
    found = decide(entries, 2, {"women": 2}, 0)
    assert (found.placed, found.unplaced) == ((Placed("a", None), Placed("b", None)), ("c",))


def test_equal_cases_go_by_arrival_or_by_a_lot_that_can_be_drawn_again() -> None:
    entries = [entry(f"c{place}", place, 1) for place in range(20)]
    assert [one.case for one in decide(entries, 3, {}, 0).placed] == ["c0", "c1", "c2"]
    first, again, other = (decide(entries, 3, {}, 0, lot) for lot in (b"root", b"root", b"else"))
    assert first == again != other


def test_a_case_enters_with_what_it_ranks_by_and_the_groups_it_is_of() -> None:
    service = linked("stall", ROUND)
    assert service.round is not None
    course = examples_of(service)["bread"].course
    places = [{"goods": "bread", "area_m2": 20, "oven": True}]
    facts = {**course.ground.facts, "trader": {"goods": "bread", "born": "1990-01-01"}}
    ground = Ground(datetime.date(2026, 11, 1), {"day": "2026-12-01", "places": places}, facts)
    reckoning = Reckoning(service, ground)
    assert entry_of(service.round, reckoning, "c1", 7) == Entry("c1", 7, ((0, -20), (0, 500)), frozenset({"large"}))
    empty = Reckoning(service, Ground(ground.today, {}, facts))
    assert entry_of(service.round, empty, "c2", 8) == Entry("c2", 8, ((1, 0), (1, 0)), frozenset())


def test_a_case_that_ranks_by_a_fact_waits_for_it() -> None:
    service = linked("stall", ROUND, ("{most: area_m2_all}", "{most: facts.market.places_m2}"))
    assert service.round is not None
    reckoning = Reckoning(service, Ground(datetime.date(2026, 11, 1), {}, {"market": AWAY}))
    assert entry_of(service.round, reckoning, "c1", 1) == Waiting(frozenset({"market"}))
    nothing = Reckoning(service, Ground(datetime.date(2026, 11, 1), {}, {"market": {"day": "2026-12-01"}}))
    found = entry_of(service.round, nothing, "c1", 1)
    assert isinstance(found, Entry)
    assert found.keys[0] == (1, 0)


def rounds_of(text: str, *edits: tuple[str, str]) -> list[str]:
    """What is said about the rounds of the stall's examples, with a round that waits for its places."""
    files = dict(changed("stall", ROUND, *edits))
    (path,) = (name for name in files if name.endswith("services/stall/examples.yaml"))
    files[path] += text.encode()
    return [one for one in codes(findings_of(files, "stall")) if one != "services.round_unused"]


WAITING = (
    "outcomes: {paid: reserving}",
    "outcomes: {paid: ranked}",
), (
    "  reserving:\n",
    "  ranked:\n    waits: round\n    deadline: {within: 60 days, then: {to: lapsed}}\n"
    "    outcomes: {placed: reserving, waiting: listed, unplaced: refused}\n  listed:\n    waits: round\n"
    "    deadline: {within: 60 days, then: {to: lapsed}}\n    outcomes: {placed: reserving}\n  reserving:\n",
)  # fmt: skip
OTHERS = {"services.example_differs", "services.way_untried", "definitions.text_missing"}


def test_examples_of_a_round_say_who_has_a_place_and_who_waits() -> None:
    said = "rounds:\n  first: {of: [bread, large-bread, bread-and-cloth, small-oven], expect: {placed: [%s]}}\n"
    right = rounds_of(said % "bread-and-cloth, large-bread, bread, small-oven", *WAITING)
    wrong = rounds_of(said % "bread, large-bread, bread-and-cloth, small-oven", *WAITING)
    assert set(right) <= OTHERS
    assert wrong.count("services.example_differs") == right.count("services.example_differs") + 1


def test_a_round_of_no_example_or_of_a_service_without_rounds_is_said() -> None:
    text = "rounds:\n  first: {of: [bread, cake], expect: {placed: [bread]}}\n"
    assert "services.example_like" in rounds_of(text, *WAITING)
    files = dict(changed("stall"))
    (path,) = (name for name in files if name.endswith("services/stall/examples.yaml"))
    assert codes(findings_of(files | {path: files[path] + text.encode()}, "stall")) == ["services.no_round"]


def test_whoever_is_on_the_list_still_waits_for_the_round_and_a_second_person_needs_a_first() -> None:
    assert "services.round_list" in rounds_of("", *WAITING, ("waiting: listed", "waiting: refused"))
    assert "services.round_list" not in rounds_of("", *WAITING)
    second = ("  waiting: 2\n", "  waiting: 2\n  second: mayor\n")
    assert "services.round_second" in rounds_of("", *WAITING, second)
    unknown = ("  waiting: 2\n", "  waiting: 2\n  task: nobody\n")
    assert "services.role_unknown" in rounds_of("", *WAITING, unknown)
