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
