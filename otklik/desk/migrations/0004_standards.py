from typing import Any

from django.db import migrations

# key, colour, active (contracts/planfix-behaviour.md §6)
STATUSES = [
    ("draft", "grey", False),
    ("new", "blue", True),
    ("in_progress", "teal", True),
    ("done", "green", True),
    ("completed", "grey", False),
    ("delayed", "violet", False),
    ("rejected", "red", False),
    ("cancelled", "grey", False),
]

# key, view, change status, edit, notified of being added (§7, §9)
ROLES = [
    ("assigner", True, True, True, False),
    ("assignee", True, True, False, True),
    ("participant", True, False, False, False),
    ("auditor", True, True, True, False),
    ("counterparty", False, False, False, False),
]


def add_standards(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("desk", name).objects

    model("Counter").bulk_create(
        [model("Counter").model(name=name, value=value) for name, value in (("event", 0), ("number", 1), ("contact", 0))]
    )
    statuses = model("StatusSet").create(key="standard")
    for place, (key, colour, is_active) in enumerate(STATUSES):
        model("Status").create(set=statuses, key=key, colour=colour, is_active=is_active, place=place)
    for key, view, change_status, edit, notified in ROLES:
        model("Role").create(
            key=key, may_view=view, may_change_status=change_status, may_edit=edit, is_notified=notified
        )
    model("TaskTemplate").create(number=1, key="standard", status_set=statuses)
    model("ContactTemplate").create(key="contact")
    model("ContactTemplate").create(key="company", is_company=True)


class Migration(migrations.Migration):
    """What every desk starts with: statuses, roles, the standard templates, the counters."""

    dependencies = [("desk", "0003_kind_never_changes")]

    operations = [migrations.RunPython(add_standards, migrations.RunPython.noop)]
