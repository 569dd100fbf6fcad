import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("services", "0009_piles")]

    operations = [
        migrations.AddField("caseact", "program", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("act_id", models.UUIDField(primary_key=True, serialize=False)),
                ("institution", models.CharField(db_index=True, max_length=64)),
                ("url", models.CharField(max_length=500)),
                ("services", models.JSONField()),
                ("events", models.JSONField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_act", models.UUIDField(null=True)),
                ("sending_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("last_status", models.PositiveSmallIntegerField(null=True)),
                ("last_error", models.CharField(default="", max_length=100)),
            ],
            options={"ordering": ("institution", "since", "act_id")},
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("act", models.UUIDField()),
                ("said", models.JSONField()),
                ("made_at", models.DateTimeField(db_index=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("given_up_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="services.case"
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="services.webhook"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        fields=("webhook", "id"),
                        name="services_untold",
                        condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("webhook", "act"), name="services_told_once")],
            },
        ),
    ]
