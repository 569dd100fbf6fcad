"""Tables of people: persons and what they claim, offices, sightings, sign-ins. Rules stand in ``domain``."""

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from uruk.acts.api import find_models, stored
from uruk.kernel.api import new_id


class PersonManager(BaseUserManager["Person"]):
    """Finds persons by officer name where Django asks for a natural key."""


class Person(AbstractBaseUser):
    """An account of a human being. What it claims stands in papers; what it may do, in offices.

    ``first_password``: the password was chosen by who appointed the officer, and must be changed before anything else.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer_name = models.CharField(max_length=64, unique=True, null=True)
    names = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)
    first_password = models.BooleanField(default=False)

    USERNAME_FIELD = "officer_name"
    REQUIRED_FIELDS: tuple[str, ...] = ()
    objects = PersonManager()

    class Meta:
        """Persons, by the time of their account."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.officer_name or str(self.id)

    def name(self, lang: str) -> str:
        """The person's name in a language, or as they typed it; empty where they gave none."""
        return str(self.names.get(lang) or next(iter(self.names.values()), ""))


class Paper(models.Model):
    """A number somebody claims as theirs. Several persons may claim one; only a sighting says whose it is."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    claimed_at = models.DateTimeField()

    class Meta:
        """A person claims a number once."""

        constraints = (models.UniqueConstraint(fields=("person", "kind", "number"), name="people_paper_once"),)
        indexes = (models.Index(fields=("number", "kind"), name="people_paper_number"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Sighting(models.Model):
    """Somebody with authority compared the paper with the person, or handed the person a code. An act each."""

    act_id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sightings")
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    institution = models.CharField(max_length=64)
    by = models.UUIDField(null=True)
    how = models.CharField(max_length=16)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_act = models.UUIDField(null=True)

    class Meta:
        """A number belongs to one person at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number"), condition=Q(ended_at__isnull=True), name="people_seen_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id} seen"


class HandOverCode(models.Model):
    """A code given to the holder of a number together with a document; only its keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    institution = models.CharField(max_length=64)
    by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code of {self.institution}"


class Office(models.Model):
    """A role a person holds in an institution for a period; ``until`` is exclusive, empty means no end yet.

    ``ended_at`` counts once the act that ended it early has its receipt.
    """

    act_id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    institution = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_act = models.UUIDField(null=True)

    class Meta:
        """By institution, then role."""

        ordering = ("institution", "role", "since")

    def __str__(self) -> str:
        return f"{self.role} in {self.institution}"


class Program(models.Model):
    """A program of an institution: the role in which its token acts, on which registries and services, for how long.

    ``digest``: SHA-256 (hex) of the token, which is kept nowhere. ``ended_at`` counts once the act that ended it early
    has its receipt.
    """

    act_id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    registries = models.JSONField()
    services = models.JSONField(default=list, db_default=[])
    names = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_act = models.UUIDField(null=True)

    class Meta:
        """By institution, then role."""

        ordering = ("institution", "role", "since")

    def __str__(self) -> str:
        return f"program {self.act_id}"


class SignIn(models.Model):
    """One session of a person, as its owner sees it and may end it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    device = models.CharField(max_length=200)
    desk = models.BooleanField()
    second_factor = models.CharField(max_length=16, default="")
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Latest first."""

        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return f"sign-in of {self.person_id}"


class Attempt(models.Model):
    """One failed try, under a keyed digest of who tried and at what; forgotten when its window has passed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Counted by key and time."""

        indexes = (models.Index(fields=("key", "at"), name="people_attempt_key"),)

    def __str__(self) -> str:
        return "failed try"


class Passkey(models.Model):
    """A registered passkey: what it verifies under. Kept after removal, for what it approved stays to be checked."""

    credential = models.CharField(max_length=1400, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passkeys")
    key = models.BinaryField()
    sign_count = models.BigIntegerField()
    authenticator = models.BigIntegerField(null=True)
    registered_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """Oldest first."""

        ordering = ("registered_at",)

    def __str__(self) -> str:
        return f"passkey of {self.person_id}"


class UsedAssertion(models.Model):
    """A passkey assertion that has approved something: it never approves again."""

    digest = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class Mandate(models.Model):
    """That somebody may act for another, or for a company, as a register says; a fact once its act has its receipt.

    ``kind``: guardian, company or institution. ``subject``: the number of whom they act for; ``name`` how the register
    calls them, ``born`` the day on which a child was born.
    ``institution``: who asked the register and used the answer; ``source``: institution, registry and mandate of it;
    ``reference``: the message or the record by which it was told. ``good_until``: it is asked for anew after that.
    """

    act_id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=40)
    name = models.JSONField()
    born = models.DateField(null=True)
    institution = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    reference = models.CharField(max_length=100)
    since = models.DateTimeField()
    good_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_act = models.UUIDField(null=True)

    class Meta:
        """What a register says of two is one mandate at an institution, as long as it says so."""

        constraints = (
            models.UniqueConstraint(
                fields=("person", "institution", "source", "subject"),
                condition=Q(ended_at__isnull=True),
                name="people_mandate_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


def person_by_id(person_id: UUID) -> Person | None:
    """Return the active person with the id, or None."""
    found = find_models(Person, "WHERE id = %s", stored(Person._meta.pk, person_id))
    return next((one for one in found if one.is_active), None)
