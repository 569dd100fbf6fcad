"""Tables of notices: what somebody was told, where they can be reached, and what was sent there."""

from django.db import models
from django.db.models import Q

from uruk.kernel.api import new_id


class Notice(models.Model):
    """What a person is told, or an office. Never changed; ``id`` is its author's, so that telling twice is once.

    ``number``: the national number it is for; ``person``: an account, where the author knows one; ``role``: the office
    of ``institution`` that is told instead of a person. ``about``: what it is of (a service), ``text``: what it says,
    each by language. ``reference``: what it is found by (a case); ``page``: where it leads, below the language.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, default="", db_index=True)
    person = models.UUIDField(null=True, db_index=True)
    institution = models.CharField(max_length=64)
    role = models.CharField(max_length=64, default="")
    topic = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, db_index=True)
    about = models.JSONField()
    text = models.JSONField()
    page = models.CharField(max_length=200)
    told_at = models.DateTimeField()

    class Meta:
        """Newest first; an office finds its own."""

        ordering = ("-told_at", "-id")
        indexes = (models.Index(fields=("institution", "role", "told_at"), name="notices_office"),)

    def __str__(self) -> str:
        return f"notice {self.id}"


class Contact(models.Model):
    """Where a person can be reached by a channel. Used once it is ``verified_at``, while it is ``wanted``.

    ``code``: of what was sent there to show that it is theirs, under a key of the node (hex); good until ``code_until``
    and for a few ``tries``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.UUIDField()
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=254)
    wanted = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, default="")
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """One of each channel."""

        ordering = ("person", "channel")
        constraints = (models.UniqueConstraint(fields=("person", "channel"), name="notices_contact_once"),)

    def __str__(self) -> str:
        return f"{self.channel} of {self.person}"


class Spoken(models.Model):
    """The language in which a person is told; whoever chose none is told in Arabic."""

    person = models.UUIDField(primary_key=True)
    language = models.CharField(max_length=3)

    def __str__(self) -> str:
        return f"{self.language} of {self.person}"


class Message(models.Model):
    """What is sent by one channel: of a notice, or a ``code`` that shows whose an address is.

    ``begun``: how often it was begun and nobody noted how it ended. It has come to its end when it is ``sent_at`` or
    ``ended_at`` (``error``: why it was not sent); until then it is tried again at ``next_at``.
    """

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, related_name="messages")
    person = models.UUIDField()
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=254)
    code = models.CharField(max_length=16, default="")
    made_at = models.DateTimeField()
    begun = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=100, default="")

    class Meta:
        """Once by each channel; codes are counted by person and by address."""

        ordering = ("made_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "channel"), condition=Q(notice__isnull=False), name="notices_message_once"
            ),
        )
        indexes = (
            models.Index(fields=("person", "made_at"), name="notices_message_person"),
            models.Index(fields=("address", "made_at"), name="notices_message_address"),
        )

    def __str__(self) -> str:
        return f"message {self.id} by {self.channel}"
