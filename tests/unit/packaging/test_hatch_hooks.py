"""What hatchling asks us while it builds."""

import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def hooks() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "packaging" / "hatch_hooks.py"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two requirements and one translation."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.in").write_text("# what runs\ndjango>=5.2,<5.3  # pages\n\nsegno\n")
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging")
    locale = tmp_path / "src" / "uruk" / "ui" / "locale" / "ar" / "LC_MESSAGES"
    locale.mkdir(parents=True)
    (locale / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    return tmp_path


def build(hooks: dict[str, Any], project: Path, target: str) -> list[Path]:
    hook = hooks["CompiledMessages"](str(project), {}, None, None, str(project), target)
    hook.initialize("standard", {})
    return list(project.rglob("*.mo"))


def test_the_wheel_depends_on_what_run_in_lists(hooks: dict[str, Any], project: Path) -> None:
    metadata: dict[str, Any] = {}
    hooks["RunDependencies"](str(project), {}).update(metadata)
    assert metadata == {"dependencies": ["django>=5.2,<5.3", "segno"]}


def test_a_wheel_gets_compiled_translations(hooks: dict[str, Any], project: Path) -> None:
    assert [path.name for path in build(hooks, project, "wheel")] == ["django.mo"]


def test_a_source_distribution_gets_none(hooks: dict[str, Any], project: Path) -> None:
    assert build(hooks, project, "sdist") == []
