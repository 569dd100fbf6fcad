"""What other systems called what lies here: the one thing of GovStack's interfaces that is kept."""

from django.db import models


class GovstackRegistry(models.Model):
    """A registry that was described by GovStack's interface, with the names that the caller gave.

    `fields`: their name of each field (`FirstName`, inside another `Child.ID`) → ours. `versions`: their word for a
    version → the digest of the definition. `schema`: the JSON schema as it was sent. `number`: the database's id.
    """

    institution = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=120, unique=True)
    number = models.BigIntegerField(unique=True)
    acronym = models.CharField(max_length=120, blank=True)
    fields = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    schema = models.JSONField(default=dict)

    class Meta:
        """One for each registry, and none for those that the folder describes."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("institution", "code"), name="rest_govstack_registry"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.institution}/{self.code}"


class GovstackName(models.Model):
    """What a caller calls a service, a form, a case or a task: `name` of a `kind` is our `target`."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=200)

    class Meta:
        """A name is one thing's; a thing may have several names, the first of which it is told by."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("kind", "name"), name="rest_govstack_name"),)
        indexes = (models.Index(fields=("kind", "target"), name="rest_govstack_target"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
