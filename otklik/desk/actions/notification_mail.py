"""Letters to employees about what they have not seen yet."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.desk.actions import company
from otklik.desk.actions.notifying import MOST, State, needless
from otklik.desk.models import Comment, Employee, Notice, Notification
from otklik.desk.notification_words import KINDS, event_words
from otklik.lib.letters import NotSent, has_server, send

# Seconds until a letter is tried again; after the last it has failed.
AGAIN = (60, 300, 1800)
MOST_LINES = 5


def send_due() -> None:
    for _letter in range(MOST):
        if not _send_next():
            return


@transaction.atomic
def _send_next() -> bool:
    # Locked until it is sent: another worker takes the next one.
    due = Notification.objects.due("email").select_related("employee__user", "task", "event").order_by("due_at")
    one = due.select_for_update(of=("self",), skip_locked=True).first()
    if one is None:
        return False
    why = needless(one)
    if why:
        one.finish(State.DROPPED, why)
    elif not has_server():
        one.finish(State.FAILED, "no_mail")
    else:
        _send(one)
    return True


def _send(one: Notification) -> None:
    language = company.language_of(one.employee)
    with translation.override(language):
        subject, body = _written(one)
    try:
        send(one.employee.user.email, subject, body)
    except NotSent as error:
        if error.is_final or one.attempts >= len(AGAIN):
            one.finish(State.FAILED, "refused", str(error))
            return
        one.words, one.due_at = str(error)[:500], timezone.now() + timedelta(seconds=AGAIN[one.attempts])
        one.attempts += 1
        one.save(update_fields=["words", "due_at", "attempts"])
        return
    one.finish(State.SENT, words=one.employee.user.email)


def send_trial(employee: Employee) -> Notification:
    """A letter at once; the row tells how it went."""
    one = Notification(employee=employee, kind="trial", channel="email")
    one.save()
    if not has_server():
        one.finish(State.FAILED, "no_mail")
        return one
    try:
        text = _("This is how letters of the desk reach you.") + "\n"
        send(employee.user.email, _("Trial of notifications"), text)
    except NotSent as error:
        one.finish(State.FAILED, "refused", str(error))
        return one
    one.finish(State.SENT, words=employee.user.email)
    return one


def _written(one: Notification) -> tuple[str, str]:
    assert one.task is not None
    lines = _lines(one)
    context = {
        "task": one.task,
        "lines": reversed(lines),
        "words": event_words(one),
        "kind": KINDS.get(one.kind, one.kind),
        "address": settings.PUBLIC_URL + reverse("task", args=[one.task.number]),
        "settings_address": settings.PUBLIC_URL + reverse("notifications"),
    }
    return f"{KINDS.get(one.kind, '')}: {one.task.name}", render_to_string("desk/notification_mail.txt", context)


def _lines(one: Notification) -> list[Comment]:
    """What he has not read of this task; of a client who waits, the message that waits."""
    unread = Notice.objects.filter(employee=one.employee_id, task=one.task_id, read_at__isnull=True)
    named = [pk for pk in unread.values_list("event__comment", flat=True) if pk]
    if not named and one.event_id:
        named = list(Notice.objects.filter(event=one.event_id).values_list("event__comment", flat=True)[:1])
    comments = Comment.objects.visible_to(one.employee).filter(pk__in=named, withdrawn_at=None).exclude(text="")
    return list(comments.select_related("employee__user", "identity").order_by("-number")[:MOST_LINES])
