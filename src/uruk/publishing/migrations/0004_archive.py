"""Definitions are archived by two persons."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One new table; the release before does not know it and is not disturbed."""

    dependencies = (("publishing", "0003_exchange"),)

    operations = (
        migrations.CreateModel(
            name="DefinitionArchive",
            fields=[
                ("act_id", models.UUIDField(primary_key=True, serialize=False)),
                ("publication", models.UUIDField(db_index=True)),
                ("archived_at", models.DateTimeField()),
            ],
        ),
    )
