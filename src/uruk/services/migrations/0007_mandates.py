from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0006_kept_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='caseact',
            name='mandate',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='applicant',
            field=models.JSONField(default=dict),
        ),
    ]
