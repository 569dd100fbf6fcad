"""Tables of acts: what was intended, its receipt, jobs that follow, institutions' keys, versions of the directory."""

from django.db import models
from django.db.models import Q


class Act(models.Model):
    """The intent of an act, with the exact bytes of its statement and its salt. Without a receipt it is pending."""

    id = models.UUIDField(primary_key=True)
    type = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    author = models.CharField(max_length=64)
    statement = models.BinaryField()
    salt = models.BinaryField()
    actor = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """Newest last, as the ids sort."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class ActReceipt(models.Model):
    """The receipt of an act; its presence is what makes the act a fact."""

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True, related_name="receipt")
    receipt = models.TextField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"receipt of {self.act_id}"


class Job(models.Model):
    """Work to be done later, at least once. ``key`` makes enqueueing idempotent; a finished job keeps its key."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        """Found by what is still to be done, oldest first."""

        ordering = ("due_at", "id")
        indexes = (
            models.Index(
                fields=("due_at", "id"), name="acts_job_open", condition=Q(done_at__isnull=True, failed_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class Institution(models.Model):
    """An institution that this node hosts."""

    code = models.CharField(max_length=64, primary_key=True)
    instance = models.CharField(max_length=16)
    names = models.JSONField()
    since = models.DateTimeField()

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class InstitutionKey(models.Model):
    """A public key of an institution: its use, when it began, the delegation by the identity key, its certificate.

    ``act_id`` is the act that brought it, None for the keys an institution begins with and for those of logs that were
    opened without being announced. Of a log's next key that was announced: ``takes_over_at``, before which it does not
    sign, and ``heard_since``, since when the country's directory lists it.
    """

    name = models.CharField(max_length=200, primary_key=True)
    institution = models.CharField(max_length=64)
    use = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    public_key = models.BinaryField()
    delegation = models.BinaryField(default=bytes)
    certificate = models.BinaryField(default=bytes)
    since = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    compromised_since = models.DateTimeField(null=True)
    act_id = models.UUIDField(null=True)
    takes_over_at = models.DateTimeField(null=True)
    heard_since = models.DateTimeField(null=True)

    class Meta:
        """One key of each number for each use."""

        ordering = ("institution", "use", "number")
        constraints = (models.UniqueConstraint(fields=("institution", "use", "number"), name="acts_key_number"),)

    def __str__(self) -> str:
        return self.name


class KeyDelegation(models.Model):
    """That a later identity key delegates a key too. The key's own row has the delegation that it began with.

    It counts once ``identity`` is the one in force.
    """

    key = models.ForeignKey(InstitutionKey, on_delete=models.PROTECT, related_name="delegations")
    identity = models.CharField(max_length=200)
    delegation = models.BinaryField()

    class Meta:
        """One by each identity key."""

        constraints = (models.UniqueConstraint(fields=("key", "identity"), name="acts_key_delegation"),)

    def __str__(self) -> str:
        return f"{self.key_id} by {self.identity}"


class KeyEnd(models.Model):
    """That a key was retired or declared compromised: true once its act has its receipt."""

    key = models.ForeignKey(InstitutionKey, on_delete=models.PROTECT, related_name="ends")
    act_id = models.UUIDField()
    retired_at = models.DateTimeField(null=True)
    compromised_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"end of {self.key_id}"


class CheckpointTimestamp(models.Model):
    """A checkpoint of one of our logs with the token of a timestamping authority; the same lies beside the log."""

    origin = models.CharField(max_length=255)
    size = models.BigIntegerField()
    checkpoint = models.BinaryField()
    token = models.BinaryField()
    stamped_at = models.DateTimeField()

    class Meta:
        """One for each size of a log, smallest first."""

        ordering = ("origin", "size")
        constraints = (models.UniqueConstraint(fields=("origin", "size"), name="acts_checkpoint_timestamp"),)

    def __str__(self) -> str:
        return f"timestamp of {self.origin} {self.size}"


class LogBreak(models.Model):
    """That the break of one of our logs was published, by which act."""

    origin = models.CharField(max_length=255, primary_key=True)
    act_id = models.UUIDField()

    def __str__(self) -> str:
        return f"break of {self.origin}"


class DirectoryVersion(models.Model):
    """One published version of this node's keys.json, kept for ever."""

    version = models.PositiveIntegerField(primary_key=True)
    content_digest = models.BinaryField()
    keys_json = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("version",)

    def __str__(self) -> str:
        return f"keys.json {self.version}"


class Read(models.Model):
    """What an act of reading showed to whom, until the usage index has it; then ``subjects`` is empty.

    ``key`` tells one reading from another; ``subjects`` are pairs of a number and the salt (hex) under which the act's
    statement names it; ``sentence`` is what the subjects are told, by language.
    """

    act_id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=64, db_index=True)
    sentence = models.JSONField()
    subjects = models.JSONField()
    read_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"read {self.act_id}"
