from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0066_delays_and_rules'),
    ]

    operations = [
        migrations.AlterField(
            model_name='massaction',
            name='operation',
            field=models.CharField(choices=[('status', 'Status'), ('complete', 'Complete'), ('assign', 'Assign'), ('pass_on', 'Pass On'), ('participant', 'Participant'), ('remove', 'Remove'), ('due', 'Due'), ('project', 'Project'), ('read', 'Read'), ('follow', 'Follow'), ('trash', 'Trash'), ('merge', 'Merge')], max_length=12),
        ),
    ]
