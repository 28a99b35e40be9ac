import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_calendars"), ("desk", "0064_merging_many")]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="From")),
                ("until", models.DateField(verbose_name="Until")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "Holiday"), ("ill", "Illness"), ("other", "Other")],
                        default="holiday",
                        max_length=10,
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="desk.employee"
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.employee",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["until", "employee"], name="absence_until")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="absence_ends_after_begin"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="employee",
            name="calendar",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.calendar",
            ),
        ),
        migrations.AddField(
            model_name="scenario",
            name="of_assignees",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
