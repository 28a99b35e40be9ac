"""The comments of two tasks that become one, and where each stands when they come apart again (§13).

A merge remembers the numbers of both tasks: those of the merged one's lines, and `own` of the other's."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Max, Q

from otklik.desk.models import Comment, File, Notice, Pin, Task, TaskMerge

# In the order of their times. First away from all numbers, because no two lines may have one, not even for a moment.
AWAY = "UPDATE desk_comment SET number = -number WHERE task_id = ANY(%s)"
IN_TIME = """
UPDATE desk_comment AS c SET task_id = %s, number = o.place, data = CASE WHEN c.task_id = %s OR c.data ? 'former'
    THEN c.data ELSE c.data || jsonb_build_object('former', jsonb_build_object('number', %s, 'name', %s::text)) END
FROM (SELECT id, row_number() OVER (ORDER BY at, id) AS place FROM desk_comment WHERE task_id = ANY(%s)) AS o
WHERE o.id = c.id
"""
BACK = """
UPDATE desk_comment AS c SET task_id = %s, number = o.number,
    data = CASE WHEN (c.data -> 'former' ->> 'number')::bigint = %s THEN c.data - 'former' ELSE c.data END
FROM unnest(%s::bigint[], %s::bigint[]) AS o(id, number) WHERE o.id = c.id
"""
NUMBER = """
UPDATE desk_comment AS c SET number = o.number FROM unnest(%s::bigint[], %s::bigint[]) AS o(id, number)
WHERE o.id = c.id
"""
Pairs = list[tuple[int, int]]


def move(task: Task, into: Task) -> dict[str, Any]:
    """Both rows are locked; `into` is still to be saved with its new count. For `TaskMerge.moved`."""
    own, own_count, description = _pairs(into), into.comment_count, _describe(task, into)
    comments = _pairs(task)
    ids, both = [pk for pk, _number in comments], [task.pk, into.pk]
    last = Comment.objects.filter(task__in=both).aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(AWAY, [both])
        cursor.execute(IN_TIME, [into.pk, into.pk, task.number, task.name, both])
    into.comment_count = into.comments.count()
    _follow(ids, into)
    notices = Notice.objects.filter(task=task, read_at=None)
    moved = list(notices.values_list("pk", flat=True))
    notices.update(task=into)
    return {
        "comments": comments, "last": last, "notices": moved, "own": own, "own_count": own_count,
        "description": description,
    }  # fmt: skip


def give_back(task: Task, into: Task, merge: TaskMerge) -> None:
    """Each line has the number that it had; what has come since stands behind, in its order."""
    moved = merge.moved
    numbers = dict(moved["comments"])
    here = set(Comment.objects.filter(task=into, pk__in=numbers).values_list("pk", flat=True))
    since = Comment.objects.filter(task=into, target__in=moved["targets"], pk__gt=moved["last"])
    for pk in since.order_by("number").values_list("pk", flat=True):
        task.comment_count += 1
        numbers[pk] = task.comment_count
        here.add(pk)
    ids = sorted(here)
    if moved.get("description"):
        _undescribe(into, moved["description"])
    with connection.cursor() as cursor:
        cursor.execute(BACK, [task.pk, task.number, ids, [numbers[pk] for pk in ids]])
    _follow(ids, task)
    unread = Notice.objects.filter(task=into, read_at=None)
    unread.filter(Q(pk__in=moved["notices"]) | Q(event__comment__in=ids)).update(task=task)
    if "own" in moved:
        _number_own(into, merge)


def _pairs(task: Task) -> Pairs:
    return list(task.comments.order_by("number").values_list("pk", "number"))


def _describe(task: Task, into: Task) -> int | None:
    """The merged task's description as a line of the time when it was made; the line's id."""
    if not task.description.strip():
        return None
    data = {"event": "description_merged", "number": task.number, "name": task.name}
    told = Comment.objects.create(
        task=into, number=into.comment_count + 1, kind=Comment.Kind.SYSTEM, text=task.description, data=data,
        at=task.created_at,
    )  # fmt: skip
    return told.pk


def _undescribe(into: Task, line: int) -> None:
    """No event names the line, so that nothing has to be looked for among all events."""
    Pin.objects.filter(task=into, comment=line).delete()
    told = Comment.objects.filter(task=into, pk=line)
    told._raw_delete(told.db)


def _follow(ids: list[int], task: Task) -> None:
    """What hangs from the comments names the task, too."""
    File.objects.filter(comment__in=ids).update(task=task)
    Pin.objects.filter(comment__in=ids).update(task=task)


def _number_own(into: Task, merge: TaskMerge) -> None:
    """As they were numbered before the merge. While a later merge still holds, the numbers stay, and that one learns
    what they will be without this one."""
    own, own_count = dict(merge.moved["own"]), merge.moved["own_count"]
    left = _pairs(into)
    others = TaskMerge.objects.select_for_update().filter(into=into, undone_at=None).exclude(pk=merge.pk)
    later = others.filter(Q(at__gt=merge.at) | Q(at=merge.at, pk__gt=merge.pk)).order_by("at", "pk").first()
    if later is None:
        pairs, into.comment_count = _without(left, own, own_count)
        with connection.cursor() as cursor:
            cursor.execute(AWAY, [[into.pk]])
            cursor.execute(NUMBER, [[pk for pk, _number in pairs], [number for _pk, number in pairs]])
    elif "own" in later.moved:
        kept = {pk for pk, _number in left}
        known = [(pk, number) for pk, number in later.moved["own"] if pk in kept]
        later.moved["own"], later.moved["own_count"] = _without(known, own, own_count)
        later.save(update_fields=["moved"])


def _without(lines: Pairs, own: dict[int, int], count: int) -> tuple[Pairs, int]:
    """The lines with their own numbers, others behind them in their order; and the new count."""
    others = [pk for pk, _number in sorted(lines, key=lambda pair: pair[1]) if pk not in own]
    numbers = {**own, **{pk: count + step for step, pk in enumerate(others, start=1)}}
    return [(pk, numbers[pk]) for pk, _number in lines], count + len(others)
