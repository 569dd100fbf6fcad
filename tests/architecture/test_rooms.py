"""The plan of the house: doors, pure rules, a page for each room, sizes that a reader can hold."""

import ast

from tests.architecture.source import FACES, ROOT, SOURCE, imports, modules, nodes, rooms, tree

IMPURE = (
    "django",
    "allauth",
    "os",
    "io",
    "time",
    "socket",
    "subprocess",
    "pathlib",
    "random",
    "secrets",
    "tempfile",
)
CLOCKS = {"now", "utcnow", "today"}


def room_of(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "uruk" and len(parts) > 1 else None


def test_a_room_is_entered_only_by_its_door() -> None:
    trespasses = []
    for room in rooms():
        for path in modules(room):
            for found in imports(path):
                other = room_of(found.module)
                if other not in (None, room.name) and found.module != f"uruk.{other}.api":
                    trespasses.append(str(found))
    assert trespasses == []


def test_every_room_has_a_page_and_a_door() -> None:
    bare = [room.name for room in rooms() if not (room / "README.md").is_file()]
    doorless = [room.name for room in rooms() if room.name not in FACES and not (room / "api.py").is_file()]
    assert (bare, doorless) == ([], [])


def test_rules_do_no_input_output_and_read_no_clock() -> None:
    impure = []
    for domain in SOURCE.glob("*/domain"):
        for path in modules(domain):
            impure += [str(i) for i in imports(path) if i.module.split(".")[0] in IMPURE]
            for node in nodes(path):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                    impure.append(f"{path}:{node.lineno} reads the clock")
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
                    impure.append(f"{path}:{node.lineno} opens a file")
    assert impure == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [str(p) for p in modules() if len(p.read_text(encoding="utf-8").splitlines()) > 400]
    assert long == []


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = []
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 50:
                long.append(f"{path}:{node.lineno} {node.name}")
    assert long == []


def test_every_public_function_of_a_door_says_what_it_does() -> None:
    silent = []
    for room in rooms():
        door = room / "api.py"
        if door.is_file():
            silent += [
                f"{room.name}.{node.name}"
                for node in tree(door).body
                if isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ]
    assert silent == []


def test_a_face_has_no_tables() -> None:
    assert [face for face in FACES if (SOURCE / face / "models.py").exists()] == []


def test_every_dependency_has_a_written_reason() -> None:
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    names = [
        line.split(">")[0].split("[")[0].split("<")[0].strip()
        for line in (ROOT / "requirements/run.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_no_registry_host_is_named() -> None:
    hosts = ("pypi" + ".org", "pythonhosted", "registry.npmjs", "deb.debian")
    named = [
        f"{path}: {host}"
        for path in [
            *ROOT.glob("*.*"),
            *ROOT.glob("requirements/*"),
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("packaging/*"),
        ]
        if path.is_file()
        for host in hosts
        if host in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert named == []
