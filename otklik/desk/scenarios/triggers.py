"""Events at which a scenario looks at a task (contracts/planfix-behaviour.md §11.1)."""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.models import Event, Scenario, Status, TaskField

CHANGES = frozenset(
    {
        "task_created", "task_edited", "fields_changed", "due_changed", "checklist_changed", "status_changed",
        "own_status_set", "members_changed", "client_wrote", "reply_heard", "reply_added", "note_added", "client_left",
        "client_returned", "task_trashed", "task_restored",
    }
)  # fmt: skip
SPOKEN = frozenset({"client_wrote", "reply_heard", "reply_added", "note_added"})
EDITED = frozenset({"task_edited", "fields_changed", "due_changed", "members_changed"})

# Key: (name, kinds of events). `met` and `still` look at every change and at how it was before.
TRIGGERS = {
    "left": (_("The client left the chat and the task meets the conditions"), frozenset({"client_left"})),
    "returned": (_("The client came back and the task meets the conditions"), frozenset({"client_returned"})),
    "created": (_("The task was made"), frozenset({"task_created"})),
    "met": (_("The task was changed and now meets the conditions"), CHANGES),
    "still": (_("The task was changed and still meets the conditions"), CHANGES),
    "field": (_("A field was changed"), EDITED),
    "comment": (_("A comment was added"), SPOKEN),
    "status": (_("The status was changed"), frozenset({"status_changed"})),
    "accepted": (_("The task was accepted"), frozenset({"status_changed"})),
    "people": (_("Assignees or participants were changed"), frozenset({"members_changed", "task_edited"})),
    "checklist": (_("The checklist was changed"), frozenset({"checklist_changed"})),
    "merged": (_("Another task was merged into the task"), frozenset({"tasks_merged"})),
    "trashed": (_("The task was moved to the trash"), frozenset({"task_trashed"})),
    "date": (_("A date of the task is reached"), frozenset({"date_reached"})),
}
# The dates of `date`; `last` is the last message of the talk.
DATES = {
    "due": _("Due date"),
    "created": _("Made"),
    "client": _("Last message of the client"),
    "answer": _("Last reply of an employee"),
    "status": _("Last change of the status"),
    "completed": _("Completion"),
}
# In these the task itself is looked at though it lies in the trash.
OF_TRASHED = ("trashed",)
PLAIN_FIELDS = {
    "name": pgettext_lazy("of a thing", "Name"),
    "description": _("Description"),
    "project": _("Project"),
    "due": _("Due date"),
    "assignee": _("Assignees"),
    "participant": _("Participants"),
}


def dates() -> list[tuple[str, str]]:
    """(key, name) of the dates that may be reached, own fields among them."""
    own = TaskField.objects.filter(archived_at=None, kind="date")
    return [*((key, str(name)) for key, name in DATES.items()), *((f"field-{one.pk}", one.name) for one in own)]


def is_known_before(date: str) -> bool:
    """Whether it is chosen, and not only there when it has come."""
    return date == "due" or date.startswith("field-")


def fields() -> list[tuple[str, str]]:
    """(key, name) of the fields whose change may be waited for."""
    own = [(f"field-{field.pk}", field.name) for field in TaskField.objects.filter(archived_at=None)]
    return [*((key, str(name)) for key, name in PLAIN_FIELDS.items()), *own]


class Names:
    """Of statuses and fields, asked for once for many events."""

    @cached_property
    def new(self) -> set[int]:
        """Ids of the statuses of a task that nobody has accepted."""
        return set(Status.objects.filter(key="new").values_list("pk", flat=True))

    @cached_property
    def fields(self) -> dict[str, str]:
        return {f"field-{pk}": name for pk, name in TaskField.objects.values_list("pk", "name")}


def is_for(scenario: Scenario, event: Event, names: Names | None = None) -> bool:
    """Whether the scenario looks at this event."""
    names = names or Names()
    trigger = TRIGGERS.get(scenario.event)
    if trigger is None or event.kind not in trigger[1]:
        return False
    if scenario.event == "accepted":
        if event.data.get("to_key") != "in_progress":
            return False
        return event.data.get("from") in names.new
    if scenario.event == "field":
        return has_changed(event, str(scenario.event_options.get("field", "")), names)
    if scenario.event == "date":
        return bool(event.data.get("scenario") == scenario.pk)
    return True


def has_changed(event: Event, field: str, names: Names | None = None) -> bool:
    """Whether the event tells of a change of this field, as `fields` names it."""
    if event.kind == "due_changed":
        return field == "due"
    if event.kind == "members_changed":
        return bool(field == event.data.get("role"))
    changes = event.data.get("changes", {})
    if event.kind == "fields_changed":
        # Events name fields as people do; of fields of one name any will do.
        return (names or Names()).fields.get(field) in changes
    return field in changes
