"""The list of door functions that take an Actor, and those that there are."""

import inspect
from importlib import import_module
from types import FunctionType

from ruamel.yaml import YAML

from tests.architecture.source import ROOT, rooms

RECORDED = "recorded"


def listed() -> dict[str, dict[str, str]]:
    """reads.yaml: for each room its functions, and why an officer is shown nobody's record by them."""
    path = ROOT / "tests" / "architecture" / "reads.yaml"
    return {room: dict(found) for room, found in YAML(typ="safe").load(path.read_text(encoding="utf-8")).items()}


def recorded(room: str) -> set[str]:
    """The functions of a room's door that record what they show."""
    return {name for name, why in listed()[room].items() if why == RECORDED}


def taking_an_actor() -> dict[str, set[str]]:
    """For each room with a door the functions of it that take an Actor."""
    found = {folder.name: _functions(folder.name) for folder in rooms() if (folder / "api.py").is_file()}
    return {room: names for room, names in found.items() if names}


def _functions(room: str) -> set[str]:
    door = import_module(f"uruk.{room}.api")
    named = {name: getattr(door, name) for name in door.__all__}
    return {name for name, found in named.items() if isinstance(found, FunctionType) and _takes_an_actor(found)}


def _takes_an_actor(function: FunctionType) -> bool:
    kinds = (str(each.annotation) for each in inspect.signature(function).parameters.values())
    return any(kind.rpartition(".")[2].startswith("Actor") or "kernel.actor.Actor" in kind for kind in kinds)
