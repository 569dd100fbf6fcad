"""One person under two spellings is found, two persons are kept apart, and why is said in three languages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.architecture.test_errors import NOT_ARABIC, NOT_KURDISH
from uruk.kernel.api import LANGUAGES
from uruk.registries.domain.matching import explain, weights
from uruk.registries.domain.matching.explain import Reason
from uruk.registries.domain.matching.keys import MAX_KEYS, keys_of, match_keys
from uruk.registries.domain.matching.known import known
from uruk.registries.domain.matching.names import AGREE, compare_parts, edits, is_slip, person_name
from uruk.registries.domain.matching.score import Match, compare, is_worth_comparing, traits
from uruk.registries.domain.matching.sound import distance
from uruk.registries.domain.matching.spelling import words
from uruk.registries.domain.matching.values import compare_days, compare_numbers, compare_texts, read_day

MATCH = {"name": "name", "mother": "mother", "born": "born", "number": "number", "phone": "phone", "text": "text"}
PERSON: dict[str, Any] = {
    "name": {"given": "زياد", "father": "كاظم", "grandfather": "شلال", "surname": "الجبوري"},
    "mother": "خولة",
    "born": "1987-03-09",
    "number": "198704512377",
}

SAME_NAME = [
    ("محمد", "محمّد"),
    ("محمد", "Mohammed"),
    ("محمد", "محەمەد"),
    ("عبد الرحمن", "عبدالرحمن"),
    ("عبد الرحمن", "Abdulrahman"),
    ("عبد الرحمن", "Abd al-Rahman"),
    ("عبد الرحمن", "Abdurrahman"),
    ("عبد الرحمن", "عەبدولڕەحمان"),
    ("عبد الله", "عەبدوڵڵا"),
    ("عبد الله", "Abdallah"),
    ("عبد الحسين", "Abdul Hussain"),
    ("صلاح الدين", "سەلاحەدین"),
    ("صلاح الدين", "Salahuddin"),
    ("نور الدين", "Nour al-Din"),
    ("نصر الله", "Nasrullah"),
    ("أبو بكر", "Abubakr"),
    ("الجبوري", "جبوري"),
    ("الجبوري", "Al-Jubouri"),
    ("فاطمة", "فاطمه"),
    ("مصطفى", "مصطفي"),
    ("مصطفى", "مستەفا"),
    ("علاء", "Alaa"),
    ("كاظم", "كاضم"),
    ("إسحق", "اسحاق"),
    ("رمضان", "ڕەمەزان"),
    ("عثمان", "Osman"),
    ("عثمان", "Othman"),
    ("نجاة", "نەجات"),
    ("كوردستان", "کوردستان"),
    ("ئه\u200cحمه\u200cد", "ئەحمەد"),
    ("ئهحمهد", "ئەحمەد"),
    ("ریبوار", "ڕێبوار"),
    ("Sa'ad", "سعد"),
    ("Alameri", "العامري"),
]
OTHER_NAME = [
    ("حسن", "حسين"),
    ("Hassan", "Hussein"),
    ("حەسەن", "حوسێن"),
    ("جمال", "Jamil"),
    ("سمير", "سميرة"),
    ("Hamad", "Ahmad"),
    ("محمد", "محمود"),
    ("زيد", "Ziad"),
    ("سعد", "سعيد"),
    ("علي", "عمر"),
]


def levels(left: str, right: str) -> Any:
    kurdish = any(letter in left + right for letter in "ەێۆڕڵ")
    return compare_parts(words(left, kurdish=kurdish and "ە" in left), words(right))


def judged(left: dict[str, Any], right: dict[str, Any]) -> Match:
    return compare(traits(MATCH, left), traits(MATCH, right))


def codes(match: Match) -> set[str]:
    return {reason.code for reason in match.reasons}


@pytest.mark.parametrize(("left", "right"), SAME_NAME)
def test_one_name_in_two_spellings_agrees(left: str, right: str) -> None:
    mine, yours = person_name({"surname": left}), person_name({"surname": right})
    from uruk.registries.domain.matching.names import compare_surnames

    assert compare_surnames(mine.surname, yours.surname) in AGREE


@pytest.mark.parametrize(("left", "right"), OTHER_NAME)
def test_two_names_that_look_alike_are_two(left: str, right: str) -> None:
    assert levels(left, right) not in AGREE


def test_a_name_of_the_list_is_known_by_its_sound_and_another_is_not() -> None:
    assert known(words("Hussein")[0]) == {"حسین"}
    assert known(words("محمد")[0]) == {"محمد"}
    assert known(words("شلال")[0]) == frozenset()


def test_a_record_is_like_itself_and_nearly_sure() -> None:
    match = judged(PERSON, PERSON)
    assert match.score == weights.SCALE
    assert match.certain


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Ziad Kadhim Shallal Al-Jubouri", "mother": "Khawla"}, "given.script"),
        ({"name": "زیاد کازم شەلال جبووری", "mother": "خەولە"}, "given.same"),
        ({"name": {"given": "زياد", "father": "كاظم", "grandfather": "شلال"}}, "grandfather.same"),
        ({"name": {"given": "زياد", "father": "كاظم", "grandfather": "شلال", "surname": "جبوري"}}, "surname.same"),
        ({"name": "زياد كاظم الجبوري"}, "father.same"),
        ({"name": {"given": "زياد", "father": "كاظم", "grandfather": "الجبوري"}}, "surname.moved"),
        ({"name": {"given": "كاظم", "father": "زياد", "grandfather": "شلال", "surname": "الجبوري"}}, "given.swapped"),
        ({"name": {"given": "زياد", "father": "كاظم", "grandfather": "شلالل"}}, "grandfather.slip"),
        ({"name": {"given": "زياد علي", "father": "كاظم", "grandfather": "شلال"}}, "given.part"),
        ({"name": "الجبوري، زياد بن كاظم شلال"}, "surname.same"),
        ({"born": "1987-09-03"}, "born.swapped"),
        ({"born": "1978-03-09"}, "born.slip"),
        ({"born": "1987-03-21"}, "born.month"),
        ({"born": "1987-07-01"}, "born.year"),
        ({"number": "198704513277"}, "number.exchanged"),
        ({"number": "198704912377"}, "number.slip"),
        ({"number": "٠٠٠٠٠٠٠٠٠٠٠١"}, "number.different"),
        ({"mother": "خولا"}, "mother.slip"),
    ],
)
def test_the_same_person_written_differently_is_proposed_with_its_reason(changes: dict[str, Any], code: str) -> None:
    number = {} if "number" in changes else {"number": ""}
    other = {**PERSON, **number, **changes}
    match = judged(PERSON, other)
    assert match.proposed, match
    assert code in codes(match), match
    assert set(match_keys(MATCH, PERSON)) & set(match_keys(MATCH, other))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        # A brother, a twin whose number follows, a namesake with another mother, the father of a son with both names.
        (
            {"name": {**PERSON["name"], "given": "رعد"}, "born": "1991-01-20", "number": "199101234567"},
            "given.different",
        ),
        ({"name": {**PERSON["name"], "given": "رعد"}, "number": "198704512378"}, "number.next"),
        ({"mother": "بدرية", "born": "1990-12-01", "number": "199012014455"}, "mother.different"),
        (
            {
                "name": {"given": "كاظم", "father": "زياد", "grandfather": "حردان"},
                "mother": "بدرية",
                "born": "1960-02-02",
                "number": "196002021111",
            },
            "born.different",
        ),
    ],
)
def test_another_person_who_looks_alike_is_not_proposed(changes: dict[str, Any], code: str) -> None:
    match = judged(PERSON, {**PERSON, **changes})
    assert not match.proposed, match
    assert code in codes(match)


def test_very_common_names_say_less_than_rare_ones() -> None:
    common = {"name": "محمد علي حسين", "born": "1990-05-17"}
    rare = {"name": "دريد مطشر شلال", "born": "1990-05-17"}
    assert judged(common, common).score < judged(rare, rare).score


def test_another_given_name_is_another_person_whatever_else_agrees() -> None:
    other = {**PERSON, "name": {**PERSON["name"], "given": "رعد"}, "number": "", "phone": "07701234567"}
    assert judged({**PERSON, "phone": "+964 770 123 4567"}, other).score <= weights.ANOTHER_PERSON_MOST


def test_what_is_no_person_is_compared_by_its_designation() -> None:
    one = {"text": "شركة النهرين للتجارة العامة", "phone": "07801112233"}
    assert judged(one, {"text": "شركة النهرين للتجارة العامه"}).proposed
    assert not judged(one, {"text": "شركة دجلة للمقاولات"}).proposed
    assert set(match_keys(MATCH, one)) & set(match_keys(MATCH, {"text": "النهرين للتجارة العامه شركة"}))


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1990-04-05", "1990-05-04", "swapped"),
        ("1990-04-05", "1990-04-15", "slip"),
        ("1990-04-05", "1991-04-05", "slip"),
        ("1989-04-05", "1991-04-05", "years"),
        ("1990-04-05", "1990-01-01", "year"),
        ("1990-04-05", "1990-04-27", "month"),
        ("1990-04-05", "1962-11-20", "different"),
    ],
)
def test_days_agree_in_part(left: str, right: str, level: str) -> None:
    assert compare_days(read_day(left), read_day(right)) == level  # type: ignore[arg-type]


def test_numbers_and_texts_agree_in_part() -> None:
    assert compare_numbers("123456789012", "123456789021") == "next"
    assert compare_numbers("123456789012", "213456789012") == "exchanged"
    assert compare_numbers("123456789012", "12345678901") == "slip"
    assert compare_numbers("123", "124") == "different"
    assert compare_texts("a b c", "c b a") == "same"
    assert compare_texts("big blue bank", "big blue bench of money") == "different"
    assert compare_texts("big blue bank", "big blue house") == "most"


def test_every_reason_that_can_be_given_has_a_sentence_in_each_language() -> None:
    tables = {
        **weights.NAME_POINTS,
        "born": {key for key in weights.BORN_POINTS if key != "same_unknown"},
        "number": weights.NUMBER_POINTS,
        "phone": weights.PHONE_POINTS,
        "text": weights.TEXT_POINTS,
    }
    given_codes = {f"{part}.{level}" for part, found in tables.items() for level in found}
    for code in given_codes | {"given.swapped", "surname.moved"}:
        said = {lang: Reason(code, 0).sentence(lang) for lang in LANGUAGES}
        assert all(said.values())
        assert not set(said["ar"]) & NOT_ARABIC, code
        assert not set(said["ckb"]) & NOT_KURDISH, code
    assert Reason("born.swapped", 1).sentence("en") == "Date of birth: day and month are swapped"
    assert set(explain._WHAT) == set(explain._HOW)


def test_reasons_come_weightiest_first_and_their_points_make_the_score() -> None:
    match = judged(PERSON, {"name": PERSON["name"], "born": "1987-09-03"})
    points = [abs(reason.points) for reason in match.reasons]
    assert points == sorted(points, reverse=True)
    assert match.score == weights.BASE + sum(reason.points for reason in match.reasons)


# -- properties --------------------------------------------------------------------------------------------------------

LETTERS = st.text(
    alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤەێۆڕڵڤپچژگکی abdefghiklmnoqrstuwyz'-،,\u200c\u0651\u0640"
)
NAMES = st.one_of(
    st.text(max_size=60),
    LETTERS,
    st.fixed_dictionaries({}, optional=dict.fromkeys(("given", "father", "grandfather", "surname"), LETTERS)),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(NAMES, ANYTHING),
        "mother": st.one_of(NAMES, ANYTHING),
        "born": st.one_of(st.dates().map(str), ANYTHING),
        "number": st.one_of(st.text(alphabet="0123456789٠١٢٣", min_size=11, max_size=13), ANYTHING),
        "phone": ANYTHING,
        "text": st.one_of(LETTERS, ANYTHING),
    },
)


@given(RECORDS, RECORDS)
def test_any_two_records_are_judged_and_the_same_from_either_side(left: dict[str, Any], right: dict[str, Any]) -> None:
    one, other = traits(MATCH, left), traits(MATCH, right)
    match = compare(one, other)
    assert type(match.score) is int
    assert 0 <= match.score <= weights.SCALE
    assert all(type(reason.points) is int and reason.sentence("ckb") for reason in match.reasons)
    back = compare(other, one)
    assert (match.score, codes(match)) == (back.score, codes(back))


@given(RECORDS, RECORDS)
def test_every_pair_that_is_proposed_is_worth_comparing(left: dict[str, Any], right: dict[str, Any]) -> None:
    pairs = [(traits(MATCH, left), traits(MATCH, other)) for other in (right, {**right, **left}, {**left, **right})]
    for one, other in [*pairs, *(pair[::-1] for pair in pairs)]:
        assert is_worth_comparing(one, other) or not compare(one, other).proposed


def test_a_pair_with_another_number_and_another_day_is_not_compared_name_by_name() -> None:
    one = traits(MATCH, {"name": "علي حسن كريم", "born": "1980-01-02", "number": "198012345678"})
    other = traits(MATCH, {"name": "علي حسن كريم", "born": "1991-11-23", "number": "199187654321"})
    assert not is_worth_comparing(one, other) and "name" not in vars(other), "names are not even read"


@given(RECORDS)
def test_any_record_has_a_few_keys_and_always_the_same(record: dict[str, Any]) -> None:
    keys = match_keys(MATCH, record)
    assert keys == keys_of(traits(MATCH, record))
    assert len(keys) <= MAX_KEYS
    assert list(keys) == sorted(set(keys))
    assert all(-(2**63) <= key < 2**63 for key in keys)


@given(LETTERS)
def test_what_was_made_comparable_stays_as_it_is(text: str) -> None:
    once = words(text)
    for word in once:
        assert word.letters
        assert distance(word, word) in (0, 99)
    assert words(text.replace(" ", "  ")) == once


@given(LETTERS, LETTERS)
def test_distance_and_edits_are_symmetric(left: str, right: str) -> None:
    for one in words(left)[:2]:
        for other in words(right)[:2]:
            assert distance(one, other) == distance(other, one)
    assert edits(left[:20], right[:20]) == edits(right[:20], left[:20])
    assert edits(left[:20], left[:20]) == 0


NEARLY = st.text("abc", max_size=6)
LINES = st.text("abcdef ghij", min_size=8, max_size=40)


@given(LINES, LINES, st.integers(0, 39), st.sampled_from("xyz"))
def test_a_text_is_a_slip_where_edits_are_few(left: str, right: str, place: int, letter: str) -> None:
    for other in (right, left[:place] + letter + left[place:], left[:place] + left[place + 1 :]):
        level = compare_texts(left, other)
        if level in ("slip", "different"):
            assert (level == "slip") == (edits(left, other) * 8 <= min(len(left), len(other)))


@given(NEARLY, NEARLY)
def test_a_slip_is_what_one_edit_mends(left: str, right: str) -> None:
    assert is_slip(left, right) == (edits(left, right) == 1)


def test_the_longest_name_is_cut_and_judged() -> None:
    long = {"name": "محمد " * 100_000, "text": "x" * 1_000_000}
    assert judged(long, long).score <= weights.SCALE
