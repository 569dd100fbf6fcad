"""What this room tells those below it, and the channels that come with it, once, when Django is ready."""

from uruk.acts.api import subscribe
from uruk.notices import sending
from uruk.notices.channels import contribute_channel
from uruk.notices.mail import MailChannel
from uruk.notices.sms import SmsChannel

contribute_channel(MailChannel())
contribute_channel(SmsChannel())
subscribe("node.hourly", sending.forget_codes)
