"""Which prepared answers are offered to somebody who writes (S25, §10)."""

from __future__ import annotations

import re
from functools import reduce
from operator import add

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import get_language

from otklik.desk.actions import company
from otklik.desk.models import Comment, Employee, QuickReply, Task
from otklik.desk.models.quick_reply import QuickReplyQuerySet

OFFERED = 12
# More words than this nobody types behind an asterisk.
WORDS = 8
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
YO = re.compile(r"[её]", re.IGNORECASE)
LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def found(text: str) -> QuickReplyQuerySet:
    """Those that have all the words, in any order, each also as a part of a word, in question, answer or group."""
    replies = QuickReply.objects.all()
    for word in text.split()[:WORDS]:
        replies = replies.filter(_has("question", word) | _has("text", word) | _has("group", word))
    return replies


def _has(column: str, word: str) -> Q:
    """Whether a text has the word, or a part of one; ё is often typed as е, and the other way round."""
    if not YO.search(word):
        return Q(**{f"{column}__icontains": word})
    return Q(**{f"{column}__iregex": YO.sub("[её]", re.escape(word))})


def offered(task: Task, text: str, *, to: Employee) -> list[QuickReply]:
    """Answers in the client's language and those of no language first, then those that are about the words, then the
    much used. With files."""
    return _first(text, to, language_of(task))


def offered_to_all(text: str, *, to: Employee) -> list[QuickReply]:
    """Where nobody is answered yet, such as in a new task: those in the reader's language first."""
    return _first(text, to, get_language() or "")


def are_there_for(employee: Employee) -> bool:
    """Whether the account offers quick replies, and has some for him."""
    return company.stored().has_quick_replies and QuickReply.objects.offered_to(employee).exists()


def _first(text: str, to: Employee, language: str) -> list[QuickReply]:
    if not company.stored().has_quick_replies:
        return []
    replies = found(text).offered_to(to).prefetch_related("files")
    return list(replies.order_by(_not("", language), _far(text), _not(language), "-uses", "question", "pk")[:OFFERED])


def _not(*languages: str) -> Case:
    """Those in one of these languages first."""
    return Case(When(language__in=languages, then=Value(0)), default=Value(1), output_field=IntegerField())


def _far(text: str) -> Combinable:
    """How many of the words stand in the answer only, and how many in the heading only, which says the least."""
    places = [
        Case(
            When(_has("question", word), then=Value(0)),
            When(_has("text", word), then=Value(1)),
            default=Value(3),
            output_field=IntegerField(),
        )
        for word in text.split()[:WORDS]
    ]
    return reduce(add, places, Value(0, output_field=IntegerField()))


def language_of(task: Task) -> str:
    """In which the client wrote last, by his letters: `ru`, `en`, or nothing where they do not tell."""
    lines = task.comments.filter(kind=Comment.Kind.CLIENT, withdrawn_at=None).order_by("-number")
    text = " ".join(lines.values_list("text", flat=True)[:3])
    russian, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    return "" if russian == latin else "ru" if russian > latin else "en"
