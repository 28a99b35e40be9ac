"""Tasks that somebody has made by hand: with people, due dates, a checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from django.utils import timezone

from otklik.desk.actions import checklists, due_dates, making, tasks
from otklik.desk.models import Employee, Task


@dataclass(frozen=True)
class Plan:
    """`days`: until it is due, from today."""

    name: str
    description: str
    days: int
    at: time | None = None
    steps: tuple[str, ...] = ()
    # Given to all who answer clients; one of them has accepted.
    is_for_all: bool = False


PLANS = (
    Plan(
        "Заказать коробки для фонарей", "Осталось меньше сотни. Поставщик тот же, что весной.", -1, time(17),
        ("Пересчитать остаток", "Запросить цену", "Оплатить счёт"),
    ),
    Plan("Ответить на отзывы за неделю", "Сначала те, где просят помощи.", 2),
    Plan("Пройти обучение по гарантии", "Каждому по часу, вопросы — в этой задаче.", 5, is_for_all=True),
    Plan("Обновить страницу о доставке", "В Тверь теперь три дня, в Казань — четыре.", 9),
)  # fmt: skip


def make(by: Employee, answering: Sequence[Employee]) -> None:
    """Once; what people have changed since stays."""
    if Task.objects.filter(name=PLANS[0].name).exists():
        return
    today, assignee = timezone.localdate(), answering[0]
    for plan in PLANS:
        people = [f"employee-{one.pk}" for one in (answering if plan.is_for_all else answering[:1])]
        task = making.make({"name": plan.name, "description": plan.description, "assignee": people}, by=by)
        due_dates.change(task, today + timedelta(days=plan.days), plan.at, seen=None, by=by)
        for item in checklists.add(task, plan.steps, by=by)[:1] if plan.steps else ():
            checklists.tick(item, is_done=True, by=assignee)
        if plan.is_for_all:
            tasks.accept(task, by=assignee)
