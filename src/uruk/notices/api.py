"""The door of notices: what a person is told, by which channel, and where they are reached."""

from uruk.notices.channels import (
    Channel,
    NotSentError,
    Outgoing,
    channel_problems,
    contribute_channel,
    open_channels,
)
from uruk.notices.reaching import (
    add_contact,
    choose_language,
    confirm_contact,
    my_reach,
    remove_contact,
    want_contact,
)
from uruk.notices.telling import forget_notices, my_notices, my_references, office_notices, tell
from uruk.notices.views import ContactView, NewNotice, NoticeView, ReachView, SentView

__all__ = [
    "Channel",
    "ContactView",
    "NewNotice",
    "NotSentError",
    "NoticeView",
    "Outgoing",
    "ReachView",
    "SentView",
    "add_contact",
    "channel_problems",
    "choose_language",
    "confirm_contact",
    "contribute_channel",
    "forget_notices",
    "my_notices",
    "my_reach",
    "my_references",
    "office_notices",
    "open_channels",
    "remove_contact",
    "tell",
    "want_contact",
]
