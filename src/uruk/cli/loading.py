"""Putting a country's folder in force on this node: institutions, their keys, their definitions, the public files."""

from pathlib import Path

from uruk.acts.api import establish, node_settings
from uruk.definitions.api import Country, load_country
from uruk.documents.api import publish_public_files
from uruk.kernel.api import Actor
from uruk.publishing.api import kinds, publish_country, write_snapshot
from uruk.trust.api import Receipt


def load_country_folder(folder: Path) -> tuple[Country, list[Receipt]]:
    """Read, check and publish a country; the receipts are of the definitions that were not in force yet.

    Errors: definitions.country_broken and what the acts raise.
    """
    country = load_country(folder, kinds())
    hosted = node_settings().hosted
    for institution in country.institutions.values():
        if not hosted or institution.code in hosted:
            establish(institution.code, institution.names, country.code)
    receipts = publish_country(Actor.system(None), country)
    publish_public_files()
    write_snapshot()
    return country, receipts
