from typing import Any

from django.db import migrations

# What the ready-made ones were called when they knew no key, in English and Russian.
NAMES = {
    "left": ("The client left: complete the task", "Клиент ушёл: завершить задачу"),
    "not_accepted": ("Not accepted for half an hour: remind of it", "Не принята полчаса: напомнить"),
    "no_answer": (
        "Accepted, but no answer for a quarter of an hour: not accepted any more",
        "Принята, но четверть часа нет ответа: снова непринятая",
    ),
    "wrote_again": ("The client wrote again: in progress", "Клиент написал снова: в работу"),
    "two_hours": ("No answer for two hours: remind of it", "Нет ответа два часа: напомнить"),
    "three_hours": ("No answer for three hours: ask the owner in", "Нет ответа три часа: подключить управляющего"),
    "long_done": ("Done for three days: complete the task", "Выполнена три дня назад: завершить"),
    "command": ("The note #complete completes the task", "Заметка #завершить завершает задачу"),
}


def write_keys(apps: Any, schema_editor: Any) -> None:
    scenarios = apps.get_model("desk", "Scenario").objects
    for key, names in NAMES.items():
        scenarios.filter(key="", name__in=names).update(key=key)


class Migration(migrations.Migration):
    dependencies = [('desk', '0070_waiting_for_the_client')]

    operations = [migrations.RunPython(write_keys, migrations.RunPython.noop)]
