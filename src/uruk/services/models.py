"""Tables of cases: what each is pinned to, the acts of it, where it stands, and what is only held for a while."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from uruk.services.rounds.tables import Round, RoundCase, RoundEntry, RoundPassing, RoundProposal
from uruk.services.webhooks.tables import Delivery, Webhook

__all__ = [
    "Asking",
    "Case",
    "CaseAct",
    "CaseForgetting",
    "CaseStanding",
    "Consent",
    "Delivery",
    "Draft",
    "Hold",
    "PinnedService",
    "QueuedCase",
    "Round",
    "RoundCase",
    "RoundEntry",
    "RoundPassing",
    "RoundProposal",
    "Signature",
    "Webhook",
]


def short_number(case: UUID) -> str:
    """The end of a case's id, by which people name it."""
    return case.hex[-8:]


CLOSED = ("closed:granted", "closed:lapsed", "closed:refused", "closed:withdrawn")


class PinnedService(models.Model):
    """A service with every definition that it names, as they were when somebody submitted a case. Never changed.

    ``digest``: SHA-256 (hex) over ``files``; ``definition``: the digest under which the service was published.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    definition = models.CharField(max_length=64)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    files = models.JSONField()
    pinned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.institution}/{self.service} {self.digest[:12]}"


class Case(models.Model):
    """One run of a service for somebody. A fact once the first of its acts has its receipt.

    ``subject``: the applicant's national number; ``person``: the account that submitted it, None at a counter.
    ``lot``: drawn at random once, for queues that go by lot. ``number``: `short_number` of the id.
    """

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    pin = models.ForeignKey(PinnedService, on_delete=models.PROTECT, related_name="cases")
    subject = models.CharField(max_length=40, db_index=True)
    person = models.UUIDField(null=True, db_index=True)
    channel = models.CharField(max_length=16)
    lot = models.BigIntegerField()
    number = models.CharField(max_length=8, db_index=True)
    made_at = models.DateTimeField()

    class Meta:
        """Newest first, for whoever lists their own."""

        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"case {self.id}"


class Consent(models.Model):
    """That somebody agreed to an officer's acting for them; a fact once the act has its receipt.

    ``subject``: their national number. ``content``: what the act says, None once it is destroyed with its salt;
    ``digest``: of both, as the statement names it. ``case``: what was submitted under it.
    """

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    subject = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    person = models.UUIDField(null=True)
    role = models.CharField(max_length=64)
    content = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="consents")

    def __str__(self) -> str:
        return f"consent {self.act_id}"


class CaseAct(models.Model):
    """One act of a case, the ``seq``-th; true once it has its receipt. ``content`` None: forgotten, with its salt.

    ``mandate``: under which whoever acts does so for the applicant. ``program``: which of the institution's did it.
    ``digest``: of salt and content, as the act's statement names it.
    """

    act_id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    role = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    mandate = models.UUIDField(null=True)
    program = models.UUIDField(null=True)
    content = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()

    class Meta:
        """In order; of two that come at once only one is the next."""

        ordering = ("case_id", "seq")
        constraints = (models.UniqueConstraint(fields=("case", "seq"), name="services_case_seq"),)

    def __str__(self) -> str:
        return f"act {self.seq} of {self.case_id}"


class CaseStanding(models.Model):
    """Where a case stands, as its acts say: written with each receipt, never by hand, and made again from the acts.

    ``turn``: whose it is: ``task:ROLE``, ``task:applicant``, ``wait:PARTY PARTY``, or ``closed:HOW``. ``entry``: the
    act by which it entered its state. ``outstanding``: effects of that state that have no outcome, or
    failed; ``failed``: those that did. ``error``: why the case cannot go on. ``kept``: it may not be forgotten.
    ``arrived_month``, ``ended_month``: counted from the year 0 (year * 12 + month - 1), in Baghdad; ``lasted_h``: whole
    hours from the submission to the end. Both are None while it is not closed.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="standing")
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    state = models.CharField(max_length=64)
    entry = models.PositiveIntegerField()
    turn = models.CharField(max_length=255)
    since = models.DateTimeField()
    due = models.DateField(null=True)
    arrived = models.DateTimeField()
    outstanding = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    error = models.CharField(max_length=100, default="")
    kept = models.BooleanField(default=False)
    arrived_month = models.PositiveIntegerField()
    ended_month = models.PositiveIntegerField(null=True)
    lasted_h = models.PositiveIntegerField(null=True)

    class Meta:
        """Found by how long they may still last, by whose turn it is, and those that ended by how long ago."""

        indexes = (
            models.Index(
                fields=("institution", "service", "since"),
                name="services_closed",
                condition=Q(turn__in=CLOSED, kept=False, outstanding=0),
            ),
            models.Index(fields=("institution", "service", "turn"), name="services_turn"),
            # Numbers are counted from these alone.
            models.Index(fields=("institution", "service", "arrived_month", "state"), name="services_by_month"),
            models.Index(
                fields=("institution", "service", "ended_month", "lasted_h"),
                name="services_lasted",
                condition=Q(ended_month__isnull=False),
            ),
            models.Index(fields=("institution", "due"), name="services_due"),
            models.Index(
                fields=("institution", "service", "state"), name="services_left", condition=Q(outstanding__gt=0)
            ),
            models.Index(fields=("institution", "service", "arrived", "case"), name="services_in_order"),
            models.Index(fields=("institution", "service", "state", "arrived", "case"), name="services_in_state"),
            models.Index(
                fields=("institution", "since"), name="services_trouble", condition=Q(failed__gt=0) | ~Q(error="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class CaseForgetting(models.Model):
    """That a case was forgotten: when, and how many acts it had. A fact once the act has its receipt."""

    act_id = models.UUIDField(primary_key=True)
    case = models.UUIDField(unique=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    acts = models.PositiveIntegerField()
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"forgetting of {self.case}"


class CaseReason(models.Model):
    """Why a case stands refused: written with its standing, and counted; it says nothing that anybody typed.

    ``kind``: `condition` (``name``: the one that failed), `ground` (``name``: a choice that an officer made, ``value``:
    what they chose), or `way` where there is neither (``name``: the state it came from, ``value``: how).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reasons")
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    ended_month = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=64)
    value = models.CharField(max_length=64)

    class Meta:
        """Counted by what they say."""

        indexes = (
            models.Index(
                fields=("institution", "service", "ended_month", "kind", "name", "value"), name="services_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.value}"


class QueuedCase(models.Model):
    """That a case is in the queue of a role; written with the standing.

    ``place``: in the queue, the moment of arrival or the lot. ``assigned``: to whom a supervisor gave it. ``barred``:
    who may not have it, because they proposed or decided what another shall look at.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="queued")
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    place = models.BigIntegerField()
    assigned = models.UUIDField(null=True)
    barred = models.JSONField(default=list)

    class Meta:
        """A queue is read from its beginning; nobody stands in it twice."""

        ordering = ("place", "case_id")
        indexes = (
            models.Index(fields=("institution", "service", "role", "place", "case"), name="services_queue"),
            models.Index(
                fields=("institution", "assigned", "role"), name="services_given", condition=Q(assigned__isnull=False)
            ),
        )
        constraints = (models.UniqueConstraint(fields=("case", "role"), name="services_queued_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} of {self.role}"


class Hold(models.Model):
    """That an officer has a case before them, so that nobody else is given it; no act, and it ends by itself."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="hold")
    person = models.UUIDField()
    role = models.CharField(max_length=64)
    institution = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        """An officer finds what they have."""

        indexes = (models.Index(fields=("person", "institution", "role"), name="services_hold_of"),)

    def __str__(self) -> str:
        return f"hold of {self.case_id}"


class Asking(models.Model):
    """How often a fact, or an effect elsewhere, was asked for in vain, and when it is asked for again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="askings")
    what = models.CharField(max_length=100)
    tries = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    next_at = models.DateTimeField()
    error = models.CharField(max_length=100)
    detail = models.CharField(max_length=200)

    class Meta:
        """One of each for a case."""

        constraints = (models.UniqueConstraint(fields=("case", "what"), name="services_asking_once"),)

    def __str__(self) -> str:
        return f"{self.what} of {self.case_id}"


class Signature(models.Model):
    """The first signature over an action that needs two, and the bytes that were signed."""

    act_id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signatures")
    proposal = models.BinaryField()
    approval = models.BinaryField()

    def __str__(self) -> str:
        return f"signature of {self.act_id}"


class KeptFile(models.Model):
    """That a file was handed in for a draft, and so for the case with its id: what nobody has any more is deleted."""

    of = models.UUIDField()
    sha256 = models.CharField(max_length=64, db_index=True)
    kept_at = models.DateTimeField()

    class Meta:
        """The same file is one of a draft."""

        constraints = (models.UniqueConstraint(fields=("of", "sha256"), name="services_kept_once"),)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} of {self.of}"


class Draft(models.Model):
    """What somebody has answered so far, as typed; no act, and deleted after 30 days.

    ``person``: whose it is, where they were signed in. ``code``: of the ten digits by which it is found again, under a
    key of the node (hex), empty once five wrong years were tried; ``token``: the same of what whoever resumed it holds.
    ``definition``: the service's digest when it was last saved. ``facts``: what holders said meanwhile. ``consent``:
    under which an officer goes on with it at a counter. ``applicant``: for whom it is (number, kind, born), where that
    is another than who began it.
    """

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    person = models.UUIDField(null=True, db_index=True)
    code = models.CharField(max_length=64, db_index=True)
    born_year = models.PositiveSmallIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=64)
    definition = models.CharField(max_length=64)
    answers = models.JSONField()
    facts = models.JSONField()
    consent = models.UUIDField(null=True)
    applicant = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_index=True)
    saved_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-saved_at", "-id")

    def __str__(self) -> str:
        return f"draft {self.id}"
