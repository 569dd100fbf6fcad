from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("services", "0008_numbers")]

    operations = [
        migrations.AddIndex(
            "casestanding",
            models.Index(
                fields=("institution", "service", "state"), name="services_left", condition=Q(outstanding__gt=0)
            ),
        ),
        migrations.AddIndex(
            "queuedcase",
            models.Index(
                fields=("institution", "assigned", "role"), name="services_given", condition=Q(assigned__isnull=False)
            ),
        ),
    ]
