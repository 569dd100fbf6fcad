"""Addresses as people type them, and as they are kept."""

import re

from uruk.kernel.api import CodedError, ascii_digits

MAX_MAIL = 254
# What a mail server takes without further agreements (RFC 5321, 4.1.2: dot-string @ domain).
_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_BETWEEN = str.maketrans("", "", " -()./\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}")


def clean_mail(typed: str) -> str:
    """An e-mail address as it is kept: ``notices.mail_malformed``."""
    found = typed.strip()
    if len(found) > MAX_MAIL or not _MAIL.fullmatch(found):
        raise CodedError("notices.mail_malformed")
    local, _, domain = found.rpartition("@")
    return f"{local}@{domain.lower()}"


def clean_phone(typed: str, prefix: str) -> str:
    """A telephone number with its country's prefix (E.164): ``notices.phone_malformed``.

    `prefix` (``+964``) takes the place of a leading zero; without one only numbers with their own prefix are known.
    """
    found = ascii_digits(typed).translate(_BETWEEN)
    if found.startswith("00"):
        found = f"+{found[2:]}"
    elif found.startswith("0") and prefix:
        found = f"{prefix}{found[1:]}"
    if not _PHONE.fullmatch(found):
        raise CodedError("notices.phone_malformed")
    return found


def masked(address: str) -> str:
    """An address as a page shows it: enough to know it by, too little to use it."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    return f"{address[:4]}…{address[-3:]}"
