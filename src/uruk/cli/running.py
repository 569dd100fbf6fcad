"""`uruk up` and `uruk gateway`: a node with all its processes, told when it answers; or its gateway alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import typer

from uruk.cli.child import start_node
from uruk.cli.gateway_health import gateway_health
from uruk.cli.node import set_up
from uruk.cli.output import AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.kernel.api import (
    SETTINGS,
    CodedError,
    Settings,
    check_ports,
    country_folder,
    error_sentence,
    load_settings,
)

START_LIMIT_S = 120.0
_POLL_S = 0.2


def up(language: Language = "", json: AsJson = False) -> None:
    """Start this node, put what is new in its country's folder in force, say where it answers; until Ctrl-C."""
    spoken = chosen(language)
    settings = load_settings(os.environ)
    with errors_as_sentences(spoken):
        check_ports(settings)  # else whoever has a port would be taken for this node
    with errors_as_sentences(spoken), _server() as server:
        _wait_for_pages(settings, server)
        _load(settings)
        _tell(settings, _wait_for_gateway(settings, server), spoken, json)
        code = server.wait()
    raise typer.Exit(code)


def gateway() -> None:
    """Run this node's gateway alone, until it is told to stop; `uruk serve` and `uruk up` start one themselves."""
    for setting in SETTINGS:
        if setting.kind == "secret":  # it opens no key but its own, and no database
            os.environ.pop(setting.name, None)
    os.execv(sys.executable, [sys.executable, "-m", "uruk.gateway.process"])  # noqa: S606


@contextmanager
def _server() -> Iterator["subprocess.Popen[bytes]"]:
    """The node's processes; they are told to stop with us, and end when we are gone."""
    server = start_node({})
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.terminate())
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _wait_for_pages(settings: Settings, server: "subprocess.Popen[bytes]") -> None:
    for _ in _tries(server):
        try:
            with urlopen(f"http://127.0.0.1:{settings.listen_port}/metrics", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            continue
    raise CodedError("cli.node_not_started", part="pages")


def _wait_for_gateway(settings: Settings, server: "subprocess.Popen[bytes]") -> Mapping[str, Any]:
    for _ in _tries(server):
        found = gateway_health(settings.data)
        if found is not None:
            return found
    raise CodedError("cli.node_not_started", part="gateway")


def _tries(server: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Again and again, until the limit or until the node has ended."""
    deadline = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        yield
        time.sleep(_POLL_S)


def _load(settings: Settings) -> None:
    set_up()
    from uruk.cli.loading import load_country_folder

    load_country_folder(country_folder(settings.country))


def _tell(settings: Settings, health: Mapping[str, Any], language: str, as_json: bool) -> None:
    places = {
        "pages": settings.public_url,
        "gateway": f"http://{settings.gateway_listen}/",
        "gateway_tls": f"https://{settings.gateway_tls_listen}/" if settings.gateway_tls_listen else None,
        "peers": settings.peer_told,
    }
    problems = [each["message"][language] for each in health["problems"]]
    if as_json:
        say_json(**places, health=health["status"], problems=problems)
        return
    for name, place in places.items():
        if place:
            say(f"{name:<12} {place}")
    for problem in dict.fromkeys(problems):
        say(f"· {problem}")
    say(error_sentence("cli.node_is_up", language, {}))
