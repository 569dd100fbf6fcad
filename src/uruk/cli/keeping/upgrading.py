"""Making a stopped node's folder ready for the version of the program that is installed now."""

from importlib.metadata import version
from pathlib import Path

from uruk.kernel.api import Settings, country_folder


def version_of(data: Path) -> str:
    """The version that worked in a data folder last; "-" in one from before versions were noted."""
    try:
        return (data / "version").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return "-"


def make_tables() -> None:
    """Bring the tables to this version."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def upgrade(settings: Settings) -> int:
    """Tables, keys of new uses and definitions, with the log at hand; return how many definitions came into force."""
    from uruk.acts.api import instance_code, list_gateway_logs, log_at_hand
    from uruk.cli.loading import load_country_folder

    make_tables()
    with log_at_hand(instance_code()):
        list_gateway_logs()
        _, receipts = load_country_folder(country_folder(settings.country))
    (settings.data / "version").write_text(f"{version('uruk')}\n", encoding="ascii")
    return len(receipts)
