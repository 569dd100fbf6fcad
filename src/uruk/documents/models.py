"""Tables of documents: drafts change, everything after them is only ever added to."""

from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """A document in preparation. Its state follows from the proposals and returns that hang on it.

    ``drafter``: nobody yet where a case prepared it; whoever submits it then.
    """

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=40)
    type_code = models.CharField(max_length=40)
    way = models.CharField(max_length=8)
    values = models.JSONField()
    original_sha256 = models.BinaryField(null=True)
    original_size = models.PositiveIntegerField(null=True)
    original_pages = models.PositiveIntegerField(null=True)
    extendable = models.BooleanField(default=True)
    page_width = models.PositiveIntegerField(default=0)
    replaces = models.UUIDField(null=True)
    drafter = models.UUIDField(null=True)
    drafter_role = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """An institution's drafts, newest first."""

        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=("institution", "-changed_at"), name="documents_draft_recent"),)

    def __str__(self) -> str:
        return f"{self.institution}/{self.type_code} {self.id}"


class Preparation(models.Model):
    """That a case prepared the draft with this id. It stays when the draft is deleted, so that none is made again.

    ``reference``: of the case, by which whoever had it prepared finds it again; ``service``: whose case it is.
    """

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=40)
    type_code = models.CharField(max_length=40)
    service = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, db_index=True)
    prepared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.institution}/{self.type_code} for {self.service} {self.reference}"


class StatusSlot(models.Model):
    """A place in a status list, drawn at random and taken by one proposal for ever."""

    institution = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    index = models.PositiveIntegerField()

    class Meta:
        """No place is taken twice."""

        constraints = (models.UniqueConstraint(fields=("institution", "year", "index"), name="documents_slot_once"),)

    def __str__(self) -> str:
        return f"{self.institution}/{self.year} {self.index}"


class Proposal(models.Model):
    """The exact bytes that both officers sign. ``id`` becomes the document's.

    A returned draft gets a new proposal: ``turn`` counts them from 1, as no clock could.
    """

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="proposals")
    body = models.BinaryField()
    number = models.CharField(max_length=12, unique=True)
    holder = models.CharField(max_length=12, default="")
    holder_salt = models.BinaryField(null=True)
    turn = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        """Newest last."""

        ordering = ("turn",)
        constraints = (models.UniqueConstraint(fields=("draft", "turn"), name="documents_proposal_turn"),)

    def __str__(self) -> str:
        return str(self.id)


class Submission(models.Model):
    """The drafting officer's approval of a proposal (deterministic CBOR)."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, primary_key=True, related_name="submission")
    approval = models.BinaryField()
    person = models.UUIDField()
    submitted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"submission of {self.proposal_id}"


class Return(models.Model):
    """A proposal that came back to the drafting officer, with the reason."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, primary_key=True, related_name="returned")
    reason = models.TextField()
    person = models.UUIDField()
    returned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"return of {self.proposal_id}"


class Document(models.Model):
    """A released document. It is a fact once its act has a receipt.

    ``series``: of those of a type with the same one only the newest holds; empty where the type says nothing of it.
    """

    id = models.UUIDField(primary_key=True)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="document")
    institution = models.CharField(max_length=40)
    type_code = models.CharField(max_length=40)
    number = models.CharField(max_length=12, unique=True)
    check_code = models.CharField(max_length=10)
    holder = models.CharField(max_length=12, default="", db_index=True)
    search = models.TextField()
    issued = models.DateField()
    expires = models.DateField(null=True)
    replaces = models.UUIDField(null=True)
    series = models.CharField(max_length=200, default="", db_default="")
    list_year = models.PositiveSmallIntegerField()
    list_index = models.PositiveIntegerField()
    code = models.BinaryField()
    released_by = models.UUIDField()
    released_at = models.DateTimeField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        """An institution's documents, newest first."""

        ordering = ("-released_at", "-id")
        indexes = (
            models.Index(fields=("institution", "-released_at"), name="documents_recent"),
            models.Index(
                fields=("institution", "type_code", "series"), name="documents_series", condition=~Q(series="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution}/{self.type_code} {self.number}"


class Rendition(models.Model):
    """A stored file of a document: first as sealed, later the same bytes followed by a timestamp."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=16)
    sha256 = models.BinaryField()
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        """Newest last; one of each kind."""

        ordering = ("made_at", "id")
        constraints = (models.UniqueConstraint(fields=("document", "kind"), name="documents_rendition_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id}"


class Revocation(models.Model):
    """That a document was revoked or replaced, why, and by which act."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, primary_key=True, related_name="revocation")
    reason = models.CharField(max_length=40)
    note = models.TextField()
    replaced_by = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    revoked_at = models.DateTimeField()
    act_id = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return f"revocation of {self.document_id}"


class Check(models.Model):
    """That a document was checked: when and how. Who checked is not kept."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="checks")
    how = models.CharField(max_length=16)
    checked_at = models.DateTimeField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        """Newest first."""

        ordering = ("-checked_at", "-act_id")

    def __str__(self) -> str:
        return f"{self.how} {self.document_id}"
