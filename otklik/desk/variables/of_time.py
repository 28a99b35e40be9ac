"""Days and times as variables (§12, system)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions import company
from otklik.desk.variables.scene import Scene
from otklik.desk.variables.variable import Value, Variable

DAY = "SHORT_DATE_FORMAT"


def _now(how: str, find: Callable[[datetime], datetime] = lambda now: now) -> Value:
    """`how`: the name of a format, or a format of Django's."""
    return lambda scene: date_format(find(timezone.localtime()), how)


def _later(days: int) -> Callable[[datetime], datetime]:
    return lambda now: now + timedelta(days=days)


def _weekday(day: int) -> Callable[[datetime], datetime]:
    """0: this week's Monday."""
    return lambda now: now + timedelta(days=day - now.weekday())


def _month_end(now: datetime) -> datetime:
    return (now.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _next_month(now: datetime) -> datetime:
    """The same day, or the last of a shorter month."""
    end = _month_end(_month_end(now) + timedelta(days=1))
    return end if now.day > end.day else end.replace(day=now.day)


def _quarter(scene: Scene) -> str:
    return str((timezone.localdate().month + 2) // 3)


def _next_working_day(scene: Scene) -> str:
    return date_format(company.working_day(timezone.localdate(), 1), DAY)


SYSTEM = (
    Variable("Системные.Сегодня", "System.Today", _("today's date"), _now(DAY)),
    Variable("Системные.Завтра", "System.Tomorrow", _("tomorrow's date"), _now(DAY, _later(1))),
    Variable("Системные.Вчера", "System.Yesterday", _("yesterday's date"), _now(DAY, _later(-1))),
    Variable("Системные.Через неделю", "System.In a week", _("the date in a week"), _now(DAY, _later(7))),
    Variable("Системные.Сейчас", "System.Now", _("date and time"), _now("SHORT_DATETIME_FORMAT")),
    Variable("Системные.Время", "System.Time", _("time of the day"), _now("H:i")),
    Variable("Системные.День", "System.Day", _("day of the month"), _now("j")),
    Variable("Системные.День недели", "System.Weekday", _("day of the week"), _now("l")),
    Variable("Системные.Неделя", "System.Week", _("number of the week"), _now("W")),
    Variable("Системные.Месяц", "System.Month", _("number of the month"), _now("m")),
    Variable("Системные.Название месяца", "System.Name of month", _("name of the month"), _now("F")),
    Variable("Системные.Квартал", "System.Quarter", _("number of the quarter"), _quarter),
    Variable("Системные.Год", "System.Year", _("year"), _now("Y")),
    Variable(
        "Системные.Прошлый год", "System.Last year", _("the year before"),
        lambda scene: str(timezone.localdate().year - 1),
    ),
    Variable(
        "Системные.Следующий год", "System.Next year", _("the year to come"),
        lambda scene: str(timezone.localdate().year + 1),
    ),
    Variable("Системные.Через месяц", "System.In a month", _("the date in a month"), _now(DAY, _next_month)),
    Variable(
        "Системные.Следующий рабочий день", "System.Next working day", _("the company's next working day"),
        _next_working_day,
    ),
    Variable("Системные.Начало недели", "System.Start of week", _("Monday of this week"), _now(DAY, _weekday(0))),
    Variable("Системные.Конец недели", "System.End of week", _("Sunday of this week"), _now(DAY, _weekday(6))),
    Variable(
        "Системные.Начало следующей недели", "System.Start of next week", _("Monday of next week"),
        _now(DAY, _weekday(7)),
    ),
    Variable(
        "Системные.Начало месяца", "System.Start of month", _("first day of this month"),
        _now(DAY, lambda now: now.replace(day=1)),
    ),
    Variable("Системные.Конец месяца", "System.End of month", _("last day of this month"), _now(DAY, _month_end)),
    Variable(
        "Системные.Название прошлого месяца", "System.Name of last month", _("name of the month before"),
        _now("F", lambda now: now.replace(day=1) - timedelta(days=1)),
    ),
    Variable(
        "Системные.Начало следующего месяца", "System.Start of next month", _("first day of next month"),
        _now(DAY, lambda now: _month_end(now) + timedelta(days=1)),
    ),
    Variable(
        "Системные.Начало квартала", "System.Start of quarter", _("first day of this quarter"),
        _now(DAY, lambda now: now.replace(month=now.month - (now.month - 1) % 3, day=1)),
    ),
    Variable(
        "Системные.Конец квартала", "System.End of quarter", _("last day of this quarter"),
        _now(DAY, lambda now: _month_end(now.replace(month=now.month - (now.month - 1) % 3 + 2, day=1))),
    ),
    Variable(
        "Системные.Начало года", "System.Start of year", _("first day of this year"),
        _now(DAY, lambda now: now.replace(month=1, day=1)),
    ),
    Variable(
        "Системные.Конец года", "System.End of year", _("last day of this year"),
        _now(DAY, lambda now: now.replace(month=12, day=31)),
    ),
)  # fmt: skip
