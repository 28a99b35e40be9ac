from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('desk', '0068_managers')]

    operations = [
        migrations.AddField(
            "scenario", "secrets", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)
        ),
    ]
