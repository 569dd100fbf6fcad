"""A whole country: loading, checking everything in one run, digests."""

import datetime
import os
from pathlib import Path

import pytest

from tests.unit.definitions.samples import (
    BIRDS,
    FOLDER,
    INSTITUTION,
    KURDISH,
    NOTE,
    NOTES,
    Note,
    changed,
    country_files,
    short,
    write_files,
)
from uruk.definitions.api import Definition, Duration, check_country, load_country, reopen_definition
from uruk.definitions.folder import MAX_FILE_BYTES, MAX_FILES
from uruk.kernel.api import CodedError, Text


def planting(folder: Path) -> Definition:
    found = load_country(folder, [NOTES]).find("note", "gardens", "planting")
    assert found is not None
    return found


def test_a_country_without_faults_is_loaded_with_all_its_parts(tmp_path: Path) -> None:
    country = load_country(write_files(tmp_path, country_files()), [NOTES])
    assert (country.code, country.name) == ("xx", Text("بلد", "وڵات"))
    assert country.institutions["gardens"].roles["keeper"].may == {"see-person"}
    trees = country.shared.catalogues["trees"]
    assert (trees.name("oak"), trees.codes["oak"], trees.unchecked) == (
        Text("بلوط", "بەڕوو"),
        {"iso": "X-1"},
        {("palm", "ckb")},
    )
    article = country.shared.laws.find("parks/1")
    assert article is not None
    assert (article.year, article.source) == (2001, "unknown")


def test_a_definition_has_its_model_texts_and_files(tmp_path: Path) -> None:
    definition = planting(write_files(tmp_path, country_files()))
    assert isinstance(definition.model, Note)
    assert definition.model.kept == Duration(5, "year")
    assert definition.model.rule is not None
    assert definition.model.rule.evaluate({"height": 3}, datetime.date(2026, 1, 1)) is True
    assert definition.title == Text("ملاحظة", "تێبینی")
    assert definition.texts.get("fields.tree") == Text("الشجرة", "دار")
    assert definition.file("note.txt") == b"a note"
    assert set(definition.files) == {
        f"{FOLDER}/note.yaml",
        f"{FOLDER}/note.txt",
        f"{FOLDER}/texts.ar.yaml",
        f"{FOLDER}/texts.ckb.yaml",
        "catalogues/trees.yaml",
        "laws.yaml",
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (f"{FOLDER}/note.yaml", "max: 60", "max: 61"),
        (f"{FOLDER}/note.txt", "a note", "another"),
        (f"{FOLDER}/texts.ckb.yaml", "بەرزی", "بەرزایی"),
        ("catalogues/trees.yaml", "نخلة", "النخلة"),
        ("laws.yaml", "parks: {year: 2001", "parks: {year: 2002"),
    ],
)
def test_the_digest_changes_with_whatever_the_definition_rests_on(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    before, files = planting(write_files(tmp_path / "a", country_files())), country_files()
    files[name] = files[name].replace(old, new)
    assert planting(write_files(tmp_path / "b", files)).digest != before.digest


def test_the_digest_does_not_change_with_what_the_definition_does_not_use(tmp_path: Path) -> None:
    before, files = planting(write_files(tmp_path / "a", country_files())), country_files()
    files["catalogues/birds.yaml"] = BIRDS.replace("نخلة", "النخلة")
    files["laws.yaml"] = files["laws.yaml"].replace("roads: {source", "roads: {year: 1990, source")
    files["institutions/gardens/institution.yaml"] = INSTITUTION.replace("مدير", "المدير")
    assert planting(write_files(tmp_path / "b", files)).digest == before.digest


def test_a_definition_reopens_from_the_files_it_was_frozen_with(tmp_path: Path) -> None:
    country = load_country(write_files(tmp_path, country_files()), [NOTES])
    before = country.definitions[0]
    again = reopen_definition(before.files, NOTES, "gardens", "planting")
    assert (again.digest, again.model, again.texts) == (before.digest, before.model, before.texts)


def test_a_frozen_definition_with_a_file_lost_does_not_reopen(tmp_path: Path) -> None:
    country = load_country(write_files(tmp_path, country_files()), [NOTES])
    files = dict(country.definitions[0].files)
    del files[f"{FOLDER}/texts.ar.yaml"]
    with pytest.raises(CodedError) as caught:
        reopen_definition(files, NOTES, "gardens", "planting")
    assert caught.value.code == "definitions.definition_broken"


def test_a_country_with_faults_is_not_loaded(tmp_path: Path) -> None:
    files = country_files() | {"country.yaml": "uruk: country/1\n"}
    with pytest.raises(CodedError) as caught:
        load_country(write_files(tmp_path, files), [NOTES])
    assert caught.value.code == "definitions.country_broken"
    assert caught.value.values == {"count": 3, "first": "country.yaml:1:1 definitions.key_missing"}


def test_every_fault_of_every_file_is_said_in_one_run(tmp_path: Path) -> None:
    files = country_files()
    files["country.yaml"] = files["country.yaml"].replace("code: xx", "code: XX")
    files["laws.yaml"] = files["laws.yaml"].replace("source: unknown", "source: somewhere", 1)
    files[f"{FOLDER}/note.yaml"] = NOTE.replace("parks/1", "parks/9").replace("height > 2", "hight > 2")
    files[f"{FOLDER}/texts.ckb.yaml"] = KURDISH.replace(", height: بەرزی", "")
    assert short(check_country(write_files(tmp_path, files), [NOTES])) == [
        "country.yaml:2 definitions.bad_code",
        f"{FOLDER}/note.yaml:2 definitions.law_unknown",
        f"{FOLDER}/note.yaml:8 definitions.expression_name",
        f"{FOLDER}/texts.ckb.yaml:3 definitions.text_missing",
        "laws.yaml:3 definitions.law_source",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("country.yaml", "uruk: country/1\n", "", ["1 definitions.header_missing"]),
        ("country.yaml", "country/1", "nation/1", ["1 definitions.header_wrong"]),
        ("country.yaml", "country/1", "country/2", ["1 definitions.version_unknown"]),
        ("country.yaml", "code: xx\n", "code: xx\ncurency: IQD\n", ["3 definitions.unknown_key"]),
        ("country.yaml", "code: xx", "code: [xx]", ["2 definitions.not_text"]),
        ("country.yaml", "code: xx", "code: ''", ["2 definitions.text_length"]),
        ("country.yaml", "{ar: بلد, ckb: وڵات}", "بلد", ["4 definitions.not_three_languages"]),
        (
            "laws.yaml",
            "articles: ['1', '2']",
            "articles: []",
            ["3 definitions.not_a_list"] + ["8 definitions.text_unknown"] * 2,
        ),
        ("laws.yaml", "year: 2001", "year: 20010", ["3 definitions.number_outside"]),
        ("laws.yaml", "year: 2001", "year: long ago", ["3 definitions.not_a_number"]),
        ("laws.yaml", "['1', '2']", "['1', '2', '2']", ["3 definitions.value_twice"]),
        (
            "laws.yaml",
            "laws:\n",
            "laws: x\nlwas:\n",
            ["2 definitions.not_a_mapping", "3 definitions.unknown_key"]
            + [f"{line} definitions.text_unknown" for line in (8, 9, 9, 10)],
        ),
        (
            "catalogues/birds.yaml",
            "palm: {native",
            "Palm: {native",
            ["2 definitions.bad_code", "5 definitions.text_unknown"],
        ),
        ("catalogues/birds.yaml", ", palm: {ar: نخلة, ckb: دارخورما}", "", ["5 definitions.text_missing"]),
        (
            "institutions/gardens/institution.yaml",
            "roles:",
            "parent: nowhere\nroles:",
            ["2 definitions.institution_unknown"],
        ),
        ("institutions/gardens/institution.yaml", "see-person", "see-persons", ["2 definitions.unknown_word"]),
    ],
)
def test_faults_of_shared_parts_have_their_place(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    found = changed(tmp_path, name, old, new)
    here = f"{name}:"
    assert [one.removeprefix(here) for one in found if one.startswith(here)] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kept: 5 years\n", "", ["note.yaml:1 definitions.key_missing"]),
        ("kept: 5 years", "kept: five years", ["note.yaml:3 definitions.not_a_duration"]),
        (
            "kept: 5 years",
            "keept: 5 years",
            ["note.yaml:1 definitions.key_missing", "note.yaml:3 definitions.unknown_key"],
        ),
        ("[keeper]", "[kepper]", ["note.yaml:4 definitions.unknown_word"]),
        ("[keeper]", "[keeper, keeper]", ["note.yaml:4 definitions.value_twice"]),
        ("[keeper]", "keeper", ["note.yaml:4 definitions.not_a_list"]),
        ("[keeper]", "[1]", ["note.yaml:4 definitions.not_text"]),
        ("law: parks/1", "law: parks/3", ["note.yaml:2 definitions.law_unknown"]),
        ("law: parks/1", "law: 1", ["note.yaml:2 definitions.not_text"]),
        ("rule: height > 2", "rule: height > 'x'", ["note.yaml:8 definitions.expression_type"]),
        ("rule: height > 2", "rule: height >", ["note.yaml:8 definitions.expression_syntax"]),
        ("rule: height > 2", "rule: height + 1", ["note.yaml:8 definitions.expression_result"]),
        ("rule: height > 2", "rule: height > 2.5", ["note.yaml:8 definitions.expression_fraction"]),
        ("rule: height > 2", "rule: [x]", ["note.yaml:8 definitions.not_text"]),
        ("rule: height > 2", "rule: |\n  height > 2 &&\n  hight < 3", ["note.yaml:10 definitions.expression_name"]),
        ("law: parks/1", "law: parks/1\nlaw: parks/2", ["note.yaml:3 definitions.key_twice"]),
    ],
)
def test_faults_of_a_definition_have_their_place(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert changed(tmp_path, "note.yaml", old, new) == expected


def test_a_finding_inside_an_expression_has_its_column(tmp_path: Path) -> None:
    files = country_files()
    files[f"{FOLDER}/note.yaml"] = NOTE.replace("height > 2", '"height > 2 && hight < 3"')
    (finding,) = check_country(write_files(tmp_path, files), [NOTES])
    assert (finding.line, finding.column) == (8, len('rule: "height > 2 && ') + 1)


def test_missing_and_unknown_files_are_named(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict(country_files())
    del files[f"{FOLDER}/note.txt"], files[f"{FOLDER}/texts.ckb.yaml"]
    files |= {"lwas.yaml": "x", "institutions/gardens/notes/planting/old.yaml": "x", "README.md": "# fine"}
    assert short(check_country(write_files(tmp_path, files), [NOTES])) == [
        f"{FOLDER}/note.txt:1 definitions.file_missing",
        f"{FOLDER}/old.yaml:1 definitions.file_unknown",
        f"{FOLDER}/texts.ckb.yaml:1 definitions.file_missing",
        "lwas.yaml:1 definitions.file_unknown",
    ]


def test_what_rests_on_a_file_that_cannot_be_read_is_not_said_to_be_wrong_too(tmp_path: Path) -> None:
    files = country_files()
    files |= {"laws.yaml": "a: [", "catalogues/trees.yaml": "- x\n"}
    assert short(check_country(write_files(tmp_path / "a", files), [NOTES])) == [
        "catalogues/trees.yaml:1 definitions.not_a_mapping",
        "laws.yaml:1 definitions.not_yaml",
    ]
    files = country_files() | {"institutions/gardens/institution.yaml": "x: y\n"}
    assert short(check_country(write_files(tmp_path / "b", files), [NOTES])) == [
        "institutions/gardens/institution.yaml:1 definitions.header_missing"
    ]


def test_an_empty_folder_says_what_a_country_needs(tmp_path: Path) -> None:
    assert short(check_country(tmp_path, [NOTES])) == [
        "country.yaml:1 definitions.file_missing",
        "institutions:1 definitions.no_institution",
    ]


def test_links_and_endless_files_are_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, country_files() | {"laws2.yaml": "x" * (MAX_FILE_BYTES + 1)})
    (tmp_path / "catalogues" / "secret.yaml").symlink_to("/etc/passwd")
    assert short(check_country(tmp_path, [NOTES])) == [
        "catalogues/secret.yaml:1 definitions.link",
        "laws2.yaml:1 definitions.file_too_long",
    ]


def test_a_file_that_may_not_be_read_is_a_finding_like_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, country_files() | {"laws2.yaml": "x"})
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "laws2.yaml":
            raise PermissionError(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert short(check_country(tmp_path, [NOTES])) == ["laws2.yaml:1 definitions.file_unreadable"]


def test_what_editors_and_systems_leave_behind_is_no_part_of_a_country(tmp_path: Path) -> None:
    before = planting(write_files(tmp_path, country_files()))
    write_files(tmp_path, {".git/HEAD": "x", f"{FOLDER}/.note.yaml.swp": "x", ".DS_Store": b"\xff"})
    assert planting(tmp_path).digest == before.digest


def test_a_name_that_is_no_text_can_still_be_told(tmp_path: Path) -> None:
    write_files(tmp_path, country_files())
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("x")
    (finding,) = check_country(tmp_path, [NOTES])
    assert str(finding) == "?.yaml:1:1 definitions.file_unknown"


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {f"demo/{number:05}": "" for number in range(MAX_FILES + 2)})
    assert f"demo/{MAX_FILES:05}:1 definitions.too_many_files" in short(check_country(tmp_path, []))


def test_bytes_that_are_no_yaml_are_a_finding_like_any_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**country_files(), "laws.yaml": b"\xff\xfe", "country.yaml": "- a\n"}
    found = short(check_country(write_files(tmp_path, files), [NOTES]))
    assert "laws.yaml:1 definitions.not_utf8" in found
    assert "country.yaml:1 definitions.not_a_mapping" in found


def test_the_kind_compares_the_definitions_of_an_institution(tmp_path: Path) -> None:
    files = country_files()
    for name in ("note.yaml", "note.txt", "texts.ar.yaml", "texts.ckb.yaml"):
        files[f"institutions/gardens/notes/forbidden/{name}"] = files[f"{FOLDER}/{name}"]
    found = short(check_country(write_files(tmp_path, files), [NOTES]))
    assert found == ["institutions/gardens/notes/forbidden/note.yaml:2 definitions.bad_code"]
