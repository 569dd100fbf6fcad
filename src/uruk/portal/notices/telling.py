"""Channels and what became of messages, in the reader's words."""

from django.utils.translation import gettext as _

from uruk.kernel.api import error_sentence
from uruk.notices.api import SentView
from uruk.ui.api import moment, reader_language


def channel_name(code: str) -> str:
    """What a channel is called; its code where it is a plug-in that this page does not know."""
    return {"email": _("E-mail"), "sms": _("Text message")}.get(code, code)


def sent_told(one: SentView) -> tuple[str, str]:
    """What became of a message, and the tone of that."""
    names = {"channel": channel_name(one.channel), "address": one.address}
    if one.outcome == "sent":
        return _("%(channel)s to %(address)s, %(moment)s") % {**names, "moment": moment(one.at)}, "good"
    why = error_sentence(one.error, reader_language(), {}) if one.error else ""
    if one.outcome == "failed":
        return " ".join((_("%(channel)s to %(address)s: not sent.") % names, why)), "bad"
    if one.next_at is None:
        return _("%(channel)s to %(address)s: on its way") % names, "wait"
    told = _("%(channel)s to %(address)s: tried again %(moment)s.") % {**names, "moment": moment(one.next_at)}
    return f"{told} {why}", "wait"
