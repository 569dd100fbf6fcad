"""Tables of webhooks: who is told what, and what is still to be told."""

from django.db import models
from django.db.models import Q


class Webhook(models.Model):
    """That a system of an institution is told of its cases, at an address; a fact once its act has its receipt.

    ``services``: of which (empty: all); ``events``: of which kinds. ``ended_at`` counts once the act that ended it has
    its receipt. The rest is no fact: ``sending_until``, which worker is at it until when; ``tries`` in vain since the
    last that was taken, ``failing_since`` when, ``next_at`` when it is tried again; ``last_at``, ``last_status`` (of
    HTTP) and ``last_error`` (a code): what came of the newest try.
    """

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64, db_index=True)
    url = models.CharField(max_length=500)
    services = models.JSONField()
    events = models.JSONField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_act = models.UUIDField(null=True)
    sending_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=100, default="")

    class Meta:
        """By institution, in the order in which they were added."""

        ordering = ("institution", "since", "act_id")

    def __str__(self) -> str:
        return f"webhook {self.act_id}"


class Delivery(models.Model):
    """One act that a webhook is told of, once: ``said`` is what the body says of it. Deleted after 30 days.

    ``sent_at``: it was taken; ``given_up_at``: nobody took it for three days.
    """

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    case = models.ForeignKey("services.Case", on_delete=models.CASCADE, related_name="deliveries")
    act = models.UUIDField()
    said = models.JSONField()
    made_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of the receipts; each act once."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("webhook", "act"), name="services_told_once"),)
        indexes = (
            models.Index(
                fields=("webhook", "id"),
                name="services_untold",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.act} to {self.webhook_id}"
