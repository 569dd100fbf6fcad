from django.db import migrations, models


class Migration(migrations.Migration):
    """Cases of a rare state are found without walking over all that arrived."""

    dependencies = [("services", "0010_programs_and_webhooks")]

    operations = [
        migrations.RemoveIndex("casestanding", "services_arrived"),
        migrations.AddIndex(
            "casestanding",
            models.Index(fields=("institution", "service", "arrived", "case"), name="services_in_order"),
        ),
        migrations.AddIndex(
            "casestanding",
            models.Index(fields=("institution", "service", "state", "arrived", "case"), name="services_in_state"),
        ),
    ]
