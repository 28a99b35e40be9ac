from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def make_individual(apps: Any, schema_editor: Any) -> None:
    """As §6 has it for the system statuses."""
    apps.get_model("desk", "Status").objects.filter(key__in=["new", "rejected"]).update(is_individual=True)


class Migration(migrations.Migration):
    dependencies = [("desk", "0051_templates_bring_along")]

    operations = [
        migrations.AddField("status", "is_individual", models.BooleanField(db_default=False, default=False)),
        migrations.RunPython(make_individual, migrations.RunPython.noop),
        migrations.CreateModel(
            name="OwnStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.employee"
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.status"),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="own_statuses", to="desk.task"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("task", "employee"), name="own_status_once")],
            },
        ),
    ]
