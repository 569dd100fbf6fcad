"""Putting a country's folder in force on this node: institutions, their keys, their definitions, the public files."""

from pathlib import Path

from uruk.acts.api import establish
from uruk.definitions.api import Country, load_country
from uruk.documents.api import publish_public_files
from uruk.kernel.api import Actor
from uruk.publishing.api import kinds, publish_country
from uruk.trust.api import Receipt


def load_country_folder(folder: Path) -> tuple[Country, list[Receipt]]:
    """Read, check and publish a country; the receipts are of the definitions that were not in force yet.

    Errors: definitions.country_broken and what the acts raise.
    """
    country = load_country(folder, kinds())
    for institution in country.institutions.values():
        establish(institution.code, institution.names, country.code)
    receipts = publish_country(Actor.system(None), country)
    publish_public_files()
    return country, receipts
