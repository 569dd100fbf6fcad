import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from uruk.kernel.api import BAGHDAD


def fill(apps, schema_editor):
    """Months and hours of the cases that are there; why they were refused follows when they are written next."""
    rows = apps.get_model("services", "CaseStanding").objects
    for row in rows.only("pk", "arrived", "since", "turn").iterator():
        arrived, ended = row.arrived.astimezone(BAGHDAD), row.since.astimezone(BAGHDAD)
        closed = row.turn.startswith("closed:")
        rows.filter(pk=row.pk).update(
            arrived_month=arrived.year * 12 + arrived.month - 1,
            ended_month=ended.year * 12 + ended.month - 1 if closed else None,
            lasted_h=(ended - arrived).total_seconds() // 3600 if closed else None,
        )


class Migration(migrations.Migration):
    dependencies = [("services", "0007_mandates")]

    operations = [
        migrations.AddField("casestanding", "arrived_month", models.PositiveIntegerField(default=0), False),
        migrations.AddField("casestanding", "ended_month", models.PositiveIntegerField(null=True)),
        migrations.AddField("casestanding", "lasted_h", models.PositiveIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "casestanding",
            models.Index(fields=["institution", "service", "arrived_month", "state"], name="services_by_month"),
        ),
        migrations.AddIndex(
            "casestanding",
            models.Index(
                fields=["institution", "service", "ended_month", "lasted_h"],
                name="services_lasted",
                condition=Q(ended_month__isnull=False),
            ),
        ),
        migrations.CreateModel(
            name="CaseReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("institution", models.CharField(max_length=64)),
                ("service", models.CharField(max_length=64)),
                ("ended_month", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=64)),
                ("value", models.CharField(max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reasons", to="services.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution", "service", "ended_month", "kind", "name", "value"], name="services_why"
                    )
                ]
            },
        ),
    ]
