import pytest

from tests.unit.documents.samples import PERMIT, country_files, sample_country, write_country
from uruk.definitions.api import check_country
from uruk.documents.domain.definition import qr_field
from uruk.documents.kind import DOCUMENT_KIND
from uruk.trust.api import MAX_COSE_BYTES, worst_case_size

YAML = "institutions/interior/documents/permit/document.yaml"
TEXTS = [f"institutions/interior/documents/permit/texts.{lang}.yaml" for lang in ("ar", "ckb")]
MANY = "".join(f"  f{number}: {{type: choice, of: [{'a' * 40}], qr: {number + 10}}}\n" for number in range(12))


def findings(*changes: tuple[str, str], extra: dict[str, str] | None = None) -> list[tuple[int, str]]:
    """Line and code of each finding in the permit after (old, new) in its document.yaml."""
    files = country_files() | (extra or {})
    for old, new in changes:
        assert old in files[YAML]
        files[YAML] = files[YAML].replace(old, new)
    found = check_country(write_country(files), [DOCUMENT_KIND])
    return [(one.line, one.code) for one in found if one.code.startswith("documents.")]


def test_the_sample_is_read_as_it_is_written() -> None:
    model = sample_country().find("document", "interior", "permit").model
    assert (model.number, model.ways, model.seal, model.release) == (1, ("fill",), ("registrar",), ("head",))
    assert (model.holder, model.law, sorted(model.qr_fields())) == ("number", "e-signature/13", [1, 2, 3])
    assert [condition.name for condition in model.conditions] == ["since"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("number: 1", "number: 2")], "documents.type_number_twice"),
        ([("holder: number", "holder: name")], "documents.holder_not_a_number"),
        ([("holder: number", "holder: nobody")], "documents.holder_not_a_number"),
        ([("holder: number", "holder: number\nreplaces: nobody")], "documents.replaces_field"),
        ([("holder: number", "holder: number\nreplaces: phone")], "documents.replaces_field"),
        ([("{type: text, max: 30, required: false}", "{type: declaration}")], "documents.field_not_printable"),
        ([("  phone:", f"{MANY}  phone:")], "documents.qr_too_large"),
        (
            [("  phone:", "".join(f"  g{n}: {{type: text}}\n" for n in range(40)) + "  phone:")],
            "documents.too_many_fields",
        ),
    ],
)
def test_each_fault_is_found_at_its_line(changes: list[tuple[str, str]], code: str) -> None:
    found = findings(*changes)
    assert code in {one for _, one in found}
    assert all(line > 0 for line, _ in found)


def test_the_worst_case_of_a_usable_type_fits_the_code() -> None:
    for definition in sample_country().of_kind("document"):
        fields = [qr_field(field) for field in definition.model.qr_fields().values()]
        assert worst_case_size(fields, "interior", sealed=True) <= MAX_COSE_BYTES


def test_an_unknown_role_or_law_is_found() -> None:
    files = country_files()
    files[YAML] = files[YAML].replace("release: [head]", "release: [king]").replace("e-signature/13", "e-signature/99")
    codes = {one.code for one in check_country(write_country(files), [DOCUMENT_KIND])}
    assert {"definitions.law_unknown", "definitions.unknown_word"} <= codes


def test_the_template_must_be_there() -> None:
    files = country_files()
    del files["institutions/interior/documents/permit/document.typ"]
    codes = {one.code for one in check_country(write_country(files), [DOCUMENT_KIND])}
    assert codes == {"definitions.file_missing"}
    assert "document.typ" in PERMIT


def test_a_template_that_draws_no_page_is_found_before_anything_is_published() -> None:
    files = country_files()
    path = "institutions/interior/documents/permit/document.typ"
    files[path] = files[path].replace("#fields()", "#felds()")
    (found,) = check_country(write_country(files), [DOCUMENT_KIND])
    assert (found.file, found.code) == (path, "documents.template_failed")
    assert "felds" in found.sentence("en")
