from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_mandate")]

    operations = [
        migrations.AddField("program", "services", models.JSONField(default=list, db_default=[])),
    ]
