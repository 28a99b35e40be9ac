"""A task as it was after each of its events, told backwards from what it is now by what each event changed, and its
moments forwards.

What is not kept is None, or UNKNOWN where None means that there is none, and never guessed. As they are
today count: whether a status is an active one, who belongs to a group, the site, the template, the assigner, the
counterparty and the additional data of a task, which nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from otklik.desk.actions import company, members
from otklik.desk.models import Comment, Due, Event, Group, Status, Task
from otklik.desk.scenarios.conditions import Looked, field_of, of_dates, of_event, of_people, of_task
from otklik.desk.scenarios.conditions.operators import DATE, NUMBER
from otklik.desk.scenarios.triggers import SPOKEN

# After these a comment may stand in another task than the one in which it was written.
MOVING = {"comment_moved", "comment_moved_away", "tasks_merged", "task_merged_away", "merge_undone"}
ROLES = ("assignee", "participant", "auditor")
UNKNOWN: Final = object()


@dataclass(frozen=True)
class Then:
    """After one event; None: not kept. Members as `people.choices` names them."""

    status: int | None
    project: int | str | None
    name: str | None
    description: str | None
    assignee: frozenset[str] | None
    participant: frozenset[str] | None
    auditor: frozenset[str] | None
    # As `planning.due_facts`; None: there was none.
    due: dict[str, Any] | None
    is_trashed: bool = False
    last: str | None = None
    is_here: bool = True
    # By the keys of `of_dates.MOMENTS`; what is not there had not come yet.
    times: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """`later`: the time at which the task is looked at, where that is not the event's."""

    task: Task
    event: Event
    then: Then
    later: datetime | None = None

    @property
    def at(self) -> datetime:
        return self.later or self.event.at


def moments(task: Task, events: list[Event]) -> list[Moment]:
    """`events`: all of the task in their order, up to now."""
    now = Then(
        status=task.status_id,
        project=str(task.project_id),
        name=task.name,
        description=task.description,
        assignee=frozenset(members.who_is(task, "assignee")),
        participant=frozenset(members.who_is(task, "participant")),
        auditor=frozenset(members.who_is(task, "auditor")),
        due=_due_now(task),
        is_trashed=task.trashed_at is not None,
    )
    told = []
    for event in reversed(events):
        told.append(now)
        now = _before(now, event)
    told.reverse()
    found, times, is_here = [], dict[str, datetime](), True
    for event, then, last in zip(events, told, _lasts(events), strict=True):
        times = _times(times, event)
        is_here = _is_here(is_here, event)
        found.append(Moment(task, event, replace(then, last=last, times=times, is_here=is_here)))
    return found


def _due_now(task: Task) -> dict[str, Any] | None:
    due = Due.objects.filter(task=task).first()
    return due.facts if due else None


def _times(before: Mapping[str, datetime], event: Event) -> dict[str, datetime]:
    now = {key: event.at for key, kinds in of_dates.KINDS.items() if event.kind in kinds}
    times = {**before, **now, "changed": event.at}
    if event.kind == "status_changed":
        times.pop("completed", None)
        if event.data.get("to_key") == "completed":
            times["completed"] = event.at
    return times


def _is_here(before: bool, event: Event) -> bool:
    if event.kind == "client_left":
        return False
    return before or event.kind in ("client_returned", "client_wrote")


def _before(after: Then, event: Event) -> Then:
    if event.kind == "status_changed":
        return replace(after, status=event.data.get("from"))
    if event.kind in ("task_trashed", "task_restored"):
        return replace(after, is_trashed=event.kind == "task_restored")
    if event.kind == "task_edited":
        return replace(after, **_edited(event.data.get("changes", {})))
    if event.kind == "due_changed":
        return replace(after, due=event.data.get("from"))
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


def _status_set(of: Moment) -> set[str] | None:
    status = Status.objects.filter(pk=of.then.status).first() if of.then.status else None
    return {str(status.set_id)} if status else None


def _due(of: Moment) -> Due | None:
    facts = of.then.due
    if facts is None:
        return None
    at = datetime.fromisoformat(facts["at"]) if facts.get("at") else None
    return Due(day=date.fromisoformat(facts["day"]), at=at)


def _not_accepted(of: Moment) -> float | None:
    status = Status.objects.filter(pk=of.then.status).first() if of.then.status else None
    return of_dates.hours(of.then.times.get("status_changed"), of.at) if status and status.key == "new" else None


def _project(of: Moment) -> set[str] | None:
    if of.then.project is None:
        return None
    return set() if of.then.project == "None" else {str(of.then.project)}


def _project_below(of: Moment) -> set[str] | None:
    found = _project(of)
    return found and of_task.project_and_above(int(next(iter(found))))


def _as_now(key: str) -> Callable[[Moment], Any]:
    """What nothing changes."""

    def found(of: Moment) -> Any:
        asked = field_of(key)
        return asked.found(Looked(of.task, of.event)) if asked else None

    return found


def _one(value: object) -> set[str] | None:
    return None if value is None else {str(value)}


def _moment(key: str) -> Callable[[Moment], datetime | None]:
    return lambda of: of.then.times.get(key) if key != "created" else of.task.created_at


def _hours_since(key: str) -> Callable[[Moment], float | None]:
    find = _moment(key)
    return lambda of: of_dates.hours(find(of), of.at)


def _groups(role: str) -> Callable[[Moment], set[str] | None]:
    def found(of: Moment) -> set[str] | None:
        codes = _people(role)(of)
        if codes is None:
            return None
        return of_people.with_groups(codes)

    return found


def found_by(key: str) -> Callable[[Moment], Any] | None:
    """What tells the value of a condition's field at a moment, UNKNOWN where it is not kept; None: it never is."""
    find, asked = FOUND.get(key), field_of(key)
    if find is None or asked is None:
        return None
    if asked.kind in (NUMBER, DATE):
        return find

    def found(of: Moment) -> Any:
        value = find(of)
        return UNKNOWN if value is None else value

    return found


# By the keys of `conditions.FIELDS`.
FOUND: dict[str, Callable[[Moment], Any]] = {
    "status": lambda of: _one(of.then.status),
    "type": _type,
    "status_set": _status_set,
    "assignee": _people("assignee"),
    "assignee_group": _groups("assignee"),
    "assignees": _assignee_count,
    "assignee_count": lambda of: UNKNOWN if of.then.assignee is None else len(of.then.assignee),
    "assignee_kind": lambda of: None if of.then.assignee is None else {who.split("-")[0] for who in of.then.assignee},
    "participant": _people("participant"),
    "participant_group": _groups("participant"),
    "auditor": _people("auditor"),
    "last": lambda of: _one(of.then.last),
    "project": _project,
    "project_below": _project_below,
    "name": lambda of: of.then.name,
    "description": lambda of: of.then.description,
    "presence": lambda of: {"here" if of.then.is_here else "left"},
    "due": lambda of: of_dates.due_state(_due(of), of.at),
    "due_on": lambda of: of_dates.due_on(_due(of)),
    "overdue": lambda of: of_dates.overdue(_due(of), of.at),
    "unaccepted_age": _not_accepted,
    "comment_kind": lambda of: {str(of.event.comment.kind)} if of.event.comment else set(),
    "comment_origin": lambda of: of_event.comment_origin(of.event),
    "comment": _text,
    "files": lambda of: {"yes" if of.event.comment and of.event.comment.data.get("files") else "no"},
    "author": lambda of: of_event.author(of.event),
    "caused": lambda of: of_event.is_caused(of.event),
    "weekday": lambda of: {str(timezone.localtime(of.at).weekday())},
    "working": lambda of: {"yes" if company.is_working(of.at) else "no"},
    **{
        key: _as_now(key)
        for key in (
            "site", "channel", "template", "data", "origin", "returning", "assigner", "assigner_group", "counterparty",
        )
    },
    **{f"{key}_on": _moment(key) for key in of_dates.MOMENTS},
    **{one.hours_key: _hours_since(key) for key, one in of_dates.MOMENTS.items()},
}  # fmt: skip
