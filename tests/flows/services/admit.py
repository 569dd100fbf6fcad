"""Lets an applicant into a running node: `python -m tests.flows.services.admit NUMBER INSTITUTION PASSWORD`.

Somebody with this national number, who is nobody, as the country's demonstration has them or made here; an office has
seen their card.
"""

import os
import sys

import django


def main(number: str, institution: str, password: str) -> None:
    """Make the account unless there is one, and count its card as seen."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    from uruk.people.api import claim, create_account, holder_of, see_synthetic
    from uruk.people.models import Paper, Person

    known = Paper.objects.filter(kind="national", number=number).first()
    if known is None:
        person = create_account(password)
        claim(person, "national", number)
        Person.objects.filter(pk=person).update(synthetic=True)
    else:
        person = known.person_id
    if holder_of("national", number) is None:
        see_synthetic(person, institution)


if __name__ == "__main__":
    main(*sys.argv[1:])
