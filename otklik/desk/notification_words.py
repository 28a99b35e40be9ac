"""Of what, how and why an employee hears: the words of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = {
    "client": _("A client wrote"),
    "new_task": _("A new task"),
    "waiting": _("A client is waiting for an answer"),
    "assigned": _("I am added to a task"),
    "mentioned": _("A colleague calls me by name"),
    "reminder": _("A reminder or a due date"),
    "colleague": _("A colleague wrote"),
    "status": _("The status changed"),
}
CHANNELS = {
    "chronicle": _("Chronicle"),
    "browser": pgettext_lazy("notifications", "Browser"),
    "sound": _("Sound"),
    "email": pgettext_lazy("notifications", "E-mail"),
}
# Of a client who waits nothing new enters the chronicle: his message stands there already.
IMPOSSIBLE = {("waiting", "chronicle")}
WHY = {
    "off": _("Switched off in the settings."),
    "task_off": _("Switched off for this task."),
    "quiet": _("It was a time not to disturb."),
    "together": _("Told together with another message of this conversation."),
    "read": _("It was read before."),
    "answered": _("Somebody answered before."),
    "no_access": _("The task is no longer open to this person."),
    "nobody": _("No page of the desk was open in a browser."),
    "looking": _("The task was open before the person's eyes."),
    "forbidden": _("The browser does not allow notifications of this site."),
    "silent": _("The browser plays no sound before one clicks somewhere on the page."),
    "no_mail": _("No mail server is set up."),
    "refused": _("The mail server did not take the letter."),
}
STATES = {
    "due": pgettext_lazy("notification", "Waits"),
    "sent": pgettext_lazy("notification", "Delivered"),
    "dropped": pgettext_lazy("notification", "Not sent"),
    "failed": pgettext_lazy("notification", "Failed"),
}
