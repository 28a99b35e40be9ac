from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0063_parts_of_feeds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='massaction',
            name='operation',
            field=models.CharField(choices=[('status', 'Status'), ('complete', 'Complete'), ('assign', 'Assign'), ('pass_on', 'Pass On'), ('participant', 'Participant'), ('trash', 'Trash'), ('merge', 'Merge')], max_length=12),
        ),
    ]
