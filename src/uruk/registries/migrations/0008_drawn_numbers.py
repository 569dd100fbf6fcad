import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registries', '0007_approvers'),
    ]

    operations = [
        migrations.CreateModel(
            name='DrawnNumber',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('stem', models.CharField(max_length=64)),
                ('number', models.BigIntegerField()),
                ('registry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='registries.registry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('registry', 'stem', 'number'), name='registries_drawn_once')],
            },
        ),
    ]
