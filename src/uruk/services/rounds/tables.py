"""Tables of rounds. Their rows are written in the intents of the round's acts, and true once those have receipts."""

from django.db import models


class RoundCase(models.Model):
    """Which call a case is of, while it may still take part in one: written with its standing, made again from it.

    ``place``: ``coming`` (on its way to the round), ``here`` (waits for it), ``listed`` (on its waiting list). ``call``
    and ``ends``: as far as they are known; ``ready``: whether the round can be decided without waiting for it.
    """

    case = models.OneToOneField("services.Case", on_delete=models.CASCADE, primary_key=True, related_name="round_case")
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    call = models.CharField(max_length=200)
    ends = models.DateField(null=True)
    arrived = models.DateTimeField()
    place = models.CharField(max_length=8)
    ready = models.BooleanField()

    class Meta:
        """Found by their call, in the order in which they came."""

        indexes = (models.Index(fields=("institution", "service", "call", "arrived"), name="services_call"),)

    def __str__(self) -> str:
        return f"{self.case_id} of {self.call}"


class Round(models.Model):
    """A call that has ended: who takes part in it is fixed. A fact once `closed_act` has its receipt.

    ``decided_act``: of the act that decides it, which may not have happened yet. ``head``: all that is declared, as the
    published file says it (`domain/rounds/file`). ``pin``: what the call's first case was pinned to.
    """

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    call = models.CharField(max_length=200)
    pin = models.ForeignKey("services.PinnedService", on_delete=models.PROTECT, related_name="rounds")
    head = models.TextField()
    closed_act = models.UUIDField(unique=True)
    decided_act = models.UUIDField(unique=True)
    closed_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-closed_at", "-id")
        indexes = (models.Index(fields=("institution", "service", "closed_at"), name="services_rounds"),)

    def __str__(self) -> str:
        return f"round {self.call} of {self.institution}/{self.service}"


class RoundEntry(models.Model):
    """A case in a round. ``case`` None: it is forgotten; what is published of it has no name.

    ``alias``: how the file calls it (hex); ``arrival``: from 1, in the order they came; ``keys``, ``groups``: what it
    ranks by. ``rank``, ``outcome``, ``kept_for``: what was decided, a fact once the round's `decided_act` has
    its receipt.
    """

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="entries")
    case = models.ForeignKey("services.Case", on_delete=models.SET_NULL, null=True, related_name="round_entries")
    alias = models.CharField(max_length=64)
    arrival = models.PositiveIntegerField()
    keys = models.JSONField()
    groups = models.JSONField()
    rank = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=8)
    kept_for = models.CharField(max_length=64)

    class Meta:
        """By rank; each arrival is one case's."""

        ordering = ("round_id", "rank")
        indexes = (models.Index(fields=("round", "outcome", "rank"), name="services_ranked"),)
        constraints = (models.UniqueConstraint(fields=("round", "arrival"), name="services_round_arrival"),)

    def __str__(self) -> str:
        return f"entry {self.arrival} of {self.round_id}"


class RoundPassing(models.Model):
    """A place that fell free went to the next of the waiting list. A fact once the act has its receipt.

    ``gone``: ranks of those before them on the list who wait no longer.
    """

    act_id = models.UUIDField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="passings")
    freed = models.OneToOneField(RoundEntry, on_delete=models.CASCADE, related_name="passed_on")
    to = models.OneToOneField(RoundEntry, on_delete=models.CASCADE, related_name="passed_to")
    gone = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """As they happened."""

        ordering = ("round_id", "at", "act_id")

    def __str__(self) -> str:
        return f"passing {self.act_id}"


class RoundProposal(models.Model):
    """That an officer wants to close a call, signed, until the second person signs as well or it is taken back.

    ``round``: the id that the round will have; ``proposal``: the bytes that both sign.
    """

    round = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    call = models.CharField(max_length=200)
    person = models.UUIDField()
    role = models.CharField(max_length=64)
    proposal = models.BinaryField()
    approval = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"proposal to close {self.call}"
