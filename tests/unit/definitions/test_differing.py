"""What differs between two states of a definition of any kind, told in words."""

from collections.abc import Mapping

import pytest

from tests.unit.definitions.samples import FOLDER, NOTES, country_files
from uruk.definitions.api import Definition, differences, reopen_country, tell_differences
from uruk.definitions.change_words import counted
from uruk.kernel.api import LANGUAGES

OWN = f"{FOLDER}/note.yaml"


def note(*edits: tuple[str, str], file: str = OWN, files: Mapping[str, str] | None = None) -> Definition:
    """The sample note with something replaced in one file."""
    found = dict(files or country_files())
    for old, new in edits:
        assert old in found[file], old
        found[file] = found[file].replace(old, new, 1)
    country = reopen_country({name: text.encode() for name, text in found.items()}, [NOTES])
    definition = country.find("note", "gardens", "planting")
    assert definition is not None
    return definition


def plain(text: str) -> str:
    """Without the marks that keep directions apart."""
    return text.translate({0x2068: None, 0x2069: None})


def told(then: Definition, lang: str = "en") -> list[str]:
    """What is said of a change."""
    return [f"{plain(one.label.get(lang))}: {plain(one.value.get(lang))}" for one in tell_differences(note(), then)]


def test_where_nothing_differs_nothing_is_told() -> None:
    assert differences(note(), note()) == () and told(note()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max: 60", "max: 70", "field «الارتفاع» · the most: became 70 (was 60)"),
        ("kept: 5 years", "kept: 1 year", "kept: became 1 year (was 5 years)"),
        ("rule: height > 2", "rule: height > 3", "rule: became height > 3 (was height > 2)"),
        ("unit: m, ", "", "field «الارتفاع» · unit: taken out (was m)"),
        ("roles: [keeper]", "roles: [keeper, head]", "role: became keeper, head (was keeper)"),
        ("min: 1", "required: false, min: 1", "field «الارتفاع» · required: new: no"),
        ("law: parks/1", "law: parks/2", "article: became parks/2 (was parks/1)"),
    ],
)
def test_each_part_is_told_with_what_it_was(old: str, new: str, said: str) -> None:
    assert told(note((old, new)))[0].replace("“", "«").replace("”", "»") == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ar", "الحقل «الارتفاع» · الحد الأعلى: صار ٧٠ (كان: ٦٠)"),
        ("ckb", "خانەی «بەرزی» · زۆرترین: بوو بە ٧٠ (پێشتر: ٦٠)"),
    ],
)
def test_it_is_told_in_the_readers_language(lang: str, said: str) -> None:
    assert told(note(("max: 60", "max: 70")), lang) == [said]


def test_a_text_is_told_by_its_language_and_catalogues_by_their_names() -> None:
    assert told(note(("title: ملاحظة", "title: تنبيه"), file=f"{FOLDER}/texts.ar.yaml")) == [
        "Arabic text · title: became تنبيه (was ملاحظة)"
    ]
    [said] = told(note(("بلوط", "سنديان"), file="catalogues/trees.yaml"))
    assert said == "Catalogue أشجار · texts · code oak · Arabic text: became سنديان (was بلوط)"


def test_a_new_field_is_told_with_its_parts_and_another_order_as_an_order() -> None:
    files = country_files()
    for lang, word in (("ar", "العمر"), ("ckb", "تەمەن")):
        name = f"{FOLDER}/texts.{lang}.yaml"
        files[name] = files[name].replace("fields: {", f"fields: {{age: {word}, ")
    grown = note(("height: {type", "age: {type: integer, min: 2}\n  height: {type"), files=files)
    assert told(grown, "ar")[0] == "الحقل «العمر»: جديد: النوع: عدد صحيح؛ الحد الأدنى: ٢"
    swapped = country_files()[OWN].replace("  tree: {type: choice, from: trees}\n", "")
    swapped = swapped.replace("max: 60}\n", "max: 60}\n  tree: {type: choice, from: trees}\n")
    assert told(note(files=country_files() | {OWN: swapped})) == ["field: the order became: “الارتفاع”, “الشجرة”"]


def test_what_is_only_written_otherwise_is_said_to_be() -> None:
    [said] = told(note(("kept: 5 years", "kept:   5 years  # as the law says")))
    assert said.startswith("file: is written otherwise")
    files = country_files() | {f"{FOLDER}/note.txt": "another"}
    assert told(note(files=files))[0].startswith("note.txt · file: is written otherwise")


def test_what_comes_and_goes_as_a_file_is_told_part_by_part_in_order() -> None:
    files = country_files() | {
        f"{FOLDER}/texts.en.yaml": "uruk: texts/1\ntitle: Note\nfields: {tree: Tree, height: Height}\n"
    }
    said = told(note(("max: 60", "max: 50"), files=files))
    assert [one.partition(":")[0] for one in said] == [
        "field “Height” · the most", "English text · format of the file", "English text · title",
        "English text · field",
    ]  # fmt: skip


def test_so_many_changes_that_nobody_reads_them_end_with_how_many_there_are() -> None:
    files = country_files()
    more = ", ".join(f"n{number}: {{ar: كلمة, ckb: وشە}}" for number in range(300))
    files["catalogues/trees.yaml"] = files["catalogues/trees.yaml"].replace(
        "codes: {oak: {ar", f"codes: {{{more}, oak: {{ar"
    )
    codes = ", ".join(f"n{number}: {{}}" for number in range(300))
    files["catalogues/trees.yaml"] = files["catalogues/trees.yaml"].replace(
        "codes: {oak: {iso", f"codes: {{{codes}, oak: {{iso"
    )
    said = told(note(files=files))
    assert len(said) == 201 and said[-1] == "Further changes that are not told here: 400"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "يوم واحد"),
        (2, "يومان"),
        (3, "٣ أيام"),
        (10, "١٠ أيام"),
        (11, "١١ يوماً"),
        (100, "١٠٠ يوم"),
        (103, "١٠٣ أيام"),
    ],
)
def test_arabic_counts_days_as_arabic_does(count: int, said: str) -> None:
    found = counted(count, "day")
    assert found.ar == said and found.en == f"{count} day{'' if count == 1 else 's'}"
    assert all(
        counted(count, unit).get(lang) for lang in LANGUAGES for unit in ("working_day", "week", "month", "year")
    )
