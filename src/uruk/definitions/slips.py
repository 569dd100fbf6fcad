"""Of a file that cannot be read as YAML: which slip it is and where it was made, for who writes YAML and no Python."""

import re

from ruamel.yaml.error import MarkedYAMLError, StreamMark

from uruk.definitions.findings import Place

_FLOWS = {"while parsing a flow mapping": "{", "while parsing a flow sequence": "["}
# What the library says of the place at which it stumbled.
_HERE = (
    (re.compile(r"'\\t'"), "definitions.tab"),
    (re.compile("mapping values are not allowed"), "definitions.colon_within"),
    (re.compile("character '(?P<character>.)' that cannot start"), "definitions.quotes_needed"),
    (re.compile(r"^expected <block end>.*(?:<block \w+ start>|\?|-)'$"), "definitions.indented_otherwise"),
    (re.compile(""), "definitions.not_yaml"),
)


def slip_of(error: MarkedYAMLError, file: str) -> tuple[Place, str, dict[str, str | int]]:
    """The place, code and values of a slip; a bracket or quotation mark that stays open is told where it was opened."""
    problem, opened = str(error.problem or ""), _place(error.context_mark, file)
    here = _place(error.problem_mark or error.context_mark, file)
    if error.context in _FLOWS:
        return opened, "definitions.bracket_open", {"bracket": _FLOWS[error.context], "seen": here.line}
    if error.context == "while scanning a quoted scalar" and "end of stream" in problem:
        return opened, "definitions.quote_open", {}
    found, code = next((found, code) for told, code in _HERE if (found := told.search(problem)))
    return here, code, dict(found.groupdict())


def _place(mark: StreamMark | None, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
