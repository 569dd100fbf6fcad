from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_preparation'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='series',
            field=models.CharField(db_default='', default='', max_length=200),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('series', ''), _negated=True), fields=['institution', 'type_code', 'series'], name='documents_series'),
        ),
    ]
