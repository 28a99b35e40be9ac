import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0065_own_time_and_absences")]

    operations = [
        migrations.AddField("statusset", "accepts_own", models.BooleanField(db_default=True, default=True)),
        migrations.AddField("statusset", "waits_for_acceptance", models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name="Delay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(db_index=True)),
                (
                    "back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.status",
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="delay", to="desk.task"
                    ),
                ),
            ],
        ),
    ]
