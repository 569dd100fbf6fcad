"""CI and the Makefile really do what was promised: their scripts run here, with recorders in place of the tools."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SOURCE, rooms

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BASH = shutil.which("bash") or "/bin/bash"


@dataclass(frozen=True)
class Stand:
    """A folder of recorders: each is a program that notes its name and arguments in `said`, then does its own line."""

    folder: Path

    def recorder(self, name: str, then: str = "exit 0") -> None:
        """A program at this path below the folder; `then` is the bash that it runs after its note."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        note = f'echo "{path.name} $*" "postgres=${{URUK_TEST_POSTGRES:-}} ci=${{CI:-}}" >> "{self.folder}/said"'
        path.write_text(f"#!{BASH}\n{note}\n{then}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, script: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script in the folder, recorders first on the path."""
        path = f"{self.folder}:{environment.pop('PATH', os.environ['PATH'])}"
        return subprocess.run(
            [BASH, str(script)],
            check=False,
            cwd=self.folder,
            env={"PATH": path, "HOME": str(self.folder), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def said(self) -> list[str]:
        """What the recorders noted, in order."""
        path = self.folder / "said"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


def recipe(target: str, arguments: str = "") -> list[str]:
    """The commands that make would run for a target on a fresh machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", target, f"ARGS={arguments}"]
    done = subprocess.run(command, check=True, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=60)
    return done.stdout.splitlines()


def ci(stand: Stand, failing: str = "") -> subprocess.CompletedProcess[str]:
    """Run .ci/run with recorders for make and the wheel's demonstration."""
    (stand.folder / ".ci").mkdir()
    script = shutil.copy(ROOT / ".ci" / "run", stand.folder / ".ci" / "run")
    stand.recorder("make", f'[ "$1" != "{failing}" ]')
    for name in ("clean_clone.sh", "wheel_demo.sh"):
        stand.recorder(f"packaging/{name}", f"exit {int(name == failing)}")
    return stand.run(script)


def test_ci_checks_and_tests(stand: Stand) -> None:
    assert ci(stand).returncode == 0
    steps = [line.split(" postgres")[0].strip() for line in stand.said()]
    assert steps[:2] == ["make check", "make test"]
    assert sorted(steps[2:]) == ["clean_clone.sh", "wheel_demo.sh"], "beside each other"


@pytest.mark.parametrize("failing", ["check", "test"])
def test_ci_fails_with_what_fails(stand: Stand, failing: str) -> None:
    assert ci(stand, failing).returncode != 0
    assert stand.said()[-1].startswith(f"make {failing}")


@pytest.mark.parametrize("failing", ["clean_clone.sh", "wheel_demo.sh"])
def test_ci_fails_where_a_newcomers_or_the_wheels_demonstration_does(stand: Stand, failing: str) -> None:
    assert ci(stand, failing).returncode != 0
    assert len(stand.said()) == 4, "the other is played to its end"


def test_ci_has_a_postgresql(stand: Stand) -> None:
    ci(stand)
    assert all("@127.0.0.1:5432/" in line for line in stand.said())


def test_ci_allows_no_skip(stand: Stand) -> None:
    """The suite's own hooks judge a test that skips: in CI it has failed."""
    (stand.folder / "pytest.ini").touch()
    case = stand.folder / "test_case.py"
    case.write_text("import pytest\n\ndef test_it():\n    pytest.skip('nothing here')\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest", str(case)]
    path = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    codes = []
    for setting in ("true", ""):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "CI": setting}
        done = subprocess.run(command, check=False, cwd=stand.folder, env=environment, capture_output=True, timeout=60)
        codes.append(done.returncode)
    assert codes == [1, 0]
    ci(stand)
    assert all(line.endswith("ci=true") for line in stand.said())


CHECKS = (
    "ruff check .",
    "ruff format --check .",
    "python packaging/typecheck.py",
    "lint-imports",
    "python packaging/messages.py --check",
    "python packaging/migrations.py",
    "python packaging/promises.py",
    "uruk check",
)


@pytest.mark.parametrize("failing", ["", "ruff", "python", "lint-imports", "uruk"])
def test_make_check_runs_every_check(stand: Stand, failing: str) -> None:
    assert recipe("check")[-1] == "packaging/check.sh"
    for name in ("ruff", "python", "lint-imports", "uruk"):
        stand.recorder(f"bin/{name}", f"exit {int(name == failing)}")
    done = stand.run(ROOT / "packaging" / "check.sh", VENV=str(stand.folder))
    assert sorted(line.split(" postgres")[0].strip() for line in stand.said()) == sorted(CHECKS)
    assert done.returncode == int(bool(failing))


def test_mypy_is_strict_and_looks_at_all_that_was_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(subprocess, "call", lambda command: asked.append(command) or 0)
    with pytest.raises(SystemExit):
        runpy.run_path(str(ROOT / "packaging" / "typecheck.py"), run_name="__main__")
    contract = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "forbidden")
    below = {name.removeprefix("uruk.") for name in contract["source_modules"]}
    wanted = {f"src/uruk/{room}" for room in below}
    for room in rooms():
        if room.name not in below:
            wanted |= {str(path.relative_to(ROOT)) for path in (room / "domain", room / "api.py") if path.exists()}
    assert "--strict" in asked[0]
    assert wanted <= set(asked[0])
    assert len(wanted) > len(below)


def test_every_room_stands_in_the_plan() -> None:
    layers, line = PROJECT["tool"]["importlinter"]["contracts"]
    placed = {name.strip(" ()") for layer in layers["layers"] for name in layer.split("|")}
    assert (layers["type"], layers["containers"], layers["exhaustive"]) == ("layers", ["uruk"], True)
    assert {room.name for room in rooms()} <= placed
    assert layers["exhaustive_ignores"] == ["countries"]
    assert not list((SOURCE / "countries").rglob("*.py"))
    assert {"django", "allauth"} <= set(line["forbidden_modules"])


def test_install_is_the_first_half_of_demo_and_test() -> None:
    half = recipe("install")
    assert half
    assert recipe("demo")[: len(half)] == recipe("test")[: len(half)] == half


def test_the_demo_needs_only_what_make_install_brings() -> None:
    """Into .venv, each dependency by its hash, ours from this folder; no tool of developers."""
    demo = recipe("demo")
    assert any("-m venv .venv" in line for line in demo)
    installs = [line for line in demo if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert not any("dev.lock" in line for line in demo)


def test_make_passes_its_arguments_on() -> None:
    assert recipe("demo", "--once --json")[-1] == ".venv/bin/uruk demo --once --json"
    assert recipe("test", "-k digits")[-1] == "packaging/test.sh -k digits"


def test_make_test_runs_the_whole_suite() -> None:
    """No test is left out by where it lies: every file that looks like a test is below the folder that is searched."""
    assert recipe("test")[-1].strip() == "packaging/test.sh"
    options = PROJECT["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests"]
    assert not re.search(r"--ignore|--deselect|-k |-m ", options["addopts"])
    assert options["filterwarnings"] == ["error"]


@pytest.mark.parametrize("address", ["postgresql://me@127.0.0.1:5432/postgres", "127.0.0.1:5432"])
def test_the_suite_runs_on_sqlite_and_again_on_postgresql(stand: Stand, address: str) -> None:
    stand.recorder("bin/pytest")
    script = ROOT / "packaging" / "test.sh"
    assert stand.run(script, VENV=str(stand.folder), URUK_TEST_POSTGRES=address).returncode == 0
    sqlite, postgres = stand.said()
    assert "postgres= " in sqlite
    assert "-m" not in sqlite.split()
    assert "-m database" in postgres
    assert re.search(r"postgres=postgresql://\w+@127.0.0.1:5432/postgres ", postgres)


def test_without_a_postgresql_the_suite_runs_on_sqlite_and_says_so(stand: Stand) -> None:
    stand.recorder("bin/pytest")
    done = stand.run(ROOT / "packaging" / "test.sh", VENV=str(stand.folder))
    assert (done.returncode, len(stand.said())) == (0, 1)
    assert "SQLite only" in done.stdout


def test_a_suite_that_fails_on_either_database_fails(stand: Stand) -> None:
    for failing in ("postgres=", "-m database"):
        stand.recorder("bin/pytest", f"! tail -1 '{stand.folder}/said' | grep -q -- '{failing}'")
        done = stand.run(ROOT / "packaging" / "test.sh", VENV=str(stand.folder), URUK_TEST_POSTGRES="127.0.0.1:5432")
        assert done.returncode != 0, failing


@pytest.mark.parametrize("user", ["0", "1000"])
def test_the_tools_of_tests_are_brought_by_root_only(stand: Stand, user: str) -> None:
    stand.recorder("id", f"echo {user}")
    stand.recorder("apt-get")
    stand.recorder("pdfsig")
    # Nothing else is on the path, as on a machine where nothing was installed.
    done = stand.run(ROOT / "packaging" / "tools.sh", PATH="/nowhere")
    assert done.returncode == 0
    fetched = [line for line in stand.said() if line.startswith("apt-get install")]
    if user == "0":
        assert all(name in fetched[0] for name in ("chromium", "nginx", "softhsm2"))
        assert "poppler-utils" not in fetched[0], "what is there already is not fetched"
    else:
        assert fetched == []
        assert "their tests will skip: chromium" in done.stdout


@pytest.mark.parametrize(
    ("printed", "code", "good"), [("verified", 0, True), ("verified", 1, False), ("drafted", 0, False)]
)
def test_ci_plays_the_demo_from_the_built_wheel_in_an_empty_environment(
    stand: Stand, printed: str, code: int, good: bool
) -> None:
    """A demonstration that fails, or ends before anything was verified, fails CI."""
    stand.recorder(".venv/bin/python", 'touch "${@: -1}/uruk-0.1.0-py3-none-any.whl"')
    stand.recorder(".venv/bin/uv")
    stand.recorder("demonstration", f"""echo '{{"step": "{printed}"}}'; exit {code}""")
    stand.recorder("python3", f'mkdir -p "${{@: -1}}/bin" && cp "{stand.folder}/demonstration" "${{@: -1}}/bin/uruk"')
    done = stand.run(ROOT / "packaging" / "wheel_demo.sh")
    assert (done.returncode == 0) is good, done.stderr
    said = stand.said()
    assert [line.split()[0] for line in said] == ["python", "python3", "uv", "uv", "demonstration"]
    assert "-m venv" in said[1]
    assert "--require-hashes -r requirements/run.lock" in said[2]
    assert "--no-deps" in said[3]
    assert "uruk-0.1.0-py3-none-any.whl" in said[3]
    assert "demo --once" in said[4]


def test_soak_kills_a_thousand_times() -> None:
    assert any("URUK_KILL_SEEDS=1000" in line and "test_kills.py" in line for line in recipe("soak"))


def test_soak_cuts_the_power_a_thousand_times() -> None:
    assert any("URUK_POWER_SEEDS=1000" in line and "test_power_cuts.py" in line for line in recipe("soak"))


def test_soak_has_writers_compete_a_hundred_times() -> None:
    assert any("URUK_CAPACITY_ROUNDS=100" in line and "test_competing.py" in line for line in recipe("soak"))


def test_the_build_backend_is_hatchling() -> None:
    assert PROJECT["build-system"]["build-backend"] == "hatchling.build"
    assert PROJECT["project"]["requires-python"] == ">=3.11"


@pytest.mark.parametrize("lock", ["tools", "run", "dev"])
def test_every_locked_dependency_has_a_hash(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    locked = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert locked
    assert [line for line in locked if "==" not in line or "--hash=sha256:" not in line] == []


def test_make_screenshots_takes_them_into_docs() -> None:
    assert recipe("screenshots")[-1].endswith("packaging/screenshots.py")
    taken = (ROOT / "packaging" / "screenshots.py").read_text(encoding="utf-8")
    assert '"gallery"' in taken
    assert len(list((ROOT / "docs" / "gallery").glob("*.webp"))) > 100


def test_ci_plays_a_newcomers_first_command_in_a_clean_clone(stand: Stand) -> None:
    stand.recorder("git", then='for last; do :; done; mkdir -p "$last"')
    stand.recorder("make")
    done = stand.run(ROOT / "packaging" / "clean_clone.sh")
    assert done.returncode == 0, done.stderr
    said = [line.split(" postgres")[0] for line in stand.said()]
    assert said[0].startswith("git clone --quiet . ")
    assert said[1:] == ["make demo ARGS=--once"]
    assert "from a clean clone to the end of the journey" in done.stdout
