"""`uruk settings`: every setting with its meaning, default and value."""

import os

from uruk.cli.output import AsJson, say, say_json
from uruk.kernel.api import SETTINGS, Setting, load_settings, unknown_settings


def shown(setting: Setting, value: object) -> str:
    """The value as it may be seen by people who look over a shoulder."""
    return "(set)" if setting.kind == "secret" and value else str(value if value is not None else "")


def settings(json: AsJson = False) -> None:
    """List every setting: name, value now, default and meaning."""
    loaded = load_settings(os.environ)
    for setting in SETTINGS:
        value = shown(setting, getattr(loaded, setting.attribute))
        if json:
            say_json(name=setting.name, value=value, default=setting.default, meaning=setting.meaning)
        else:
            say(f"{setting.name}={value}\n    {setting.meaning}\n    Default: {setting.default or '(empty)'}")
    for name in unknown_settings(os.environ):
        say_json(name=name, unknown=True) if json else say(f"{name} is not a setting: misspelt?")
