"""Roles and periods as they are typed and printed: days of this country, the last one inclusive."""

from datetime import date, datetime, timedelta

from uruk.kernel.api import BAGHDAD, CodedError


def check_role(institution: str, role: str) -> None:
    """Refuse an institution that is not in the country, or a role that is not its: ``cli.institution_unknown``…"""
    from uruk.publishing.api import institutions

    known = institutions()
    if institution not in known:
        raise CodedError("cli.institution_unknown", institution=institution, known=", ".join(sorted(known)))
    if role not in known[institution].roles:
        raise CodedError("cli.role_unknown", role=role, known=", ".join(sorted(known[institution].roles)))


def typed_day(typed: str) -> date | None:
    """The day that was typed (YYYY-MM-DD), None for nothing: ``cli.not_a_day``."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise CodedError("cli.not_a_day", typed=typed[:40]) from None


def first_day(moment: datetime) -> date:
    """The day on which a moment is here."""
    return moment.astimezone(BAGHDAD).date()


def last_day(end: datetime) -> date:
    """The last day that is wholly or partly inside a period that ends before this moment."""
    return (end - timedelta(microseconds=1)).astimezone(BAGHDAD).date()
