"""Paths are read in one way or not at all: examples of attacks, and a second, naive implementation that must agree."""

import posixpath
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.exchange import naive_paths as naive
from uruk.exchange.api import Glob, read_target
from uruk.kernel.api import CodedError

PIECES = (
    "a", "B", "b", "persons", "Persons", "1990", "..", ".", "...", "/", "/", "/", "//", "*", "?", "=", "&", ";", "#",
    " ", "\\",
    "%61", "%41", "%2e", "%2E", "%2e%2E", "%2f", "%2F", "%5c", "%5C", "%25", "%252e", "%252F", "%25%32%65", "%3b",
    "%3F",
    "%23", "%00", "%0d%0a", "%7f", "%20", "%c0%ae", "%c0%af", "%e0%80%af", "%f0%80%80%af", "%c1%9c", "%ed%a0%80", "%ff",
    "%d8%a7", "%DA%95", "%e2%80%8c", "%e2%80%ae", "%ef%bc%8f", "%ef%bc%8e", "%e2%80%a5", "%e2%84%80", "%e2%80%a4",
    "%c2%85",
    "%", "%4", "%zz", "%u002e", "é", "~", ":", "@", "'", "(", "+", "\x00", "\n", "\x7f", "\u202e",
)  # fmt: skip
RAW = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
SLASHED = st.one_of(RAW.map(lambda path: f"/{path}"), RAW, st.text(max_size=12).map(lambda path: f"/{path}"))
PARTS = st.sampled_from(["*", "**", "a", "b", "a*", "*b", "a*b", "*a*b*", "**", "", "A", "ا*"])
SEGMENTS = st.lists(st.sampled_from(["a", "b", "ab", "aab", "abab", "A", "x", "ا", "اب"]), max_size=6)


def read(raw: str) -> list[str] | None:
    try:
        return list(read_target(raw).segments)
    except CodedError as error:
        assert error.code == "exchange.path_refused"
        assert error.sentence("ar")
        return None


@settings(max_examples=1500)
@given(SLASHED)
@example("/%c0%ae%c0%ae/secret")
@example("/a/%2e%2e%2fb")
@example("/a%")
def test_a_path_is_read_as_the_naive_reading_reads_it(raw: str) -> None:
    assert read(raw) == naive.segments_of(raw)


@settings(max_examples=1500)
@given(SLASHED)
def test_what_was_read_is_what_any_provider_reads(raw: str) -> None:
    """Decoded as a whole or in pieces, once or twice, normalised or not: the same segments."""
    segments = read(raw)
    if segments is None:
        return
    path = raw.partition("?")[0]
    whole = unquote(path, errors="strict")
    assert whole.split("/")[1:] == segments
    assert unquote(whole) == whole
    assert path == "" or posixpath.normpath(whole) == (whole.rstrip("/") or "/")
    assert whole.split(";")[0] == whole


@given(SEGMENTS.map(tuple), st.booleans(), st.lists(PARTS, max_size=6))
@example(("ab", "a"), False, ["**", "a*", "**", "a"])
def test_a_glob_matches_as_the_naive_matching_does(segments: tuple[str, ...], slash: bool, parts: list[str]) -> None:
    segments += ("",) if slash else ()
    pattern = "".join(f"/{part}" for part in parts)
    try:
        glob = Glob(pattern)
    except CodedError as error:
        assert error.code == "exchange.glob_malformed"
        assert "" in parts[:-1]
        return
    assert glob.matches(segments) == naive.matches(pattern, list(segments))


@pytest.mark.parametrize(
    "raw",
    [
        "/persons/../secrets", "/persons/%2e%2e/secrets", "/persons/%2E./secrets", "/./persons", "/persons/..",
        "/persons/1%2F2", "/persons/1%2f..%2fsecrets", "/persons/1%5C2", "/persons\\1", "/persons/%252e%252e/secrets",
        "/persons/1%25", "/persons/1;v=2", "/persons/1%3Bv=2", "/persons/1%3F", "/persons/1%23", "/persons/1#x",
        "/persons//1", "//persons", "/persons/%c0%ae%c0%ae/secrets", "/persons/%e0%80%af", "/persons/%ff",
        "/persons/%00",
        "/persons/1%0d%0aX:1", "/persons/%", "/persons/%4", "/persons/%zz", "/persons/%u002e", "persons", "/persons/ 1",
        "/persons/é", "/persons?name=\u0661", "/persons?a b", "/persons?a=%", "/persons?a=%00", "/persons?a#b",
        "/persons?a\\b",
        "/persons/%ef%bc%8e%ef%bc%8e", "/persons/%e2%84%80", "/persons/%e2%80%ae", "/persons/%20", "/.%20/persons",
        "/" + "a/" * 64, "/" + "a" * 8192,
    ],
)  # fmt: skip
def test_a_path_that_two_programs_may_read_differently_is_refused(raw: str) -> None:
    with pytest.raises(CodedError) as refused:
        read_target(raw)
    assert refused.value.code == "exchange.path_refused"
    assert len(refused.value.values["piece"]) < 400
    assert refused.value.values["piece"].isascii()


def test_what_is_forwarded_is_what_was_given() -> None:
    target = read_target("/persons/%D8%B2%d9%8a%D9%86%D8%A8/a%20b?x=%20&y[]=1|2")
    assert target.raw == "/persons/%D8%B2%d9%8a%D9%86%D8%A8/a%20b?x=%20&y[]=1|2"
    assert target.segments == ("persons", "زينب", "a b")
    assert target.query == "x=%20&y[]=1|2"
    assert target.parameters == (("x", " "), ("y[]", "1|2"))


def test_a_query_is_told_from_none() -> None:
    assert read_target("").query is None
    assert read_target("?").query == ""
    assert read_target("").segments == ()
    assert read_target("/").segments == ("",)
    assert read_target("/a/").segments == ("a", "")
    assert read_target("/.well-known/x").segments == (".well-known", "x")


def test_bad_utf_8_in_a_parameter_is_refused_when_it_is_read() -> None:
    target = read_target("?name=%ff")
    with pytest.raises(CodedError, match="path_refused"):
        _ = target.parameters


@pytest.mark.parametrize(
    ("pattern", "raw", "expected"),
    [
        ("/", "", True), ("/", "/", True), ("", "/", True), ("/", "/a", False), ("/**", "", True),
        ("/**", "/a/b/", True),
        ("/*", "/a", True), ("/*", "/", False), ("/*", "/a/b", False), ("/*", "/a/", False),
        ("/persons/*", "/persons/", False),
        ("/persons/*", "/persons/1", True), ("/persons/*", "/Persons/1", False), ("/persons/*", "/PERSONS/1", False),
        ("/persons/*", "/%70ersons/1", True), ("/persons/**", "/persons", True), ("/persons/**", "/personsx", False),
        ("/persons/*/name", "/persons/1/name", True), ("/persons/*/name", "/persons/1/2/name", False),
        ("/a/**/b", "/a/b", True), ("/a/**/b", "/a/x/y/b", True), ("/a/**/b", "/a/x/y/c", False), ("/a/", "/a/", True),
        ("/a/", "/a", False), ("/a", "/a/", False), ("/x-*.pdf", "/x-1.pdf", True), ("/x-*.pdf", "/x-.pdf", True),
        ("/aa*aa", "/aaa", False), ("/محافظة/*", "/%D9%85%D8%AD%D8%A7%D9%81%D8%B8%D8%A9/1", True),
    ],
)  # fmt: skip
def test_a_glob_means(pattern: str, raw: str, expected: bool) -> None:
    segments = read_target(raw).segments
    assert Glob(pattern).matches(segments) is expected
    assert naive.matches(pattern, list(segments)) is expected


@pytest.mark.parametrize(
    "pattern", ["persons", "/a//b", "/a**", "/..", "/a/../b", "/a%2Fb", "/a?b", "/a;b", "/a/***", "/\n", "/a" * 65]
)
def test_a_glob_that_can_match_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(CodedError) as refused:
        Glob(pattern)
    assert refused.value.code == "exchange.glob_malformed"


def test_a_hostile_glob_costs_no_more_than_its_size() -> None:
    """Counted, not timed: a pattern of stars against letters that nearly match ends within a test's patience."""
    assert not Glob("/" + "*a" * 500).matches(("a" * 400 + "b",))
    assert not Glob("/**/a" * 30).matches(("a",) * 29 + ("b",) * 30)
