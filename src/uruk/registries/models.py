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

    @property
    def by_program(self) -> bool:
        """Whether a program of the institution asked."""
        return self.channel == "rest"

    @property
    def unsigned(self) -> bool:
        """Whether its author signs nothing, a citizen or a program: an officer takes it up."""
        return bool(self.by_citizen) or self.by_program


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
    person = models.UUIDField(null=True)  # who accepted; their signature stands in the act's statement
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


class Reservation(models.Model):
    """A part of a record's capacity that a holder asked for. ``holder`` and ``reservation`` are chosen by the asker.

    What became of it stands in its steps; the amount that is taken stands with the record.
    """

    id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="reservations")
    holder = models.CharField(max_length=255)
    reservation = models.UUIDField()
    rid = models.BigIntegerField()
    record = models.UUIDField(db_index=True)
    amount = models.BigIntegerField()
    made_at = models.DateTimeField()
    held_until = models.DateTimeField()

    class Meta:
        """One of each number for a holder."""

        ordering = ("made_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("registry", "holder", "reservation"), name="registries_reservation_once"),
        )

    def __str__(self) -> str:
        return f"reservation {self.reservation}"


class DrawnNumber(models.Model):
    """A number of a registry's series that was drawn; ``id`` is of what it was drawn for, which gets it once.

    ``stem``: all of it but the number (`FC-2026-{number}`). No fact of a record: it is drawn before there is one.
    """

    id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="drawn")
    stem = models.CharField(max_length=64)
    number = models.BigIntegerField()

    class Meta:
        """No number is drawn twice."""

        constraints = (models.UniqueConstraint(fields=("registry", "stem", "number"), name="registries_drawn_once"),)

    def __str__(self) -> str:
        return f"{self.stem} {self.number}"


class ReservationStep(models.Model):
    """What became of a reservation, by which act; true once that act has its receipt. ``turn`` counts from 1."""

    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="steps")
    turn = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    act_id = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        """In order; two that come at once cannot both be the next."""

        ordering = ("turn",)
        constraints = (models.UniqueConstraint(fields=("reservation", "turn"), name="registries_step_once"),)

    def __str__(self) -> str:
        return f"{self.state} {self.reservation_id}"


class DuplicateProposal(models.Model):
    """Two records that may be one person, waiting for a decision. Made from the records, and made again from them."""

    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="duplicates")
    one = models.UUIDField()
    other = models.UUIDField(db_index=True)
    score = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        """Most alike first; each pair once."""

        ordering = ("-score", "id")
        indexes = (models.Index(fields=("registry", "-score", "id"), name="registries_duplicate_next"),)
        constraints = (models.UniqueConstraint(fields=("registry", "one", "other"), name="registries_duplicate_once"),)

    def __str__(self) -> str:
        return f"{self.one} {self.other}"


class KeptApart(models.Model):
    """That a person decided that two records are two persons; true once the act has its receipt."""

    act_id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="kept_apart")
    one = models.UUIDField(db_index=True)
    other = models.UUIDField(db_index=True)
    person = models.UUIDField(null=True)
    reason = models.TextField()
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.one} is not {self.other}"


class Import(models.Model):
    """Many records from one file. The file itself lies beside the database, and is destroyed afterwards.

    Two passes go through it, each remembering where it is: `checked_*`, then `written_*` (place in bytes, rows before
    it). `good`, `bad`, `same` count rows that were found right, wrong, and without anything new. `heading`: what its
    first line was understood as. `form`: digest of the definition it was checked under.
    """

    id = models.UUIDField(primary_key=True)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="imports")
    file_format = models.CharField(max_length=8)
    way = models.CharField(max_length=8)
    mode = models.CharField(max_length=8)
    file_sha256 = models.CharField(max_length=64)
    file_size = models.BigIntegerField()
    author = models.UUIDField(null=True)
    author_role = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    reason = models.TextField()
    evidence = models.JSONField()
    form = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_index=True)
    heading = models.JSONField(null=True)
    rows_size = models.BigIntegerField(default=0)
    checked_at_byte = models.BigIntegerField(default=0)
    checked_rows = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    proposal = models.BinaryField(null=True)
    asked_at = models.DateTimeField(null=True)
    written_at_byte = models.BigIntegerField(default=0)
    written_rows = models.IntegerField(default=0)
    written = models.IntegerField(default=0)
    request = models.UUIDField(null=True)
    failure = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancelled = models.BooleanField(default=False)
    file_gone = models.BooleanField(default=False)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"import {self.id}"


class ImportProblem(models.Model):
    """What is wrong with a row: at which field ("" for the whole), which error with which values."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    row = models.IntegerField()
    field = models.CharField(max_length=200)
    code = models.CharField(max_length=100)
    values = models.JSONField()

    class Meta:
        """As they stand in the file."""

        ordering = ("row", "id")

    def __str__(self) -> str:
        return f"{self.code} in row {self.row}"


class ImportLikeness(models.Model):
    """That a row may be about whom a record is about already."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="likenesses")
    row = models.IntegerField()
    record = models.UUIDField()
    score = models.PositiveSmallIntegerField()

    class Meta:
        """Most alike first."""

        ordering = ("-score", "row", "id")

    def __str__(self) -> str:
        return f"row {self.row} is like {self.record}"


class ImportSubmission(models.Model):
    """The approval of an import by who proposes it: from then on another person may approve it."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="submission")
    person = models.UUIDField()
    approval = models.BinaryField()
    submitted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"submission of {self.of_id}"


class ImportApproval(models.Model):
    """That two persons approved an import, by which act; true once that act has its receipt."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="approval")
    act_id = models.UUIDField(unique=True)
    person = models.UUIDField(null=True)
    approved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"approval of {self.of_id}"


class ImportedSet(models.Model):
    """One act by which rows of an import were written: after which row of the file they begin, how many versions."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="sets")
    act_id = models.UUIDField(unique=True)
    after_row = models.IntegerField()
    written = models.IntegerField()

    class Meta:
        """As they stand in the file."""

        ordering = ("after_row", "id")

    def __str__(self) -> str:
        return f"act {self.act_id} of {self.of_id}"
