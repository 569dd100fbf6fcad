"""A consent in words: on the page after it was noted, on paper, and where it is looked over."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from uruk.desk.pages import person_name, told
from uruk.services.api import ConsentView
from uruk.ui.api import Fact, day, moment, office_name


def for_whom(applicant: Mapping[str, Any]) -> tuple[Fact, ...]:
    """For whom an application is, where that is another than who consented."""
    names = {
        "guardian": _("For the child"),
        "company": _("For the company"),
        "institution": _("For the institution"),
    }
    label = names.get(str(applicant.get("kind", "")))
    return () if label is None else (Fact(label, str(applicant["number"])),)


def consent_facts(institution: str, consent: ConsentView) -> tuple[Fact, ...]:
    """A consent as it was noted."""
    ways = {"signature": _("By a signature on paper"), "spoken": _("Spoken, before a witness")}
    noted_by = " · ".join(one for one in (person_name(consent.person), office_name(institution, consent.role)) if one)
    facts = (
        Fact(_("Who consented"), consent.name),
        Fact(_("National number"), consent.number),
        Fact(_("Date of birth"), day(consent.born)),
        Fact(_("To what"), told(consent.title)),
        Fact(_("How"), ways[consent.way]),
        Fact(_("Witness"), consent.witness),
        Fact(_("Noted by"), noted_by),
        Fact(_("When"), moment(consent.at)),
    )
    return tuple(one for one in facts if one.value)
