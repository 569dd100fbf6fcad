"""The small country with changes: its town has registries of traders, stalls and market days."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.kinds import KINDS
from uruk.definitions.api import Country, Findings, check_country, load_country
from uruk.definitions.folder import read_folder
from uruk.registries.domain.definition import RegistryDefinition

MINIMAL = Path(__file__).resolve().parents[3] / "countries" / "minimal"
# Without the records it begins with, and its service: changed fields would not fit them.
FILES = {
    name: data.decode()
    for name, data in read_folder(MINIMAL, Findings()).items()
    if name.endswith(("yaml", "typ")) and "/services/" not in name
}
TOWN = "institutions/town"
TRADERS, STALLS, DAYS = (f"{TOWN}/registries/{code}/registry.yaml" for code in ("traders", "stalls", "market-days"))
Changes = Mapping[str, tuple[str, str]]


class Town:
    """Writes the country below `folder`, changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "country"

    def write(self, changes: Changes | None = None, more: Mapping[str, str] | None = None) -> Path:
        """The folder, with one text replaced in each file of `changes`, and `more` files."""
        files = FILES | dict(more or {})
        for name, (old, new) in (changes or {}).items():
            assert old in files[name]
            files[name] = files[name].replace(old, new, 1)
        shutil.rmtree(self._folder, ignore_errors=True)
        for name, text in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self._folder

    def load(self, changes: Changes | None = None, more: Mapping[str, str] | None = None) -> Country:
        """The country, which must have no faults."""
        return load_country(self.write(changes, more), KINDS)

    def codes(self, changes: Changes | None = None, more: Mapping[str, str] | None = None) -> list[str]:
        """What is wrong with the country, by code."""
        return [one.code for one in check_country(self.write(changes, more), KINDS)]

    def registry(self, code: str, changes: Changes | None = None) -> RegistryDefinition:
        """One registry of the town."""
        return registry_of(self.load(changes), code)


def registry_of(country: Country, code: str) -> RegistryDefinition:
    """One registry of the town."""
    found = country.find("registry", "town", code)
    assert found is not None
    model: Any = found.model
    assert isinstance(model, RegistryDefinition)
    return model
