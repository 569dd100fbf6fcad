"""Puts a country in force on a running node and lets its people in: `python -m tests.flows.furnish PASSWORD`."""

import json
import os
import sys

import django


def main(password: str) -> None:
    """Load country and people; print the persons' ids by their codes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    from uruk.cli.loading import load_country_folder
    from uruk.documents.api import publish_public_files
    from uruk.kernel.api import country_folder, load_settings
    from uruk.people.api import load_people

    country, _ = load_country_folder(country_folder(load_settings(os.environ).country))
    loaded = load_people(country.people, password)
    appoint_to_both({each.code: each.person for each in loaded})
    publish_public_files()
    sys.stdout.write(json.dumps({each.code: str(each.person) for each in loaded}))


def appoint_to_both(persons: dict[str, object]) -> None:
    """Let one officer hold two offices, drafting and releasing: what nobody may do alone is tried with them."""
    from datetime import UTC, datetime

    from uruk.kernel.api import Actor
    from uruk.people.api import appoint

    since = datetime(2026, 1, 1, tzinfo=UTC)
    if "hassan" not in persons:
        return
    appoint(Actor.system("interior"), persons["hassan"], "interior", "registrar-head", since=since)


if __name__ == "__main__":
    main(sys.argv[1])
