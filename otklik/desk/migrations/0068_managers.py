from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# key, view, change status, edit (contracts/planfix-behaviour.md §7)
ROLES = [
    ("assigner_manager", True, True, True),
    ("assignee_manager", True, True, False),
    ("participant_manager", True, False, False),
]


def add_roles(apps: Any, schema_editor: Any) -> None:
    roles = apps.get_model("desk", "Role").objects
    for key, view, change_status, edit in ROLES:
        rights = {"may_view": view, "may_change_status": change_status, "may_edit": edit, "is_notified": False}
        roles.get_or_create(key=key, defaults=rights)


class Migration(migrations.Migration):
    dependencies = [("desk", "0067_mass_actions_further")]

    operations = [
        migrations.AddField(
            model_name="employee",
            name="manager",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="desk.employee",
            ),
        ),
        migrations.RunPython(add_roles, migrations.RunPython.noop),
    ]
