"""Consents at a counter, and cases found by their number and by when they arrived."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def number_cases(apps: Any, _: Any) -> None:
    """Each case that there is gets the number that its id ends in."""
    rows = apps.get_model("services", "Case").objects.filter(number="")
    while batch := list(rows.only("id")[:1000]):
        for row in batch:
            row.number = row.id.hex[-8:]
        rows.model.objects.bulk_update(batch, ["number"])


class Migration(migrations.Migration):
    dependencies = [("services", "0002_rounds_and_forgetting")]

    operations = [
        migrations.AddField("case", "number", models.CharField(default="", max_length=8), preserve_default=False),
        migrations.RunPython(number_cases, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("case", "number", models.CharField(db_index=True, max_length=8)),
        migrations.AddField("draft", "consent", models.UUIDField(null=True)),
        migrations.AddIndex(
            "casestanding", models.Index(fields=["institution", "arrived", "case"], name="services_arrived")
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("act_id", models.UUIDField(primary_key=True, serialize=False)),
                ("institution", models.CharField(max_length=64)),
                ("service", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=40)),
                ("at", models.DateTimeField(db_index=True)),
                ("person", models.UUIDField(null=True)),
                ("role", models.CharField(max_length=64)),
                ("content", models.TextField(null=True)),
                ("salt", models.BinaryField(null=True)),
                ("digest", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="services.case",
                    ),
                ),
            ],
        ),
    ]
