from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0067_mass_actions_further")]

    operations = [
        migrations.AddField(
            "scenario", "secrets", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)
        ),
    ]
