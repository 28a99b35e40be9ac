"""What an employee keeps for himself: favourite tasks, and tasks of which he wants to hear (§8.1)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Employee, Favourite, Task, TaskHearing
from otklik.live.publish import publish


@transaction.atomic
def set_favourite(task: Task, *, is_one: bool, by: Employee) -> None:
    """Raises NotAllowed."""
    if not rights.may_view(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    if is_one:
        Favourite.objects.get_or_create(task=task, employee=by)
    else:
        Favourite.objects.filter(task=task, employee=by).delete()
    publish([f"employee:{by.pk}"], "favourites")


@transaction.atomic
def hear(task: Task, mode: str, *, by: Employee) -> None:
    """How one hears of this task: `all`, `none`, or empty, as one's settings say. Whoever wants all follows the task.
    Raises NotAllowed."""
    if mode == TaskHearing.Mode.ALL:
        follow(task, is_wanted=True, by=by)
    elif not rights.may_view(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    if mode in TaskHearing.Mode.values:
        TaskHearing.objects.update_or_create(task=task, employee=by, defaults={"mode": mode})
    else:
        TaskHearing.objects.filter(task=task, employee=by).delete()


@transaction.atomic
def follow(task: Task, *, is_wanted: bool, by: Employee, still_hears: bool = False) -> None:
    """From now on the employee hears of what happens in the task, or does not; `still_hears`: as before he followed it.
    Raises NotAllowed."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not rights.may_view(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    if (by.pk in task.notified) == (is_wanted or still_hears) and (by.pk in (task.followers or [])) == is_wanted:
        return
    task.notified = sorted({*task.notified, by.pk} if is_wanted or still_hears else set(task.notified) - {by.pk})
    followers = set(task.followers or [])
    task.followers = sorted(followers | {by.pk} if is_wanted else followers - {by.pk}) or None
    task.save(update_fields=["notified", "followers"])
    # It is his own affair: the task stays where it is in the lists of the others.
    kind = "task_followed" if is_wanted else "task_unfollowed"
    record_many([Happening(kind, task_id=task.pk, actor_id=by.pk, moves_task=False)])
