"""The checklist of a task: small steps, ticked as they are done (contracts/planfix-behaviour.md §6, §7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import record
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.ordering import step
from otklik.desk.errors import Refused
from otklik.desk.models import ChecklistItem, Employee, Task
from otklik.lib.text import clean_name

LIMIT = 500
MOST = 100


@transaction.atomic
def add(task: Task, texts: Iterable[str], *, by: Employee) -> list[ChecklistItem]:
    """Behind those that are there; empty texts are left out. Raises NotAllowed, Refused."""
    task = to_plan(task, by)
    wanted = [text for text in (_checked(text) for text in texts) if text]
    if not wanted:
        raise Refused("text", _("Write something first."))
    places = list(ChecklistItem.objects.filter(task=task).values_list("place", flat=True))
    if len(places) + len(wanted) > MOST:
        raise Refused("text", _("A checklist has at most %(limit)s items.") % {"limit": MOST})
    first = max(places, default=0) + 1
    items = [ChecklistItem(task=task, text=text, place=first + step) for step, text in enumerate(wanted)]
    items = ChecklistItem.objects.bulk_create(items)
    record("checklist_changed", task=task, by=by, event="checklist_changed", what="added", texts=wanted)
    return items


@transaction.atomic
def tick(item: ChecklistItem, *, is_done: bool, by: Employee) -> ChecklistItem:
    """Who ticked it first stays named. Raises NotAllowed, Refused."""
    item = _locked(item, by)
    if (item.done_at is not None) == is_done:
        return item
    item.done_at, item.done_by = (timezone.now(), by) if is_done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    _record(item, "ticked" if is_done else "unticked", by)
    return item


@transaction.atomic
def reword(item: ChecklistItem, text: str, *, by: Employee) -> ChecklistItem:
    """Raises NotAllowed, Refused."""
    item = _locked(item, by)
    text, before = _checked(text), item.text
    if not text:
        raise Refused("text", _("Write something first."))
    if text != before:
        item.text = text
        item.save(update_fields=["text"])
        _record(item, "reworded", by, before)
    return item


@transaction.atomic
def give(item: ChecklistItem, employee: Employee | None, *, by: Employee) -> ChecklistItem:
    """To somebody who sees the task, and hears of it; None: whoever does the task. Raises NotAllowed, Refused."""
    item = _locked(item, by)
    if employee and not rights.may_view(item.task, employee):
        raise Refused("assignee", _("Choose somebody who takes part in the task."))
    if item.assignee_id == (employee.pk if employee else None):
        return item
    item.assignee = employee
    item.save(update_fields=["assignee"])
    record(
        "checklist_changed", task=item.task, by=by, notified=[employee.pk] if employee else [], reason="assigned",
        event="checklist_changed", what="given" if employee else "given_to_nobody", texts=[item.text],
        name=employee.name if employee else "",
    )  # fmt: skip
    return item


@transaction.atomic
def move(item: ChecklistItem, *, up: bool, by: Employee) -> None:
    """One place up or down; at the end it stays. Raises NotAllowed, Refused."""
    item = _locked(item, by)
    items = list(ChecklistItem.objects.filter(task=item.task_id))
    if step(items, item, up=up, first=1) is not None:
        _record(item, "moved", by)


@transaction.atomic
def remove(item: ChecklistItem, *, by: Employee) -> None:
    """Raises NotAllowed, Refused."""
    item = _locked(item, by)
    item.delete()
    _record(item, "removed", by)


def _locked(item: ChecklistItem, by: Employee) -> ChecklistItem:
    task = to_plan(item.task, by)
    found = ChecklistItem.objects.filter(pk=item.pk, task=task).first()
    if found is None:
        raise Refused("item", _("Somebody else has removed this item meanwhile."))
    found.task = task
    return found


def _record(item: ChecklistItem, what: str, by: Employee, before: str = "") -> None:
    texts = [before, item.text] if before else [item.text]
    record("checklist_changed", task=item.task, by=by, event="checklist_changed", what=what, texts=texts)


def _checked(text: str) -> str:
    text = clean_name(text, LIMIT + 1)
    if len(text) > LIMIT:
        raise Refused("text", _("At most %(limit)s characters fit here.") % {"limit": LIMIT})
    return text
