"""What the architecture tests know about the source: its rooms, modules and imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "uruk"
FACES = {"cli", "web", "portal", "desk", "rest", "ui", "gateway"}


@dataclass(frozen=True)
class Import:
    """One imported module: where it stands and the dotted name that is meant."""

    path: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


@cache
def rooms() -> tuple[Path, ...]:
    """Folders of src/uruk that are packages."""
    return tuple(sorted(path.parent for path in SOURCE.glob("*/__init__.py")))


@cache
def modules(folder: Path = SOURCE) -> tuple[Path, ...]:
    """Python files below a folder, without migrations (Django writes those)."""
    return tuple(path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax, read once by a process: many tests look at all of them."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a file's syntax consists of."""
    return tuple(ast.walk(tree(path)))


def forget() -> None:
    """Let go of what was read: the syntax of all files is 170 MB."""
    for kept in (rooms, modules, tree, nodes, is_module):
        kept.cache_clear()


def package_of(path: Path) -> list[str]:
    """Dotted parts of the package in which a module's relative imports start."""
    return ["uruk", *path.relative_to(SOURCE).parts[:-1]]


def imports(path: Path) -> Iterator[Import]:
    """Every module that a file imports; `from a import b` counts as a.b when that is a module of ours."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(path, node.lineno, name) for name in targets(path, node))


def targets(path: Path, node: ast.ImportFrom) -> list[str]:
    """The dotted names behind one `from … import …`."""
    start = package_of(path)[: len(package_of(path)) - node.level + 1] if node.level else []
    base = ".".join([*start, *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names]


@cache
def is_module(dotted: str) -> bool:
    """True for a module or package of ours."""
    parts = dotted.split(".")
    path = SOURCE.joinpath(*parts[1:])
    return parts[0] == "uruk" and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())
