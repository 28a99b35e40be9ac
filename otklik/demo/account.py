"""What an account sets for itself: working hours with holidays, own fields, the ready-made scenarios."""

from __future__ import annotations

from django.utils import timezone

from otklik.demo import opening
from otklik.desk.actions import company, contact_fields, task_fields
from otklik.desk.models import Company, ContactField, Employee, Scenario, TaskField
from otklik.desk.scenarios import shipped
from otklik.people import calendars

Fields = tuple[tuple[str, str, list[str]], ...]
TASK_FIELDS: Fields = (
    ("Номер заказа", "text", []),
    ("Причина обращения", "choice", ["Доставка", "Оплата", "Возврат", "Совет"]),
)
CONTACT_FIELDS: list[tuple[str, str, list[str]]] = [("День рождения", "date", []), ("Город", "text", [])]


def make(owner: Employee) -> None:
    """Each once; what people have changed since stays."""
    if not Company.objects.exists():
        _hours(owner)
    if not TaskField.objects.exists():
        for name, kind, choices in TASK_FIELDS:
            task_fields.save(None, name=name, kind=kind, choices=choices, template=None, by=owner)
    if not ContactField.objects.exists():
        for name, kind, choices in CONTACT_FIELDS:
            contact_fields.save(None, name=name, kind=kind, choices=choices, template=None, by=owner)
    if not Scenario.objects.exists():
        _scenarios(owner)


def _hours(owner: Employee) -> None:
    special = {f"{timezone.now():%Y}-12-31": {"name": "Короткий день", "shifts": [["10:00", "15:00"]]}}
    calendar = company.change_hours(
        is_used=True, timezone="Europe/Moscow", week=opening.WEEK, special=special, by=owner
    )
    calendars.take_file(calendar, opening.HOLIDAYS.read_bytes(), "Праздничные дни России.ics")


def _scenarios(owner: Employee) -> None:
    """All are there to be looked at and switched on (§11)."""
    shipped.add_first(owner)
