from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import own_statuses, queries, rights, variables
from otklik.desk.actions import drafts, file_limits, mentions, recipients
from otklik.desk.actions import files as uploads
from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.errors import NotAllowed, Refused, Unseen
from otklik.desk.models import Comment, Employee, File, ReplyTarget, Task
from otklik.lib.text import clean

REPLY_LIMIT = 5000
NOTE_LIMIT = 64000
# Seconds that one may choose to hold replies back.
HOLDS = (0, 5, 10, 20, 30)
# Among so many last lines of a task a comment is known by the key that its browser made.
REMEMBERED = 500
# Of the lines that somebody has not seen, so many are shown to him before his reply goes out.
SHOWN = 5
# A file that its channel does not carry adds a line with its link to the text.
LINK_LENGTH = 400


@transaction.atomic
def add(
    task: Task,
    *,
    by: Employee,
    text: str,
    kind: str,
    target: ReplyTarget | None = None,
    files: Sequence[File] = (),
    key: str = "",
    hold: int = 0,
    seen: int | None = None,
    notified: Collection[int] | None = None,
    is_hidden: bool = False,
) -> Comment:
    """A reply to the client or an internal note (I6). A reply takes exactly one way: `target`, by default that of
    the client's latest message. It waits `hold` seconds before it leaves. The same `key` of the same author
    again gets the comment that it made (I2). `seen`: the number of the last line that its author had before
    him; a reply past newer words is refused. `notified`: ids of the employees who are to hear of it (§8.1);
    None: nobody has chosen, so a person's reply notifies whom the composer would choose, anything else who
    hears of the task. Raises NotAllowed, Refused, Unseen."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if key and (earlier := made_with(task, by, key)):
        return earlier
    is_reply = kind == Comment.Kind.REPLY
    check_rights(task, kind, by=by)
    if is_reply and seen is not None:
        _check_seen(task, by, seen)
    way, text = fitting(task, kind, text=text, target=target, files=files)
    circle = recipients.Circle(task)
    told = _told(task, kind, by, notified, circle)
    # A name in a reply is for the client; a draft is nobody's but its author's.
    named = [] if is_reply or task.status.key == "draft" else mentions.named_in(text)
    called = {employee.pk for employee in named}
    if is_hidden:
        check_hidden(kind, by, told | called)

    comment = Comment.objects.create(
        task=task,
        number=task.comment_count + 1,
        kind=Comment.Kind.REPLY if is_reply else Comment.Kind.NOTE,
        employee=by,
        text=text,
        target=way,
        notified=sorted((told | called) - {by.pk}),
        is_hidden=is_hidden,
        mark=Comment.Mark.DUE if is_reply else Comment.Mark.NONE,
        data=({"files": [file.facts() for file in files]} if files else {}) | ({"key": key} if key else {}),
        due_at=timezone.now() + timedelta(seconds=hold) if is_reply and hold else None,
    )
    uploads.attach(comment, files)
    if not by.is_unbound:
        drafts.forget(task, by=by, kind=kind)
    if is_reply and (notified is not None or not (by.is_robot or by.is_unbound)):
        task.notified = recipients.hearers_after(task, comment, circle)
        task.save(update_fields=["notified"])
    # Whoever follows the task hears of it, too.
    followers = recipients.followers_of(task) & circle.employees.keys()
    hearers = {pk for pk in told | followers if comment.is_visible_to(circle.employees[pk])} - called
    record(
        f"{comment.kind}_added", task=task, comment=comment, by=by, notified=sorted(hearers), reason="comment",
        is_insistent=notified is not None,
    )  # fmt: skip
    mentions.tell(task, comment, named, by=by)
    return comment


def _told(task: Task, kind: str, by: Employee, notified: Collection[int] | None, circle: recipients.Circle) -> set[int]:
    """Raises Refused."""
    if notified is not None:
        circle.check(notified)
        return set(notified)
    if kind == Comment.Kind.REPLY and not (by.is_robot or by.is_unbound):
        joins = queries.joins_a_colleague(task, by)
        return recipients.preselected(task, by, kind, circle, joins=joins)
    return set(task.notified) & circle.employees.keys()


def check_hidden(kind: str, by: Employee, told: set[int]) -> None:
    """Raises Refused."""
    if kind == Comment.Kind.REPLY:
        raise Refused("hidden", _("A reply to the client cannot be hidden. Write a note."))
    if not told - {by.pk}:
        raise Refused("hidden", _("Choose who is to see the hidden note."))


def check_rights(task: Task, kind: str, *, by: Employee) -> None:
    """Raises NotAllowed; Refused: before he has accepted the task."""
    if kind == Comment.Kind.REPLY and not rights.may_reply(task, by):
        raise NotAllowed(_("Only assignees of this task and administrators answer the client."))
    if not rights.may_note(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    if own_statuses.must_accept_first(task, by):
        raise Refused("text", _("Accept the task first: here assignees write only after that."))


def fitting(
    task: Task, kind: str, *, text: str, target: ReplyTarget | None, files: Sequence[File]
) -> tuple[ReplyTarget | None, str]:
    """The way and the text as they are stored. Raises Refused."""
    uploads.check_count(files)
    way = _open_target(task, target) if kind == Comment.Kind.REPLY else None
    limit = limit_of(way, files) if way else NOTE_LIMIT
    text = checked(text, limit, may_be_empty=bool(files))
    if way and (hole := variables.left_in(text)):
        raise Refused(
            "text", _("Nothing is known for “{{%(name)s}}”. Write it yourself or take it out.") % {"name": hole}
        )
    return way, text


def _check_seen(task: Task, by: Employee, seen: int) -> None:
    """Two people must not answer the same question, nor one a question that has just been taken back."""
    words = (Comment.Kind.CLIENT, Comment.Kind.REPLY)
    newer = task.comments.filter(number__gt=seen, kind__in=words, withdrawn_at=None).exclude(employee=by)
    # A browser that has been away for long gets the last few; the feed has all of them.
    lines = list(newer.select_related("employee__user", "identity").order_by("-number")[:SHOWN])[::-1]
    if lines:
        raise Unseen(_("Something was written that you have not seen yet."), lines)


def limit_of(way: ReplyTarget, files: Sequence[File]) -> int:
    """Characters that a reply may have beside the lines of files that go as links."""
    return REPLY_LIMIT - LINK_LENGTH * len(as_links(way, files))


def as_links(way: ReplyTarget, files: Sequence[File]) -> list[File]:
    """Those that the channel does not carry as files: too large, or too many for one message."""
    limit = file_limits.of(way)
    links, total = [], 0
    for file in files:
        size = file.size or 0
        if size > limit or total + size > 2 * limit:
            links.append(file)
        else:
            total += size
    return links


def made_with(task: Task, by: Employee, key: str) -> Comment | None:
    """What the author has made with this key before."""
    # Under the task's lock nobody makes another meanwhile; a browser that asks again asks soon.
    recent = task.comments.filter(employee=by, number__gt=task.comment_count - REMEMBERED)
    return recent.filter(data__key=key).first()


def checked(text: str, limit: int, *, may_be_empty: bool = False) -> str:
    """The text as it is stored. Raises Refused."""
    text = clean(text).strip()
    if not text and not may_be_empty:
        raise Refused("text", _("Write something first."))
    if len(text) > limit:
        raise Refused(
            "text", _("At most %(limit)s characters fit; this has %(length)s.") % {"limit": limit, "length": len(text)}
        )
    return text


def _open_target(task: Task, chosen: ReplyTarget | None) -> ReplyTarget:
    from otklik.desk.queries import default_target

    target = chosen or default_target(task)
    if target is None or target.task_id != task.pk or not target.is_open:
        raise Refused("target", _("This conversation goes on in another task; write an internal note here."))
    return target


@transaction.atomic
def mark(comment_ids: list[int], mark: str, note: str = "", due_at: datetime | None = None) -> None:
    """What the channel says of replies on their way; `due_at`: when it tries again. A later `sent` never takes back
    `read`."""
    comments = Comment.objects.filter(pk__in=comment_ids, kind=Comment.Kind.REPLY)
    if mark != Comment.Mark.READ:
        comments = comments.exclude(mark=Comment.Mark.READ)
    changed = list(
        comments.exclude(mark=mark, mark_note=note).order_by("pk").select_for_update().values_list("pk", "task_id")
    )
    Comment.objects.filter(pk__in=[pk for pk, _task in changed]).update(mark=mark, mark_note=note, due_at=due_at)
    record_many(
        [
            Happening("mark_changed", task_id=task, comment_id=pk, data={"mark": mark, "note": note})
            for pk, task in changed
        ]
    )


@transaction.atomic
def send_again(comment: Comment, *, by: Employee) -> None:
    """Asks for a new attempt of a reply that failed, or of which nobody knows."""
    comment = Comment.objects.select_for_update(of=("self",)).select_related("task").get(pk=comment.pk)
    if not rights.may_reply(comment.task, by):
        raise NotAllowed(_("Only assignees of this task and administrators answer the client."))
    if comment.mark not in (Comment.Mark.FAILED, Comment.Mark.UNKNOWN):
        return
    comment.mark, comment.mark_note = Comment.Mark.DUE, ""
    comment.save(update_fields=["mark", "mark_note"])
    record_many([Happening("send_again", task_id=comment.task_id, comment_id=comment.pk, actor_id=by.pk)])
