"""The door of publishing: definitions in force, and the country they came from."""

from uruk.publishing.countries import country, find_country, institutions
from uruk.publishing.kinds import contribute_kind, kinds
from uruk.publishing.publication import by_digest, in_force, publish_country, published_digests

__all__ = [
    "by_digest",
    "contribute_kind",
    "country",
    "find_country",
    "in_force",
    "institutions",
    "kinds",
    "publish_country",
    "published_digests",
]
