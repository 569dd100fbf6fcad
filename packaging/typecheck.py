"""Runs mypy --strict on the typed part of the house: everything below the Django line, every domain/ and api.py."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path("src/uruk")
BELOW_DJANGO = ("kernel", "definitions", "trust", "files", "exchange", "gateway")


def typed_paths() -> list[str]:
    """Folders and files that promise strict types, as paths relative to the project's root."""
    rooms = [str(SOURCE / room) for room in BELOW_DJANGO]
    above = [room for room in sorted(SOURCE.iterdir()) if room.is_dir() and room.name not in BELOW_DJANGO]
    domains = [str(room / "domain") for room in above if (room / "domain").is_dir()]
    doors = [str(room / "api.py") for room in above if (room / "api.py").is_file()]
    return rooms + domains + doors


if __name__ == "__main__":
    sys.exit(subprocess.call([sys.executable, "-m", "mypy", "--strict", *typed_paths()]))
