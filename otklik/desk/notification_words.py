"""Of what, how and why an employee hears: the words of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk import other_tasks
from otklik.desk.models import Comment, Notification
from otklik.desk.task_log import told_of

KINDS = {
    "client": _("A client wrote"),
    "new_task": _("A new task"),
    "waiting": _("A client is waiting for an answer"),
    "assigned": _("I am added to a task"),
    "mentioned": _("A colleague calls me by name"),
    "reminder": _("A reminder or a due date"),
    "colleague": _("A colleague wrote"),
    "status": _("The status changed"),
    "rejected": _("A task is rejected"),
    "alarm": _("A scenario is stopped (administrators)"),
}
# Told in the chronicle alone, whatever one has chosen.
QUIET_KINDS = {"liked": _("A colleague likes what I wrote")}
CHANNELS = {
    "chronicle": _("Chronicle"),
    "browser": pgettext_lazy("notifications", "Browser"),
    "sound": _("Sound"),
    "push": pgettext_lazy("notifications", "Push"),
    "email": pgettext_lazy("notifications", "E-mail"),
}
# Of a client who waits nothing new enters the chronicle: his message stands there already.
IMPOSSIBLE = {("waiting", "chronicle")}
WHY = {
    "off": _("Switched off in the settings."),
    "task_off": _("Switched off for this task."),
    "quiet": _("It was a time not to disturb."),
    "away": _("You were away on that day."),
    "together": _("Told together with another message of this conversation."),
    "read": _("It was read before."),
    "answered": _("Somebody answered before."),
    "no_access": _("The task is no longer open to this person."),
    "nobody": _("No page of the desk was open in a browser."),
    "looking": _("The task was open before the person's eyes."),
    "forbidden": _("The browser does not allow notifications of this site."),
    "silent": _("The browser plays no sound before one clicks somewhere on the page."),
    "no_push": _("No browser of this person is told while the desk is closed."),
    "shown": _("An open page of the desk has shown it."),
    "push_refused": _("The browser's maker did not take the message."),
    "no_mail": _("No mail server is set up."),
    "refused": _("The mail server did not take the letter."),
}
STATES = {
    "due": pgettext_lazy("notification", "Waits"),
    "sent": pgettext_lazy("notification", "Delivered"),
    "dropped": pgettext_lazy("notification", "Not sent"),
    "failed": pgettext_lazy("notification", "Failed"),
}


def event_words(one: Notification) -> str:
    """What its event tells, with the names of other tasks only as far as this person may see those."""
    if one.event is None:
        return ""
    other_tasks.unnamed([one.event], one.employee)
    return told_of(one.event.kind, one.event.data)


def told(one: Notification) -> dict[str, Any]:
    """What a pop-up says of a notification of a task, in the present language, and where it leads."""
    assert one.task is not None
    comment = Comment.objects.filter(pk=one.event.comment_id).first() if one.event and one.event.comment_id else None
    text = comment.text if comment and not comment.withdrawn_at and comment.is_visible_to(one.employee) else ""
    text = (text or event_words(one))[:200]
    return {
        "title": str(KINDS.get(one.kind, "")),
        "text": f"{one.task.name}\n{text}".strip(),
        "tag": f"task-{one.task_id}",
        "address": reverse("task", args=[one.task.number]),
        "isLoud": one.kind == "waiting",
    }
