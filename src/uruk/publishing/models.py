"""Tables of publishing: what was published, with every file it rests on, and the country as it was last loaded."""

from django.db import models


class PublishedDefinition(models.Model):
    """One publication of a definition; it counts once its act has its receipt. ``files`` is path → base64."""

    act_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    institution = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    files = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-published_at", "-act_id")
        indexes = (models.Index(fields=("kind", "institution", "code"), name="publishing_definition"),)

    def __str__(self) -> str:
        return f"{self.institution}/{self.code} {self.digest[:8]}"


class DefinitionArchive(models.Model):
    """That two persons archived what a publication put in force; it counts once its act has its receipt.

    A later publication of the same definition takes it up again.
    """

    act_id = models.UUIDField(primary_key=True)
    publication = models.UUIDField(db_index=True)
    archived_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"archive of {self.publication}"


class LoadedCountry(models.Model):
    """A country's folder as it was loaded; the one loaded last is what pages show. ``files`` is path → base64."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, db_index=True)
    code = models.CharField(max_length=40)
    files = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.code} {self.digest[:8]}"


class Proposal(models.Model):
    """What two persons are asked to approve: `body` is exactly what their passkeys sign. Its state is computed."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    institution = models.CharField(max_length=64)
    body = models.BinaryField()
    attachment = models.BinaryField(default=bytes)
    proposer = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        """The oldest first."""

        ordering = ("made_at", "id")
        indexes = (models.Index(fields=("institution", "kind"), name="publishing_prop_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class ProposalApproval(models.Model):
    """One person's approval of a proposal (deterministic CBOR)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="approvals")
    person = models.UUIDField()
    role = models.CharField(max_length=40)
    approval = models.BinaryField()
    approved_at = models.DateTimeField()

    class Meta:
        """The first first; no person twice."""

        ordering = ("approved_at", "id")
        constraints = (models.UniqueConstraint(fields=("proposal", "person"), name="publishing_approval_once"),)

    def __str__(self) -> str:
        return f"approval of {self.proposal_id}"


class ProposalRefusal(models.Model):
    """That a proposal was closed without being done, and why; without a person: by the node, as it had no ground."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, primary_key=True, related_name="refusal")
    person = models.UUIDField(null=True)
    reason = models.TextField()
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"refusal of {self.proposal_id}"


class ProposalDecision(models.Model):
    """By which act a proposal is carried out; it counts once that act has its receipt."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    act_id = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return f"decision of {self.proposal_id}"


class Connection(models.Model):
    """Where a subsystem is reached, and how its information system proves to be it; the newest that counts stands."""

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    system = models.CharField(max_length=40)
    facts = models.JSONField()
    connected_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-connected_at", "-act_id")
        indexes = (models.Index(fields=("institution", "system"), name="publishing_connected"),)

    def __str__(self) -> str:
        return f"connection of {self.institution}/{self.system}"


class Admission(models.Model):
    """A certificate by which an information system proves to be a subsystem, until an act ends it."""

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    system = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    certificate = models.TextField()
    admitted_at = models.DateTimeField()
    ended_by_act = models.UUIDField(null=True)

    class Meta:
        """Oldest first."""

        ordering = ("admitted_at", "act_id")
        indexes = (models.Index(fields=("institution", "system"), name="publishing_admitted"),)

    def __str__(self) -> str:
        return f"admission of {self.institution}/{self.system}"


class AgreementApproval(models.Model):
    """That two persons of an institution of this node approved an agreement, with the files it was frozen with."""

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    provider = models.CharField(max_length=64)
    code = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    files = models.JSONField()
    approved_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-approved_at", "-act_id")
        indexes = (models.Index(fields=("digest", "institution"), name="publishing_agreed"),)

    def __str__(self) -> str:
        return f"{self.institution} approved {self.provider}/{self.code}"


class AgreementEnd(models.Model):
    """That two persons of an institution of this node ended an agreement."""

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, db_index=True)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.institution} ended {self.digest[:16]}"


class ForeignReceipt(models.Model):
    """The verified receipt by which the other party, on another node, approved or ended an agreement."""

    digest = models.CharField(max_length=64)
    institution = models.CharField(max_length=64)
    ends = models.BooleanField()
    receipt = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        """One of each."""

        constraints = (
            models.UniqueConstraint(fields=("digest", "institution", "ends"), name="publishing_foreign_receipt"),
        )

    def __str__(self) -> str:
        return f"receipt of {self.institution} about {self.digest[:16]}"


class ForeignName(models.Model):
    """What another system calls something of ours; see ``publishing.names``."""

    id = models.BigAutoField(primary_key=True)
    system = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    class Meta:
        """A name is one thing's; a thing may have several."""

        constraints = (models.UniqueConstraint(fields=("system", "kind", "name"), name="publishing_foreign_name"),)
        indexes = (models.Index(fields=("system", "kind", "target"), name="publishing_named"),)

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.name}"
