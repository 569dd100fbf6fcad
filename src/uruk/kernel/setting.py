"""One setting: what may be typed for it, and how that is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from uruk.kernel.digits import ascii_digits
from uruk.kernel.errors import CodedError

Kind = Literal["text", "name", "path", "url", "address", "integer", "choice", "secret", "switch"]

_ACCEPTS: dict[Kind, str] = {
    "text": "text",
    "name": "small letters, digits, -",
    "path": "a path",
    "url": "an http or https address",
    "address": "host:port",
    "secret": "text, never shown",
    "switch": "on or off",
}
_SWITCHES = {word: word in {"on", "1", "true", "yes"} for word in ("on", "1", "true", "yes", "off", "0", "false", "no")}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
_FOLDERS = ("URUK_PUBLIC_URL", "URUK_AUTHORITY_URL")  # paths are put after these addresses


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, kind, default (as it would be typed) and meaning."""

    name: str
    kind: Kind
    default: str
    meaning: str
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0

    @property
    def attribute(self) -> str:
        """Return the name of its attribute on Settings: URUK_PUBLIC_URL is public_url."""
        return self.name.removeprefix("URUK_").lower()

    @property
    def accepts(self) -> str:
        """Return in words what may be typed: the choices, the limits of a number, or the kind."""
        if self.kind == "choice":
            return " or ".join(self.choices)
        if self.kind == "integer":
            return f"{self.minimum} to {self.maximum}"
        return _ACCEPTS[self.kind]


def value_of(setting: Setting, typed: str) -> Any:
    """Return what was typed as the setting holds it. Errors: as `load_settings`."""
    return _READERS[setting.kind](setting, typed)


def _text(_: Setting, typed: str) -> str:
    return typed


def _path(_: Setting, typed: str) -> Path | None:
    return Path(typed).expanduser() if typed else None


def _integer(setting: Setting, typed: str) -> int:
    number = ascii_digits(typed)
    if not _WHOLE_NUMBER.fullmatch(number):
        raise CodedError("kernel.setting_not_a_number", name=setting.name)
    if not setting.minimum <= int(number) <= setting.maximum:
        limits = {"minimum": setting.minimum, "maximum": setting.maximum}
        raise CodedError("kernel.setting_out_of_range", name=setting.name, **limits)
    return int(number)


def _choice(setting: Setting, typed: str) -> str:
    if typed not in setting.choices:
        raise CodedError("kernel.setting_not_a_choice", name=setting.name, choices=", ".join(setting.choices))
    return typed


def _switch(setting: Setting, typed: str) -> bool:
    if typed.lower() not in _SWITCHES:
        raise CodedError("kernel.setting_not_a_choice", name=setting.name, choices="on, off")
    return _SWITCHES[typed.lower()]


def _url(setting: Setting, typed: str) -> str:
    """Return the address with a slash at its end, so that paths can be put after it; empty stays empty."""
    if not typed:
        return ""
    try:
        parts = urlsplit(typed)
        whole = parts.hostname and parts.port != 0 and not (parts.query or parts.fragment)  # a port that is none raises
        good = parts.scheme in {"http", "https"} and whole
    except ValueError:
        good = False
    if not good:
        raise CodedError("kernel.setting_not_a_url", name=setting.name)
    return typed if typed.endswith("/") or setting.name not in _FOLDERS else f"{typed}/"


def _address(setting: Setting, typed: str) -> str:
    if not typed:  # only where nothing is the default
        return ""
    host, _, port = typed.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise CodedError("kernel.setting_not_an_address", name=setting.name)
    return typed


def _name(setting: Setting, typed: str) -> str:
    if not _NAME.fullmatch(typed):
        raise CodedError("kernel.setting_not_a_name", name=setting.name)
    return typed


_READERS: dict[Kind, Callable[[Setting, str], Any]] = {
    "text": _text,
    "secret": _text,
    "name": _name,
    "path": _path,
    "url": _url,
    "address": _address,
    "integer": _integer,
    "choice": _choice,
    "switch": _switch,
}
