"""What was promised, beside a running node: `python -m tests.flows.registries.promised` records it.

These are the first records of whoever keeps commitments, as the demonstration records them; it prints who that is.
"""

import json
import os
import sys

import django

REGISTRY = "commitments"


def main() -> None:
    """Record them, and say who keeps them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    from uruk.cli.demo.archive import in_order
    from uruk.kernel.api import Actor
    from uruk.publishing.api import country
    from uruk.registries.api import Change, change

    keeper = next(one.institution for one in country().records if one.registry == REGISTRY)
    for one in in_order(country()):
        if one.institution == keeper and not one.synthetic:
            changes = [Change("create", values=dict(row)) for row in one.rows]
            change(Actor.system(keeper), keeper, one.registry, changes, "first records")
    sys.stdout.write(json.dumps(keeper))


if __name__ == "__main__":
    main()
