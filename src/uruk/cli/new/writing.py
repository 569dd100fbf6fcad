"""The files of a new service: templates of ours with the institution's roles, and a law that nobody has read yet."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

from uruk.definitions.api import Institution, check_files, is_code, survey_country
from uruk.kernel.api import CodedError

TEMPLATES = Path(__file__).parent
LAWS = "laws.yaml"
NO_LAWS = b"uruk: laws/1\nlaws:\ntexts:\n"


def files_of_service(folder: Path, institution: str, code: str) -> dict[str, bytes]:
    """What a new service adds or changes in a country, by path in its folder; the country passes its check with it.

    Errors: cli.institution_unknown, cli.code_unfit, cli.service_there, cli.roles_too_few, cli.laws_not_extended.
    """
    country = survey_country(folder)
    found = country.institutions.get(institution)
    if found is None:
        raise CodedError("cli.institution_unknown", institution=institution, known=", ".join(country.institutions))
    place = f"institutions/{institution}/services/{code}"
    if not is_code(code):
        raise CodedError("cli.code_unfit", typed=code[:60])
    if (folder / place).exists():
        raise CodedError("cli.service_there", folder=place)
    cited = sorted(one for one in country.shared.laws.articles if one.startswith(f"{code}/"))
    values = {"law": cited[0] if cited else f"{code}/1", **_roles(found)}
    made = {f"{place}/{path.name}": _filled(path, values) for path in sorted((TEMPLATES / "service").iterdir())}
    return made if cited else {**made, LAWS: _with_law(country.files, code)}


def write_new(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write them; of the files that were there only the laws are written anew."""
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb" if name == LAWS else "xb") as file:
            file.write(content)


def _roles(institution: Institution) -> dict[str, str]:
    """Who looks at a request, and who hears an appeal: never the same role."""
    if len(institution.roles) < 2:
        raise CodedError("cli.roles_too_few", file=f"institutions/{institution.code}/institution.yaml")
    officer, head, *_ = institution.roles
    return {"officer": officer, "head": head}


def _filled(path: Path, values: Mapping[str, str]) -> bytes:
    return Template(path.read_text(encoding="utf-8")).substitute(values).encode()


def _with_law(files: Mapping[str, bytes], law: str) -> bytes:
    """The laws and one more, of which nothing is known but that a rule names it; errors: cli.laws_not_extended."""
    entry, title = (_filled(TEMPLATES / name, {"law": law}).decode().rstrip() for name in ("law.yaml", "title.yaml"))
    before, mark, after = files.get(LAWS, NO_LAWS).decode(errors="replace").partition("\ntexts:\n")
    lines = (before.rstrip(), entry, "texts:", after.strip("\n"), title)
    laws = ("\n".join(filter(None, lines)) + "\n").encode()
    if not mark or any(one.file == LAWS for one in check_files({**files, LAWS: laws}, ())):
        raise CodedError("cli.laws_not_extended", line=entry.strip())
    return laws
