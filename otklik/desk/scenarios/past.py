"""A task as it was after each of its events, told backwards from what it is now by what each event changed.

What is not kept is None and never guessed. As they are today count: whether a status is an active one, who belongs to a
group, the site, the template and the additional data of a task, which nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from otklik.desk import additional_data
from otklik.desk.actions import company, members
from otklik.desk.models import Comment, Event, Group, Status, Task
from otklik.desk.scenarios.conditions import of_event
from otklik.desk.scenarios.triggers import SPOKEN

# After these a comment may stand in another task than the one in which it was written.
MOVING = {"comment_moved", "comment_moved_away", "tasks_merged", "task_merged_away", "merge_undone"}
ROLES = ("assignee", "participant")


@dataclass(frozen=True)
class Then:
    """After one event; None: not kept. Members as `people.choices` names them."""

    status: int | None
    project: int | str | None
    name: str | None
    description: str | None
    assignee: frozenset[str] | None
    participant: frozenset[str] | None
    is_trashed: bool = False
    last: str | None = None


@dataclass(frozen=True)
class Moment:
    task: Task
    event: Event
    then: Then


def moments(task: Task, events: list[Event]) -> list[Moment]:
    """`events`: all of the task in their order, up to now."""
    now = Then(
        status=task.status_id,
        project=str(task.project_id),
        name=task.name,
        description=task.description,
        assignee=frozenset(members.who_is(task, "assignee")),
        participant=frozenset(members.who_is(task, "participant")),
        is_trashed=task.trashed_at is not None,
    )
    told = []
    for event in reversed(events):
        told.append(now)
        now = _before(now, event)
    told.reverse()
    lasts = _lasts(events)
    return [
        Moment(task, event, replace(then, last=last)) for event, then, last in zip(events, told, lasts, strict=True)
    ]


def _before(after: Then, event: Event) -> Then:
    if event.kind == "status_changed":
        return replace(after, status=event.data.get("from"))
    if event.kind in ("task_trashed", "task_restored"):
        return replace(after, is_trashed=event.kind == "task_restored")
    if event.kind == "task_edited":
        return replace(after, **_edited(event.data.get("changes", {})))
    role = event.data.get("role")
    if event.kind == "members_changed" and role in ROLES:
        before: dict[str, Any] = {role: _members(getattr(after, role), event.data.get("who"))}
        return replace(after, **before)
    return after


def _edited(changes: dict[str, list[Any]]) -> dict[str, Any]:
    """Texts are kept whole; of people and projects only names are, and these may have changed since."""
    before: dict[str, Any] = {name: changes[name][0] for name in ("name", "description") if name in changes}
    if "project" in changes:
        before["project"] = None if changes["project"][0] else "None"
    return before | {role: (None if changes[role][0] else frozenset()) for role in ROLES if role in changes}


def _members(after: frozenset[str] | None, who: dict[str, list[str]] | None) -> frozenset[str] | None:
    if after is None or who is None:
        return None
    return (after - set(who["added"])) | set(who["removed"])


def _lasts(events: list[Event]) -> list[str | None]:
    """From whom the last message was after each event."""
    # Without its beginning there may be messages that no event tells of.
    is_known = bool(events) and events[0].kind == "task_created"
    spoken: list[Comment] = []
    found: list[str | None] = []
    for event in events:
        is_known = is_known and event.kind not in MOVING
        # The first message comes with the task itself.
        if event.kind in SPOKEN | {"task_created"} and event.comment:
            spoken.append(event.comment)
        elif event.kind in SPOKEN:
            is_known = False
        found.append(_speaker(spoken, event.at) if is_known else None)
    return found


def _speaker(spoken: list[Comment], at: datetime) -> str:
    said = [one for one in spoken if one.kind in (Comment.Kind.CLIENT, Comment.Kind.REPLY)]
    last = next((one for one in reversed(said) if one.withdrawn_at is None or one.withdrawn_at > at), None)
    if last is None:
        return "nobody"
    if last.kind == Comment.Kind.CLIENT:
        return "client"
    return "robot" if last.employee and last.employee.role == "robot" else "employee"


def _people(role: str) -> Callable[[Moment], set[str] | None]:
    def found(of: Moment) -> set[str] | None:
        direct: frozenset[str] | None = getattr(of.then, role)
        if direct is None:
            return None
        groups = [int(who.removeprefix("group-")) for who in direct if who.startswith("group-")]
        inside = Group.objects.filter(pk__in=groups).values_list("members", flat=True) if groups else []
        return set(direct) | {f"employee-{pk}" for pk in inside if pk}

    return found


def _assignee_count(of: Moment) -> set[str] | None:
    if of.then.assignee is None:
        return None
    return {"nobody" if not of.then.assignee else "one" if len(of.then.assignee) == 1 else "several"}


def _type(of: Moment) -> set[str] | None:
    status = Status.objects.filter(pk=of.then.status).first() if of.then.status else None
    if status is None:
        return None
    return {"active" if status.is_active and not of.then.is_trashed else "inactive"}


def _text(of: Moment) -> str | None:
    """Of the comment as it was first written."""
    comment = of.event.comment
    if comment is None:
        return ""
    earlier = comment.data.get("earlier") or []
    if earlier:
        return str(earlier[0].get("text", ""))
    return None if comment.edited_at else comment.text


def _one(value: object) -> set[str] | None:
    return None if value is None else {str(value)}


# By the keys of `conditions.FIELDS`.
FOUND: dict[str, Callable[[Moment], Any]] = {
    "status": lambda of: _one(of.then.status),
    "type": _type,
    "assignee": _people("assignee"),
    "participant": _people("participant"),
    "last": lambda of: _one(of.then.last),
    "comment_kind": lambda of: {str(of.event.comment.kind)} if of.event.comment else set(),
    "comment": _text,
    "site": lambda of: {str(of.task.source_id)},
    "project": lambda of: _one(of.then.project),
    "template": lambda of: {str(of.task.template_id)},
    "name": lambda of: of.then.name,
    "description": lambda of: of.then.description,
    "data": lambda of: additional_data.as_text(of.task.additional_data),
    "origin": lambda of: {"chat" if of.task.source_id else "hand"},
    "returning": lambda of: {"yes" if of.task.previous_id else "no"},
    "author": lambda of: of_event.author(of.event),
    "caused": lambda of: of_event.is_caused(of.event),
    "weekday": lambda of: {str(timezone.localtime(of.event.at).weekday())},
    "working": lambda of: {"yes" if company.is_working(of.event.at) else "no"},
    "files": lambda of: {"yes" if of.event.comment and of.event.comment.data.get("files") else "no"},
    "assignees": _assignee_count,
    "age": lambda of: (of.event.at - of.task.created_at).total_seconds() / 3600,
}
