"""Tables that all registries share; each registry's own are made when it is published (`tables.py`)."""

from django.db import models


class Registry(models.Model):
    """A registry that this node keeps. Its number names its tables.

    ``layout`` says how the rows are laid out that stand beside the versions; while they are laid out anew it is
    ``laying``, done up to the record ``laid_to``.
    """

    number = models.AutoField(primary_key=True)
    institution = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    layout = models.TextField(default="")
    laying = models.TextField(default="")
    laid_to = models.BigIntegerField(default=0)

    class Meta:
        """One of each code in an institution."""

        ordering = ("institution", "code")
        constraints = (models.UniqueConstraint(fields=("institution", "code"), name="registries_registry_once"),)

    def __str__(self) -> str:
        return f"{self.institution}/{self.code}"


class RegistryFormat(models.Model):
    """A small number for the digest of a definition that records were written under."""

    number = models.AutoField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="formats")
    digest = models.CharField(max_length=64)

    class Meta:
        """One number for each digest."""

        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("registry", "digest"), name="registries_format_once"),)

    def __str__(self) -> str:
        return f"{self.registry_id} {self.digest[:12]}"


class ChangeRequest(models.Model):
    """A request for a change set. ``changes`` and ``prepared`` are destroyed with a record they speak of.

    ``changes``: what was asked, secrets sealed; ``prepared``: the versions it would make, with their salts, once
    ``proposal`` (the bytes that two persons sign) was made of them.
    """

    id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="requests")
    by_citizen = models.BooleanField()
    author = models.UUIDField(null=True)
    author_role = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    reason = models.TextField()
    evidence = models.JSONField()
    count = models.PositiveIntegerField()
    changes = models.TextField(null=True)
    prepared = models.TextField(null=True)
    proposal = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        """Oldest first: who waits longest comes first."""

        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"request {self.id}"


class RequestedRecord(models.Model):
    """That a request speaks of a record, so that it can be forgotten there too."""

    request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="records")
    record = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.request_id} {self.record}"


class RequestSubmission(models.Model):
    """The author's approval of the proposal: from then on another person may accept it."""

    request = models.OneToOneField(ChangeRequest, on_delete=models.CASCADE, primary_key=True, related_name="submission")
    person = models.UUIDField()
    approval = models.BinaryField()
    submitted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"submission of {self.request_id}"


class RequestClosing(models.Model):
    """That a request was refused, or withdrawn by its author."""

    request = models.OneToOneField(ChangeRequest, on_delete=models.CASCADE, primary_key=True, related_name="closing")
    outcome = models.CharField(max_length=16)
    person = models.UUIDField(null=True)
    reason = models.TextField()
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.outcome} {self.request_id}"


class RequestAcceptance(models.Model):
    """That a request was carried out by an act; true once that act has its receipt."""

    request = models.OneToOneField(ChangeRequest, on_delete=models.CASCADE, primary_key=True, related_name="acceptance")
    act_id = models.UUIDField(unique=True)
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"acceptance of {self.request_id}"


class Forgetting(models.Model):
    """That a record's content and salts were destroyed, by which act; true once that act has its receipt."""

    act_id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="forgettings")
    rid = models.BigIntegerField()
    record = models.UUIDField(unique=True)
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"forgetting of {self.record}"
