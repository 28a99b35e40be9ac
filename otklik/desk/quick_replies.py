"""Which prepared answers are offered to somebody who writes (S25, §10)."""

from __future__ import annotations

import re

from django.db.models import Case, IntegerField, Q, Value, When

from otklik.desk.models import Comment, Employee, QuickReply, Task
from otklik.desk.models.quick_reply import QuickReplyQuerySet

OFFERED = 12
# More words than this nobody types behind an asterisk.
WORDS = 8
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def found(text: str) -> QuickReplyQuerySet:
    """Those that have all the words, in any order, each also as a part of a word, in question, answer or group."""
    replies = QuickReply.objects.all()
    for word in text.split()[:WORDS]:
        replies = replies.filter(Q(question__icontains=word) | Q(text__icontains=word) | Q(group__icontains=word))
    return replies


def offered(task: Task, text: str, *, to: Employee) -> list[QuickReply]:
    """Answers in the client's language first, then the much used. With their files."""
    nearest = Case(
        When(language=language_of(task), then=Value(0)),
        When(language="", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    replies = found(text).offered_to(to).prefetch_related("files")
    return list(replies.order_by(nearest, "-uses", "question", "pk")[:OFFERED])


def language_of(task: Task) -> str:
    """In which the client wrote last, by his letters: `ru`, `en`, or nothing where they do not tell."""
    lines = task.comments.filter(kind=Comment.Kind.CLIENT, withdrawn_at=None).order_by("-number")
    text = " ".join(lines.values_list("text", flat=True)[:3])
    russian, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    return "" if russian == latin else "ru" if russian > latin else "en"
