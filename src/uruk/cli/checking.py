"""`uruk check`: everything that is wrong with a country's definitions, said at once."""

import os
from pathlib import Path
from typing import Annotated

import typer

from uruk.cli.node import set_up
from uruk.cli.output import WRONG, AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.definitions.api import Finding, check_country
from uruk.kernel.api import CodedError, country_folder, load_settings, local_digits

Folder = Annotated[Path | None, typer.Argument(help="The country's folder. Default: the one URUK_COUNTRY names.")]


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


def check(folder: Folder = None, language: Language = "", json: AsJson = False) -> None:
    """Check a country's folder of definitions and say all that is wrong, with file and line."""
    spoken = chosen(language)
    set_up()
    from uruk.publishing.api import kinds

    with errors_as_sentences(spoken):
        if folder is not None and not folder.is_dir():
            raise CodedError("kernel.country_not_found", name=str(folder))
        findings = check_country(folder or country_folder(load_settings(os.environ).country), kinds())
    for finding in findings:
        show(finding, spoken, json)
    if not json:
        say(counted(len(findings), spoken))
    if findings:
        raise typer.Exit(WRONG)
