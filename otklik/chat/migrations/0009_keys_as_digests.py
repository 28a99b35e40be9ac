from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0008_administration'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='site',
            name='secret_key',
        ),
    ]
