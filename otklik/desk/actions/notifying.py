"""From notices to notifications: a row for each way on which somebody is to hear of an event. Made by a job after the
commit, or by an open page that has just heard of something; never on the way of a message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from otklik.desk.actions import absences
from otklik.desk.models import (
    Comment,
    Employee,
    Notice,
    Notification,
    NotificationProgress,
    NotificationSettings,
    Task,
)
from otklik.desk.models.notification import STANDARD
from otklik.live.publish import publish

STEP = 5000
STEPS = 20
MOST = 50
# At a time: in a flood of messages many are late at once.
GIVEN_UP = 1000
# After a longer standstill nobody is woken by what happened before it; the chronicle has it.
FRESH = timedelta(hours=1)
# For how long a pop-up and a sound wait for an open page.
PATIENCE = timedelta(seconds=60)
KEPT = timedelta(days=14)
# Seconds that a push message waits: an open page may show it first.
PUSH_WAITS = 15
State = Notification.State
FAULTS = ("forbidden", "silent")

# Which notices are of which kind; a first message comes with its task.
KIND = """
    CASE WHEN e.kind = 'client_wrote' THEN 'client' WHEN e.kind = 'task_created' THEN 'new_task'
         WHEN n.reason = 'comment' THEN 'colleague'
         WHEN n.reason IN ('status', 'rejected', 'mentioned', 'liked') THEN n.reason
         WHEN n.reason = 'merged' THEN 'status'
         WHEN n.reason IN ('reminder', 'due') THEN 'reminder' WHEN n.reason = 'scenario' THEN 'alarm'
         ELSE 'assigned' END
"""
WANTED = "coalesce(s.wanted, %(standard)s::jsonb)"
# What is meant for the person himself reaches him though he hears nothing else of the task.
PERSONAL = "('assigned', 'rejected', 'mentioned', 'reminder', 'alarm')"
# What an event joins: the same kind in the same conversation that is still to be told, or comes in the same step.
PLAN = f"""
WITH told AS (
    SELECT n.employee_id, n.task_id, n.event_id, {KIND} AS kind FROM desk_notice n
    JOIN desk_event e ON e.number = n.event_id
    WHERE n.id > %(after)s AND n.id <= %(until)s AND e.at > %(fresh)s
        AND (%(only)s::bigint IS NULL OR n.employee_id = %(only)s)
), judged AS (
    SELECT t.*, c.channel,
        CASE WHEN t.kind = 'liked' THEN c.channel = 'chronicle' AND h.mode IS DISTINCT FROM 'none'
             WHEN h.mode = 'all' THEN true
             ELSE (h.mode IS NULL OR t.kind IN {PERSONAL})
                  AND coalesce(jsonb_exists({WANTED} -> t.kind, c.channel), false)
        END AS is_wanted,
        CASE WHEN h.mode = 'none' AND t.kind NOT IN {PERSONAL} THEN 'task_off' ELSE 'off' END AS unwanted,
        c.channel <> 'chronicle' AND t.employee_id = ANY(%(quiet)s::bigint[]) AS is_quiet,
        t.employee_id = ANY(%(away)s::bigint[]) AS is_away,
        c.channel <> 'chronicle' AND (
            row_number() OVER (PARTITION BY t.employee_id, t.task_id, t.kind, c.channel ORDER BY t.event_id DESC) > 1
            OR EXISTS (
                SELECT FROM desk_notification d WHERE d.state = 'due' AND d.employee_id = t.employee_id
                AND d.task_id = t.task_id AND d.kind = t.kind AND d.channel = c.channel
            )
        ) AS is_joined,
        c.channel = 'push' AND NOT EXISTS (
            SELECT FROM desk_pushsubscription p WHERE p.employee_id = t.employee_id
        ) AS is_deaf,
        CASE WHEN c.channel = 'email' THEN coalesce(s.mail_minutes, 10) * 60
             WHEN c.channel = 'push' THEN {PUSH_WAITS} ELSE 0 END AS seconds
    FROM told t CROSS JOIN (VALUES ('chronicle'), ('browser'), ('sound'), ('push'), ('email')) AS c(channel)
    LEFT JOIN desk_notificationsettings s ON s.employee_id = t.employee_id
    LEFT JOIN desk_taskhearing h ON h.employee_id = t.employee_id AND h.task_id = t.task_id
)
INSERT INTO desk_notification (employee_id, task_id, event_id, kind, channel, state, why, made_at, due_at, done_at)
SELECT employee_id, task_id, event_id, kind, channel,
    CASE WHEN NOT is_wanted OR is_quiet OR is_joined OR is_deaf THEN 'dropped' WHEN channel = 'chronicle' THEN 'sent'
         ELSE 'due' END,
    CASE WHEN NOT is_wanted THEN unwanted WHEN is_quiet THEN CASE WHEN is_away THEN 'away' ELSE 'quiet' END
         WHEN is_joined THEN 'together'
         WHEN is_deaf THEN 'no_push' ELSE '' END,
    now(), now() + seconds * interval '1 second',
    CASE WHEN NOT is_wanted OR is_quiet OR is_joined OR is_deaf OR channel = 'chronicle' THEN now() END
FROM judged ON CONFLICT DO NOTHING
"""
# Who does not want a kind in his chronicle has it read at once.
HIDE = """
UPDATE desk_notice n SET read_at = now() FROM desk_notification d
WHERE n.id > %(after)s AND n.id <= %(until)s AND d.channel = 'chronicle' AND d.why IN ('off', 'task_off')
    AND n.employee_id = d.employee_id AND n.event_id = d.event_id AND n.read_at IS NULL
    AND (%(only)s::bigint IS NULL OR n.employee_id = %(only)s)
RETURNING n.employee_id
"""
# Of a client who is not answered each is told once, until somebody answers and he writes anew.
WAIT = f"""
INSERT INTO desk_notification (employee_id, task_id, event_id, kind, channel, state, why, made_at, due_at, done_at)
SELECT DISTINCT ON (f.employee_id, f.task_id, f.channel) f.employee_id, f.task_id, f.event_id, 'waiting', f.channel,
    CASE WHEN NOT w.is_wanted OR w.is_quiet THEN 'dropped' ELSE 'due' END,
    CASE WHEN NOT w.is_wanted THEN w.unwanted WHEN w.is_away THEN 'away' WHEN w.is_quiet THEN 'quiet' ELSE '' END,
    now(), now(), CASE WHEN NOT w.is_wanted OR w.is_quiet THEN now() END
FROM desk_notification f
JOIN desk_event e ON e.number = f.event_id
JOIN desk_comment c ON c.id = e.comment_id AND c.kind = 'client'
JOIN desk_task t ON t.id = f.task_id AND t.trashed_at IS NULL
JOIN desk_status st ON st.id = t.status_id AND st.is_active
LEFT JOIN desk_notificationsettings s ON s.employee_id = f.employee_id
LEFT JOIN desk_taskhearing h ON h.employee_id = f.employee_id AND h.task_id = f.task_id
CROSS JOIN LATERAL (
    SELECT coalesce(h.mode = 'all', jsonb_exists({WANTED} -> 'waiting', f.channel), false) AS is_wanted,
        CASE WHEN h.mode = 'none' THEN 'task_off' ELSE 'off' END AS unwanted,
        f.employee_id = ANY(%(quiet)s::bigint[]) AS is_quiet,
        f.employee_id = ANY(%(away)s::bigint[]) AS is_away,
        (SELECT max(r.number) FROM desk_comment r WHERE r.task_id = f.task_id AND r.kind = 'reply') AS replied
) w
WHERE f.made_at > now() - interval '2 hours' AND f.kind IN ('client', 'new_task') AND f.channel <> 'chronicle'
    AND e.at <= now() - coalesce(s.waits_minutes, 10) * interval '1 minute'
    AND c.number > coalesce(w.replied, 0)
    AND NOT EXISTS (
        SELECT FROM desk_notification d JOIN desk_event de ON de.number = d.event_id
        JOIN desk_comment dc ON dc.id = de.comment_id
        WHERE d.kind = 'waiting' AND d.employee_id = f.employee_id AND d.task_id = f.task_id AND d.channel = f.channel
            AND dc.number > coalesce(w.replied, 0)
    )
ORDER BY f.employee_id, f.task_id, f.channel, f.event_id
ON CONFLICT DO NOTHING
"""


def plan() -> None:
    """Makes the rows of all notices since the last time."""
    for _step in range(STEPS):
        if not _plan_step():
            return


@transaction.atomic
def _plan_step() -> bool:
    """Whether there may be more."""
    latest = _latest()
    # On the first day of notifications nobody is told of all that was before.
    NotificationProgress.objects.get_or_create(pk=1, defaults={"notice": max(0, latest - STEP)})
    progress = NotificationProgress.objects.select_for_update().get(pk=1)
    until = min(latest, progress.notice + STEP)
    if until <= progress.notice:
        return False
    _make(progress.notice, until, None)
    progress.notice = until
    progress.save(update_fields=["notice"])
    return until < latest


def plan_for(employee: Employee) -> None:
    """The same for one person at once: an open page of his has heard of something."""
    latest = _latest()
    done = NotificationProgress.objects.filter(pk=1).values_list("notice", flat=True).first()
    after = max(0, latest - STEP) if done is None else done
    if after < latest:
        with transaction.atomic():
            _make(after, latest, employee.pk)


def _latest() -> int:
    """Ids of notices follow the commits, because they are given under the lock of the counter of events."""
    return Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _make(after: int, until: int, only: int | None) -> None:
    given: dict[str, Any] = {"after": after, "until": until, "only": only, "fresh": timezone.now() - FRESH, **_given()}
    with connection.cursor() as cursor:
        cursor.execute(PLAN, given)
        cursor.execute(HIDE, given)
        hidden = {row[0] for row in cursor.fetchall()}
    publish([f"employee:{employee}" for employee in hidden], "read")


def tell_of_waiting() -> None:
    """Louder, where a client has waited for longer than the person's own patience."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT, _given())


def _given() -> dict[str, Any]:
    now = timezone.now()
    asked = Q(quiet_until__gt=now) | Q(quiet_from__isnull=False)
    quiet = [row.employee_id for row in NotificationSettings.objects.filter(asked) if row.is_quiet(now)]
    away = list(absences.present())
    return {"quiet": [*quiet, *away], "away": away, "standard": json.dumps(STANDARD)}


def needless(one: Notification) -> str:
    """Why nobody needs to hear of it any more, as it is now; empty when it is to be told."""
    return _needless([one])[one.pk]


def _needless(rows: Sequence[Notification]) -> dict[int, str]:
    """The same for many at once, by their ids; rows with their employees and users."""
    employees = {one.employee_id: one.employee for one in rows}
    tasks = sorted({one.task_id for one in rows if one.task_id})
    seen = {pk: set(_visible(who, tasks)) if who.user.is_active else set() for pk, who in employees.items()}
    answered = _answered(tasks)
    unread = _unread(employees, tasks)
    # What is kept out of the chronicle was read by nobody.
    settings = NotificationSettings.objects.in_bulk(list(employees), field_name="employee_id")

    def why(one: Notification) -> str:
        if one.task_id not in seen[one.employee_id]:
            return "no_access"
        if one.kind in ("client", "new_task", "waiting") and one.task_id in answered:
            return "answered"
        own = settings.get(one.employee_id)
        is_told = own is None or own.wants(one.kind, "chronicle")
        if one.kind != "waiting" and is_told and (one.employee_id, one.task_id) not in unread:
            return "read"
        return ""

    return {one.pk: why(one) for one in rows}


def _visible(employee: Employee, tasks: list[int]) -> list[int]:
    found = Task.objects.visible_to(employee).kept().filter(pk__in=tasks)
    return list(found.values_list("pk", flat=True))


def _answered(tasks: list[int]) -> set[int]:
    """Those in which the client has the last word no more."""
    said = Comment.objects.filter(task__in=tasks).order_by().values("task")
    latest = said.annotate(
        client=Max("number", filter=Q(kind=Comment.Kind.CLIENT)), reply=Max("number", filter=Q(kind=Comment.Kind.REPLY))
    )
    return set(latest.filter(reply__gt=F("client")).values_list("task", flat=True))


def _unread(employees: Iterable[int], tasks: list[int]) -> set[tuple[int, int]]:
    """(employee, task); who has put it off has seen it, too."""
    unread = Notice.objects.filter(employee__in=list(employees), task__in=tasks, read_at=None, later_at=None)
    return set(unread.values_list("employee", "task"))


@dataclass(frozen=True)
class Able:
    """What a page can do now: `browser` and `sound` are empty, or say why not; `task` is what its person looks at."""

    browser: str = ""
    sound: str = ""
    task: int = 0

    def hindrance(self, one: Notification) -> str:
        if one.task and one.task.number == self.task:
            return "looking"
        return self.browser if one.channel == "browser" else self.sound


@transaction.atomic
def hand_out(employee: Employee, able: Able, *, after: int = 0) -> list[Notification]:
    """What an open page is to show or to play now. One that another device has shown in the last minute is shown here
    too: `after` is the last that this page knows."""
    rows = Notification.objects.filter(employee=employee, channel__in=["browser", "sound"])
    recent = rows.filter(made_at__gt=timezone.now() - PATIENCE, task__isnull=False)
    told = []
    asked = recent.filter(Q(state=State.DUE) | Q(state=State.SENT, pk__gt=after))
    found = list(asked.select_for_update(of=("self",)).order_by("pk")[:MOST])
    seen = set(visible_ids(employee, [one.task_id for one in found if one.task_id]))
    for one in found:
        if one.state == State.DUE:
            one.employee = employee
            why = needless(one) or able.hindrance(one)
            if why in FAULTS:
                # Another device of this person may be able to.
                Notification.objects.filter(pk=one.pk).update(why=why)
                continue
            if why:
                one.finish(State.DROPPED, why)
                continue
            one.finish(State.SENT)
        elif one.task_id not in seen or able.hindrance(one):
            continue
        told.append(one)
    return told


def give_up() -> None:
    """What no page could show or play within a minute."""
    late = Notification.objects.filter(state=State.DUE, channel__in=["browser", "sound"])
    rows = list(late.filter(due_at__lt=timezone.now() - PATIENCE).select_related("employee__user")[:GIVEN_UP])
    needless = _needless(rows)
    ends: dict[str, list[int]] = {}
    for one in rows:
        ends.setdefault(needless[one.pk] or one.why or "nobody", []).append(one.pk)
    for why, ids in ends.items():
        state = State.FAILED if why in FAULTS else State.DROPPED
        found = Notification.objects.filter(pk__in=ids, state=State.DUE)
        found.update(state=state, why=why, done_at=timezone.now())


def sweep() -> None:
    Notification.objects.filter(made_at__lt=timezone.now() - KEPT).delete()


def visible_ids(employee: Employee, tasks: list[int]) -> list[int]:
    """Those of these tasks, by their ids, that this person may see."""
    return list(Task.objects.visible_to(employee).filter(pk__in=tasks).values_list("pk", flat=True))
