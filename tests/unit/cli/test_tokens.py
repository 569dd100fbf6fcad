"""Tokens of programs at the terminal: shown once, listed without themselves, ended."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from tests.unit.registries.conftest import archive
from uruk.kernel.api import CodedError
from uruk.people.api import program_actor
from uruk.people.models import Program

__all__ = ["archive"]
Run = Callable[..., Result]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("served", "archive")]


def new(run: Run, *words: str, registry: str = "shops") -> Result:
    return run("token", "new", "interior", "registrar", "--registry", registry, "--name", "Card printer", *words)


def test_a_token_is_told_once_and_only_its_digest_is_kept(run: Run) -> None:
    told = json.loads(new(run, "--json").stdout)
    actor = program_actor(told["token"])
    assert (str(actor.program), actor.institution, actor.role) == (told["id"], "interior", "registrar")
    assert told["token"] not in json.dumps(list(Program.objects.values()), default=str)
    assert told["token"] not in run("token", "list", "--json").stdout


def test_tokens_are_listed_and_ended(run: Run) -> None:
    told = json.loads(new(run, "--until", "2027-01-31", "--name-ar", "طابعة", "--json").stdout)
    (one,) = [json.loads(line) for line in run("token", "list", "--json", "--language", "ar").stdout.splitlines()]
    assert (one["id"], one["name"], one["registries"]) == (told["id"], "طابعة", ["shops"])
    assert one["until"] == "2027-01-31T21:00:00Z"
    assert "2026-11-23–2027-01-31" in run("token", "list").stdout
    assert run("token", "end", told["id"]).exit_code == 0
    assert run("token", "list").stdout == ""
    with pytest.raises(CodedError, match=r"people\.token_refused"):
        program_actor(told["token"])
    again = run("token", "end", told["id"], "--language", "en")
    assert again.exit_code == 1 and "no token in force" in again.stderr  # people.program_unknown


def test_what_is_typed_wrong_is_said(run: Run) -> None:
    assert "streets" in new(run, registry="nothing").stderr  # cli.registry_unknown
    assert "past" in new(run, "--until", "2020-01-01", "--language", "en").stderr  # people.program_until
    assert "token" in new(run, "--language", "en").stdout  # cli.token_once
