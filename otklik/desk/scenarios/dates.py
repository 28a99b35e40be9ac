"""Dates of tasks that are reached become events, each once, whatever the clock does (§11.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from otklik.desk.actions import company, own_hours
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.indexing import latest
from otklik.desk.models import Due, Event, Scenario, ScenarioDate, Task, TaskField, TaskValue
from otklik.desk.scenarios.triggers import has_changed

# What was reached longer ago, while nothing ran, is past.
LATE = timedelta(days=2)
KEPT = timedelta(days=400)
# Of the dates that are told by events: the latest of such an event in the task.
KINDS = {
    "created": ("task_created",),
    "client": ("task_created", "client_wrote"),
    "answer": ("reply_added", "reply_heard"),
    "status": ("task_created", "status_changed"),
    # The latest of them, where it is the completion.
    "completed": ("status_changed",),
}
MOST = 1000


def reached() -> int:
    """Returns how many new events there are."""
    count = 0
    for scenario in Scenario.objects.filter(is_on=True, event="date"):
        for task, at in list(_come(scenario))[:MOST]:
            count += _record(scenario, task, at)
    return count


def offset_of(scenario: Scenario) -> timedelta:
    return timedelta(seconds=int(scenario.event_options.get("offset", 0)))


def _come(scenario: Scenario) -> Iterator[tuple[int, datetime]]:
    """(task, its date) of those whose date with the offset lies between the last look that counts and now."""
    now, offset = timezone.now(), offset_of(scenario)
    first = max(scenario.on_since or now, now - LATE)
    after, until = first - offset, now - offset
    there = ScenarioDate.objects.filter(scenario=scenario, task=OuterRef("task"))
    name = scenario.event_options.get("date", "")
    if name == "due":
        days = Due.objects.filter(day__gte=after.date() - timedelta(days=2), day__lte=until.date() + timedelta(days=1))
        for due in days.filter(task__trashed_at=None).order_by("pk"):
            at = due.at or end_of(due.day)
            if after < at <= until and not there_already(scenario, due.task_id, at):
                yield due.task_id, at
        return
    if name.startswith("field-"):
        yield from _own(scenario, name, after, until)
        return
    kinds = KINDS.get(name, ())
    span = Event.objects.filter(number__gt=number_at(after), number__lte=number_at(until), kind__in=kinds)
    later = Event.objects.filter(task=OuterRef("task"), number__gt=OuterRef("number"), kind__in=kinds)
    told = span.filter(~Exists(later), ~Exists(there.filter(at=OuterRef("at"))), task__trashed_at=None)
    if name == "completed":
        told = told.filter(data__to_key="completed")
    for task, at in told.order_by("number").values_list("task", "at"):
        if task is not None:
            yield task, at


def _own(scenario: Scenario, name: str, after: datetime, until: datetime) -> Iterator[tuple[int, datetime]]:
    # Days in ISO 8601 stand in the order of their texts.
    first, last = after.date() - timedelta(days=1), until.date() + timedelta(days=1)
    days = [(first + timedelta(days=one)).isoformat() for one in range((last - first).days + 1)]
    pk = name.removeprefix("field-")
    values = TaskValue.objects.filter(field=int(pk) if pk.isdigit() else 0, value__in=days, task__trashed_at=None)
    for task, day in values.order_by("pk").values_list("task", "value"):
        at = beginning_of(date.fromisoformat(day))
        if after < at <= until and not there_already(scenario, task, at):
            yield task, at


def kinds_of(name: str) -> tuple[str, ...]:
    """Of the events that set this date."""
    return ("fields_changed",) if name.startswith("field-") else KINDS.get(name, ("due_changed",))


def set_by(event: Event, name: str) -> tuple[datetime | None] | None:
    """The date to which an event of these kinds has set it, None inside for none; None: it left it alone."""
    if name == "due":
        facts = event.data.get("to")
        if not facts:
            return (None,)
        return (datetime.fromisoformat(facts["at"]) if facts.get("at") else end_of(date.fromisoformat(facts["day"])),)
    if name.startswith("field-"):
        return _own_set_by(event, name)
    if name == "completed" and event.data.get("to_key") != "completed":
        return (None,)
    return (event.at,)


def _own_set_by(event: Event, name: str) -> tuple[datetime | None] | None:
    if not has_changed(event, name):
        return None
    field = TaskField.objects.get(pk=int(name.removeprefix("field-")))
    try:
        # As the log tells it.
        day = datetime.strptime(event.data["changes"][field.name][1], "%d.%m.%Y").date()
    except ValueError:
        return (None,)
    return (beginning_of(day),)


def there_already(scenario: Scenario, task: int, at: datetime) -> bool:
    return ScenarioDate.objects.filter(scenario=scenario, task=task, at=at).exists()


def end_of(day: date) -> datetime:
    """Of a whole day, in the zone of the company."""
    return timezone.make_aware(datetime.combine(day, time()) + timedelta(days=1))


def beginning_of(day: date) -> datetime:
    """When a day of an own field is reached, in the zone of the company."""
    return timezone.make_aware(datetime.combine(day, time()))


def number_at(moment: datetime) -> int:
    """The last event that happened by then: they have numbers in the order of their times, without holes, and no index
    of times is needed."""
    low, high = 0, latest()
    while low < high:
        middle = (low + high + 1) // 2
        at = Event.objects.filter(number__lte=middle).order_by("-number").values_list("at", flat=True).first()
        if at is None or at <= moment:
            low = middle
        else:
            high = middle - 1
    return low


@transaction.atomic
def _record(scenario: Scenario, task_id: int, at: datetime) -> int:
    _row, is_new = ScenarioDate.objects.get_or_create(scenario=scenario, task_id=task_id, at=at)
    task = Task.objects.filter(pk=task_id).first()
    if not is_new or task is None:
        return 0
    data = {"scenario": scenario.pk, "date": scenario.event_options.get("date"), "at": at.isoformat()}
    # Nobody has done anything: the task keeps its place in the lists.
    reached = Happening("date_reached", task_id=task.pk, contact_id=task.contact_id, data=data, moves_task=False)
    record_many([reached])
    return 1


def sweep() -> None:
    ScenarioDate.objects.filter(at__lt=timezone.now() - KEPT).delete()


def after_delay(scenario: Scenario, task: Task, moment: datetime) -> datetime:
    """When the scenario's delay is over that begins now; of working time alone, if that is wanted (§11.3)."""
    delay = timedelta(seconds=scenario.delay)
    if not scenario.in_working_time:
        return moment + delay
    return own_hours.after(task, moment, delay) if scenario.of_assignees else company.after(moment, delay)
