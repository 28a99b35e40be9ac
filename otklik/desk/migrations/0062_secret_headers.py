from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0061_hidden_comments")]

    operations = [
        migrations.AddField(
            "scenario", "secrets", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)
        ),
    ]
