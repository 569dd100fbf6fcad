"""What hatchling asks us while it builds: the dependencies, and the compiled translations.

The wheel's dependencies are those of requirements/run.in (the lock pins them for our own machines), and .mo files are
built from the .po files beside them, never committed.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class RunDependencies(MetadataHookInterface):
    """Takes the project's dependencies from requirements/run.in."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in `dependencies`: one requirement a line, comments and empty lines left out."""
        lines = (Path(self.root) / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
        bare = (line.partition("#")[0].strip() for line in lines)
        metadata["dependencies"] = [requirement for requirement in bare if requirement]


class CompiledMessages(BuildHookInterface[Any]):
    """Compiles every room's translations before a wheel, plain or editable, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the .po files under src, unless a source distribution is being made."""
        if self.target_name == "wheel":
            tool = runpy.run_path(str(Path(self.root) / "packaging" / "messages.py"))
            tool["compile_messages"](Path(self.root) / "src" / "uruk")
