"""Events at which a scenario looks at a task (contracts/planfix-behaviour.md §11.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CHANGES = frozenset(
    {
        "task_created", "task_edited", "status_changed", "members_changed", "client_wrote", "reply_heard",
        "reply_added", "note_added", "client_left", "client_returned", "task_trashed", "task_restored",
    }
)  # fmt: skip
SPOKEN = frozenset({"client_wrote", "reply_heard", "reply_added", "note_added"})

# Key: (name, kinds of events). `met` and `still` look at every change and at how it was before.
TRIGGERS = {
    "left": (_("The client left the chat and the task meets the conditions"), frozenset({"client_left"})),
    "returned": (_("The client came back and the task meets the conditions"), frozenset({"client_returned"})),
    "created": (_("The task was made"), frozenset({"task_created"})),
    "met": (_("The task was changed and now meets the conditions"), CHANGES),
    "still": (_("The task was changed and still meets the conditions"), CHANGES),
    "comment": (_("A comment was added"), SPOKEN),
    "status": (_("The status was changed"), frozenset({"status_changed"})),
    "accepted": (_("The task was accepted"), frozenset({"status_changed"})),
    "people": (_("Assignees or participants were changed"), frozenset({"members_changed", "task_edited"})),
}
