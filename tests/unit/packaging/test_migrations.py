"""Migrations of a room follow each other in one line, and a model that changed without one is found."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations import loader

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "packaging" / "migrations.py"))


def graph(*edges: tuple[str, str]) -> SimpleNamespace:
    """A graph of migrations of the room `acts`: (before, after) for each step."""
    names = {name for edge in edges for name in edge}
    nodes = {
        ("acts", name): SimpleNamespace(
            parents=[SimpleNamespace(key=("acts", before)) for before, after in edges if after == name]
        )
        for name in names
    }
    leaves = sorted(("acts", name) for name in names if name not in {before for before, _ in edges})
    return SimpleNamespace(node_map=nodes, leaf_nodes=lambda: leaves)


def branches(tool: dict[str, Any], monkeypatch: pytest.MonkeyPatch, found: SimpleNamespace) -> list[str]:
    monkeypatch.setattr(loader, "MigrationLoader", lambda connection: SimpleNamespace(graph=found))
    return list(tool["branches"]())


def test_two_last_migrations_and_a_fork_are_found(tool: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    forked = graph(("0001", "0002"), ("0001", "0003"))
    assert branches(tool, monkeypatch, forked) == ["acts: 2 last migrations", "acts.0001: followed by 2"]
    merged = graph(("0001", "0002"), ("0001", "0003"), ("0002", "0004"), ("0003", "0004"))
    assert branches(tool, monkeypatch, merged) == ["acts.0001: followed by 2"]
    assert branches(tool, monkeypatch, graph(("0001", "0002"), ("0002", "0003"))) == []


def test_our_migrations_are_linear(tool: dict[str, Any]) -> None:
    assert tool["branches"]() == []


@pytest.mark.django_db
def test_a_changed_model_without_migration_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.acts.models import Act

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    monkeypatch.setattr(Act._meta.get_field("statement"), "null", True)
    with pytest.raises((SystemExit, CommandError)):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
