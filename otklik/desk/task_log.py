"""What was changed in a task, in the reader's words: for the line in the feed, the chronicle and the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from otklik.desk.models import Status
from otklik.desk.models.status import SYSTEM_NAMES
from otklik.desk.models.task import ROLE_NAMES
from otklik.lib.notes import told
from otklik.people.templatetags.moments import clock, moment, near_day

Data = dict[str, Any]
# Of a value in a sentence; the task itself has the whole.
SHOWN = 80
FIELDS: dict[str, str | Promise] = {
    "name": pgettext_lazy("of a thing", "Name"),
    "description": gettext_lazy("Description"),
    "project": gettext_lazy("Project"),
    **{key: name for key, name in ROLE_NAMES.items() if key in ("assignee", "participant", "auditor")},
}


def _edited(data: Data) -> str:
    return "; ".join(_change(name, before, after) for name, (before, after) in data.get("changes", {}).items())


def _change(name: str, before: Any, after: Any) -> str:
    label = str(FIELDS.get(name, name))
    if isinstance(before, list) and isinstance(after, list):
        come = [one for one in after if one not in before]
        gone = [one for one in before if one not in after]
        signs = [*(f"+ {one}" for one in come), *(f"− {one}" for one in gone)]
        return f"{label}: {', '.join(signs)}"
    return f"{label}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    return _quoted(value) if value else _("empty")


def _quoted(value: Any) -> str:
    words = Truncator(" ".join(str(value).split())).chars(SHOWN)
    return _("“%(words)s”") % {"words": words}


def due_words(facts: Data | None) -> str:
    """A due date as `Due.facts` has it, in the reader's zone."""
    if not facts:
        return ""
    if facts.get("at"):
        at = datetime.fromisoformat(facts["at"])
        return f"{near_day(timezone.localtime(at).date())}, {clock(at)}"
    return near_day(date.fromisoformat(facts["day"]))


def _due(data: Data) -> str:
    before, after = due_words(data.get("from")), due_words(data.get("to"))
    if not after:
        return _("Due date removed: %(before)s") % {"before": before}
    return _("Due: %(before)s → %(after)s") % {"before": before or _("empty"), "after": after}


CHECKLIST = {
    "added": gettext_lazy("Checklist: added %(words)s"),
    "ticked": gettext_lazy("Checklist: done %(words)s"),
    "unticked": gettext_lazy("Checklist: not done any more %(words)s"),
    "reworded": gettext_lazy("Checklist: changed %(words)s"),
    "moved": gettext_lazy("Checklist: moved %(words)s"),
    "removed": gettext_lazy("Checklist: removed %(words)s"),
    "given": gettext_lazy("Checklist: given to %(name)s: %(words)s"),
    "given_to_nobody": gettext_lazy("Checklist: to be done by whoever does the task: %(words)s"),
}


def _checklist(data: Data) -> str:
    sign = " → " if data.get("what") == "reworded" else ", "
    words = sign.join(_quoted(text) for text in data.get("texts", []))
    return str(CHECKLIST.get(data.get("what", ""), "")) % {"words": words, "name": data.get("name", "")}


def _other(sentence: str | Promise) -> Callable[[Data], str]:
    """The number alone, where the reader may not know the name."""

    def words(data: Data) -> str:
        name = data.get("name", "")
        return (str(sentence) if name else str(sentence).replace(" %(name)s", "")) % {
            "number": data.get("number"),
            "name": name,
        }

    return words


def _parent(data: Data) -> str:
    if not data.get("number"):
        return _("Not a part of another task any more")
    return _other(gettext_lazy("Part of № %(number)s %(name)s"))(data)


def _reminder(data: Data) -> str:
    note = data.get("note", "")
    return _("Reminder: %(note)s") % {"note": note} if note else _("Reminder")


def _reminder_set(sentence: str | Promise) -> Callable[[Data], str]:
    return lambda data: str(sentence) % {"at": moment(datetime.fromisoformat(data["at"]))}


def _delayed(sentence: str | Promise) -> Callable[[Data], str]:
    def words(data: Data) -> str:
        what = _("A reply") if data.get("of") == "reply" else _("A note")
        told_of = {"what": what, "at": moment(datetime.fromisoformat(data["at"])), "note": told(data.get("note", ""))}
        return str(sentence) % told_of

    return words


def _plain(sentence: str | Promise) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def _due_told(sentence: str | Promise) -> Callable[[Data], str]:
    return lambda data: str(sentence) % {"due": due_words(data.get("due"))}


def _unfolding_failed(data: Data) -> str:
    return (_("The subtasks of the template were not made. %(note)s") % {"note": data.get("note", "")}).strip()


def _held(data: Data) -> str:
    told_of = {"name": data.get("scenario", ""), "count": data.get("count", 0)}
    if data.get("why") == "loop":
        others = ", ".join(_quoted(name) for name in data.get("with", []))
        words = _("Scenario “%(name)s” is stopped: it ran %(count)s times in this task within ten minutes.") % told_of
        names = _("Acting here: %(names)s.") % {"names": others}
        return f"{words} {names}" if others else words
    words = ngettext(
        "Scenario “%(name)s” is stopped: it ran %(count)s time within an hour.",
        "Scenario “%(name)s” is stopped: it ran %(count)s times within an hour.",
        told_of["count"],
    )
    return words % told_of


def _woken(data: Data) -> str:
    if not data.get("until"):
        return _("Delayed until somebody changes it")
    return _("Delayed until %(at)s") % {"at": moment(datetime.fromisoformat(data["until"]))}


def _own_status(data: Data) -> str:
    """An answer of one of several assignees; with what he said."""
    key, name = data.get("key", ""), str(data.get("name") or SYSTEM_NAMES.get(data.get("key", ""), ""))
    if data.get("is_back"):
        return _("Takes the answer back: has the task's status again, %(status)s") % {"status": name}
    words = {"in_progress": _("Accepts the task"), "rejected": _("Rejects the task")}.get(key)
    words = words or _("Own status: %(status)s") % {"status": name}
    return f"{words} — {data['note']}" if data.get("note") else words


# Those with a line in the feed; the task's header may look different after them.
LINES: dict[str, Callable[[Data], str]] = {
    "task_edited": _edited,
    "fields_changed": _edited,
    "due_changed": _due,
    "own_status_set": _own_status,
    "delay_changed": _woken,
    "subtask_added": _other(gettext_lazy("Subtask added: № %(number)s %(name)s")),
    "subtask_removed": _other(gettext_lazy("Subtask taken out: № %(number)s %(name)s")),
    "parent_changed": _parent,
    "tasks_merged": _other(gettext_lazy("№ %(number)s %(name)s is merged into this task")),
    "description_merged": _other(gettext_lazy("Description of № %(number)s %(name)s")),
    "task_merged_away": _other(gettext_lazy("Merged into № %(number)s %(name)s")),
    "merge_undone": _other(gettext_lazy("Separate again from № %(number)s %(name)s")),
    "comment_moved_away": _other(gettext_lazy("A comment was moved into № %(number)s %(name)s")),
    "task_made_of_comment": _other(gettext_lazy("№ %(number)s %(name)s was made of a comment")),
    "scenario_held": _held,
    "unfolding_failed": _unfolding_failed,
    "made_of_comment": _other(gettext_lazy("Made of a comment in № %(number)s %(name)s")),
}
# Lines that were there have other numbers after these: a page that shows them is loaded anew.
RENUMBERING = {"tasks_merged", "task_merged_away", "merge_undone", "comment_moved_away"}
OTHERS: dict[str, Callable[[Data], str]] = {
    "checklist_changed": _checklist,
    "comment_moved": _other(gettext_lazy("A comment of № %(number)s %(name)s was moved here")),
    "reminder": _reminder,
    "due_near": _due_told(gettext_lazy("Due soon: %(due)s")),
    "due_over": _due_told(gettext_lazy("The due date has passed: %(due)s")),
    "reminder_added": _reminder_set(gettext_lazy("Reminder set for %(at)s")),
    "reminder_cancelled": _reminder_set(gettext_lazy("Reminder for %(at)s cancelled")),
    "comment_delayed": _delayed(gettext_lazy("%(what)s waits until %(at)s")),
    "delayed_removed": _delayed(gettext_lazy("%(what)s that waited until %(at)s is removed")),
    "delayed_given_up": _delayed(gettext_lazy("%(what)s that waited until %(at)s was not written. %(note)s")),
    "task_followed": _plain(gettext_lazy("Follows the task")),
    "task_unfollowed": _plain(gettext_lazy("Follows the task no more")),
}
KINDS = frozenset(LINES)
# Those that say number and name of another one.
OF_OTHER_TASKS = {
    "subtask_added", "subtask_removed", "parent_changed", "tasks_merged", "description_merged", "task_merged_away",
    "merge_undone", "comment_moved_away", "task_made_of_comment", "made_of_comment", "comment_moved",
}  # fmt: skip


def sentence(data: Data) -> str:
    """Of a system line in the feed; empty for what others tell."""
    tell = LINES.get(str(data.get("event", "")))
    return tell(data) if tell else ""


def words_of(kind: str, data: Data) -> str:
    """Of an event; empty for what others tell."""
    tell = LINES.get(kind) or OTHERS.get(kind)
    return tell(data) if tell else ""


def status_words(data: Data, name: str = "") -> str:
    """Of a step to another status, and why it was made. Without a `name` it is called as it was then: it may have gone
    since, and the task has long another one."""
    then = Status(key=data.get("to_key", ""), own_name=data.get("to_name", ""))
    words = _("Status: %(status)s") % {"status": name or then.name or "—"}
    return f"{words} — {data['note']}" if data.get("note") else words


# What is told by its kind alone.
PLAIN: dict[str, str | Promise] = {
    "task_created": gettext_lazy("Task created"),
    "client_left": gettext_lazy("The client left the chat"),
    "client_returned": gettext_lazy("The client is back in the chat"),
    "members_changed": gettext_lazy("Assigned to you"),
    "task_trashed": gettext_lazy("Moved to the trash"),
    "task_restored": gettext_lazy("Taken out of the trash"),
}


def told_of(kind: str, data: Data) -> str:
    """What an event tells besides that it happened; empty where a comment or the kind says it all."""
    return status_words(data) if kind == "status_changed" else words_of(kind, data)


def of_event(kind: str, data: Data) -> str:
    """The line of the chronicle for an event without words of a person."""
    return told_of(kind, data) or str(PLAIN.get(kind, _("The task has changed")))
