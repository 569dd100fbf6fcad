"""`uruk check`: everything that is wrong with a country's definitions, said at once."""

from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.country import Folder, chosen_country
from uruk.cli.node import set_up
from uruk.cli.output import WRONG, AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.definitions.api import Finding, check_country, unread_texts
from uruk.kernel.api import local_digits

Unread = Annotated[
    bool, typer.Option("--unread", help="List what nobody who grew up with its language has read yet (native_check).")
]


# Of each language: none, one, two, three to ten, more (in Arabic the noun changes with each).
_COUNTED = {
    "ar": ("لا ملاحظات", "ملاحظة واحدة", "ملاحظتان", "{count} ملاحظات", "{count} ملاحظة"),
    "ckb": ("هیچ تێبینییەک نییە", "یەک تێبینی", "دوو تێبینی", "{count} تێبینی", "{count} تێبینی"),
    "en": ("0 findings", "1 finding", "2 findings", "{count} findings", "{count} findings"),
}
_FEW, _ROUND = range(3, 11), 100


def counted(count: int, language: str) -> str:
    """How many findings there are, in words of a language: it goes by the last two digits, as plurals of Arabic do."""
    forms = _COUNTED[language]
    form = count if count < _FEW.start else 3 if count % _ROUND in _FEW else 4
    return forms[form].format(count=local_digits(str(count), language))


def show(finding: Finding, language: str, as_json: bool) -> None:
    """Print one finding as `file:line:column code` and its sentence."""
    if as_json:
        say_json(
            file=finding.file,
            line=finding.line,
            column=finding.column,
            code=finding.code,
            sentence=finding.sentence(language),
        )
    else:
        say(f"{finding}\n    {finding.sentence(language)}")


def show_unread(place: Path, *, as_json: bool) -> None:
    """Print what waits for somebody who grew up with its language, as `file:line:column languages path`."""
    for one in unread_texts(place):
        told, at = list(one.languages), one.place
        if as_json:
            say_json(file=at.file, line=at.line, column=at.column, path=one.path, languages=told)
        else:
            say(f"{at.file}:{at.line}:{at.column} {','.join(told)} {one.path}".rstrip())


def check(folder: Folder = None, unread: Unread = False, language: Language = "", json: AsJson = False) -> None:
    """Check a country's folder of definitions and say all that is wrong, with file and line."""
    spoken = chosen(language)
    set_up()
    from uruk.publishing.api import kinds

    with errors_as_sentences(spoken):
        place = chosen_country(folder)
        if unread:
            show_unread(place, as_json=json)
            return
        findings = check_country(place, kinds())
    for finding in findings:
        show(finding, spoken, json)
    if not json:
        say(counted(len(findings), spoken))
    if findings:
        raise typer.Exit(WRONG)
