"""Puts a changed service into a running node's country: `python -m tests.flows.desk.revise KIB`; a draft."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

SERVICE = "institutions/agriculture/services/season-plan/service.yaml"


def main(kib: str) -> None:
    """Let the proof of modern irrigation be so large."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    from uruk.cli.loading import load_country_folder
    from uruk.kernel.api import country_folder, load_settings

    with TemporaryDirectory() as name:
        folder = Path(name) / "country"
        copy(country_folder(load_settings(os.environ).country), folder)
        changed = folder / SERVICE
        text = changed.read_text(encoding="utf-8")
        changed.write_text(text.replace("max_kib: 4096", f"max_kib: {kib}"), encoding="utf-8")
        load_country_folder(folder)


def copy(source: Path, target: Path) -> None:
    """A country's folder, file by file."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


if __name__ == "__main__":
    main(sys.argv[1])
