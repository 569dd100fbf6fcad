from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('acts', '0004_identity_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='institutionkey',
            name='heard_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='institutionkey',
            name='takes_over_at',
            field=models.DateTimeField(null=True),
        ),
    ]
