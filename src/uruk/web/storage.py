"""Static files under names that carry their digest, so that browsers may keep them for ever."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class DigestNamedFiles(CompressedManifestStaticFilesStorage):
    """Also renames what one script imports from another: a page never runs an old part beside a new one."""

    support_js_module_import_aggregation = True

    def __init__(self, *places: Any, **named: Any) -> None:
        super().__init__(*places, **named)
        self._addresses: dict[tuple[str, bool], str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file; every page asks for some, and they stay as long as the process."""
        found = self._addresses.get((name, force))
        if found is None:
            found = self._addresses[name, force] = str(super().url(name, force))
        return found
