from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk import additional_data, task_log
from otklik.desk.models import Comment, Status

register = template.Library()

ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
# What ends a sentence rather than an address.
TRAILING = ".,:;!?'’…)]}"


@register.filter
def linked(text: str) -> SafeString:
    """Plain text from anywhere as HTML: everything escaped, http and https addresses clickable."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = _trimmed(found.group())
        parts += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return mark_safe("".join([*parts, escape(text[end:])]))


def _trimmed(address: str) -> str:
    """Counts once: an address of a stranger may be very long and end in nothing else."""
    end, unclosed = len(address), address.count("(") - address.count(")")
    while end and address[end - 1] in TRAILING:
        if address[end - 1] == ")":
            if unclosed >= 0:
                break
            unclosed += 1
        end -= 1
    return address[:end]


def _link(address: str) -> str:
    safe = escape(address)
    return f'<a href="{safe}" target="_blank" rel="nofollow noopener noreferrer">{safe}</a>'


@register.filter
def web_address(value: object) -> str:
    """The address if it is one that may be opened, else empty: what came from outside may be `javascript:`."""
    return value if isinstance(value, str) and ADDRESS.fullmatch(value) else ""


@register.filter
def likers(comment: Comment, likes: dict[int, list[str]]) -> list[str]:
    """Names of those who like it."""
    return likes.get(comment.pk, [])


@register.filter
def told(comment: Comment, names: dict[int, str]) -> str:
    """Names of those whom a comment has notified."""
    return ", ".join(sorted(names[pk] for pk in comment.notified or () if pk in names))


@register.filter
def excerpt(text: str, length: int = 220) -> str:
    return Truncator(" ".join(text[: length * 10].split())).chars(length)


# Reasons of `which_task.TABLE`.
WHY_MADE = {
    "by_hand": gettext_lazy("Made by hand."),
    "first": gettext_lazy("Made by the client's first message."),
    "completed": gettext_lazy("Made by the client's next message: the previous task was completed."),
    "inactive": gettext_lazy("Made by the client's next message: the previous task was not active any more."),
    "trashed": gettext_lazy("Made by the client's next message: the previous task was in the trash."),
    "purged": gettext_lazy("Made by the client's next message: the previous task had been deleted for good."),
}


@register.filter
def why_made(reason: str) -> str:
    """Why a task came into being, in words (S11)."""
    return str(WHY_MADE.get(reason, ""))


MOVES = {"task_trashed": gettext_lazy("Moved to the trash"), "task_restored": gettext_lazy("Taken out of the trash")}


@register.simple_tag
def system_words(comment: Comment, statuses: dict[int, Status]) -> str:
    """What a system line tells, in the reader's language."""
    data = comment.data
    if told := task_log.sentence(data):
        return told
    if data.get("event") in MOVES:
        return str(MOVES[data["event"]])
    if data.get("event") == "members_changed":
        return members_words(data)
    if data.get("event") != "status_changed":
        return comment.text or _("The task has changed")
    known = statuses.get(data.get("to", 0))
    return task_log.status_words(data, known.name if known else "")


MEMBERS = {
    ("assignee", "added"): gettext_lazy("Assigned: %(names)s"),
    ("assignee", "removed"): gettext_lazy("No longer assigned: %(names)s"),
    ("participant", "added"): gettext_lazy("Takes part: %(names)s"),
    ("participant", "removed"): gettext_lazy("Takes part no longer: %(names)s"),
    ("auditor", "added"): gettext_lazy("Watches over the task: %(names)s"),
    ("auditor", "removed"): gettext_lazy("Watches over the task no longer: %(names)s"),
}


def members_words(data: dict[str, Any]) -> str:
    """Who came into a role and who left it."""
    said = [
        str(words) % {"names": ", ".join(data[change])}
        for (role, change), words in MEMBERS.items()
        if role == data.get("role") and data.get(change)
    ]
    return ". ".join(said) or _("The task has changed")


@register.simple_tag
def quote_title(key: str) -> str:
    return additional_data.title(key)


@register.filter
def source_words(source: str) -> str:
    """What a channel calls the place from which somebody writes, in the reader's words where it is a known one."""
    return additional_data.source_words(source)


@register.filter
def plain(data: list[dict[str, Any]]) -> str:
    return additional_data.as_text(data)
