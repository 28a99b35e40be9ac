"""What was said, as variables: the comment at which a scenario starts, and the last message of a task."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Comment
from otklik.desk.variables.scene import Scene
from otklik.desk.variables.variable import Variable, of


def _author(comment: Comment) -> str:
    if comment.identity:
        return comment.identity.contact.told_name
    return comment.author


def _at(comment: Comment) -> str:
    return date_format(timezone.localtime(comment.at), "SHORT_DATETIME_FORMAT")


def _comment(scene: Scene) -> Comment | None:
    # A scenario writes for others: what is hidden from them stays where it is (§8.2).
    return None if scene.comment and scene.comment.is_hidden else scene.comment


def _last(scene: Scene) -> Comment | None:
    return scene.last_message


TALK = (
    Variable(
        "Комментарий.Текст", "Comment.Text", _("the comment at which a scenario starts"),
        of(_comment, lambda one: one.text),
    ),
    Variable("Комментарий.Автор", "Comment.Author", _("who wrote that comment"), of(_comment, _author)),
    Variable("Комментарий.Дата", "Comment.Date", _("when that comment was written"), of(_comment, _at)),
    Variable(
        "Задача.Последнее сообщение.Текст", "Task.Last message.Text",
        _("what was said last between the client and us"), of(_last, lambda one: one.text),
    ),
    Variable(
        "Задача.Последнее сообщение.Автор", "Task.Last message.Author", _("who said it"), of(_last, _author)
    ),
    Variable("Задача.Последнее сообщение.Дата", "Task.Last message.Date", _("when it was said"), of(_last, _at)),
)  # fmt: skip
