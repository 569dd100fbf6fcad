from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0003_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.UUIDField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("of", "sha256"), name="services_kept_once")],
            },
        ),
    ]
