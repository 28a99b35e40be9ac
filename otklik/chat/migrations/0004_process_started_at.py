import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_presence_unlogged")]

    operations = [
        migrations.AddField(
            model_name="process",
            name="started_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
