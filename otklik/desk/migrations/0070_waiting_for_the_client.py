from typing import Any

from django.db import migrations

NAMES = (
    "waiting for the client", "ожидаем ответа", "ожидаем клиента", "ожидаем ответа клиента", "ждём клиента",
    "ждем клиента", "ожидание клиента", "ожидание ответа",
)  # fmt: skip


def add_waiting(apps: Any, schema_editor: Any) -> None:
    """Into the standard set, behind In progress (§11.5), unless somebody has made such a status himself."""
    statuses = apps.get_model("desk", "Status").objects.filter(set__key="standard")
    before = statuses.filter(key="in_progress").first()
    taken = statuses.filter(key="waiting").exists() or any(one.own_name.lower() in NAMES for one in statuses.all())
    if before is None or taken:
        return
    # From the end: two never have one place, not even for a moment.
    for one in statuses.filter(place__gt=before.place).order_by("-place"):
        one.place += 1
        one.save(update_fields=["place"])
    statuses.create(set=before.set, key="waiting", colour="yellow", is_active=True, place=before.place + 1)


class Migration(migrations.Migration):
    dependencies = [('desk', '0069_secret_headers')]

    operations = [migrations.RunPython(add_waiting, migrations.RunPython.noop)]
