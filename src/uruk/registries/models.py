"""Tables that all registries share; each registry's own are made when it is published (`tables.py`)."""

from django.db import models


class Registry(models.Model):
    """A registry that this node keeps. Its number names its tables."""

    number = models.AutoField(primary_key=True)
    institution = models.CharField(max_length=64)
    code = models.CharField(max_length=64)

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
