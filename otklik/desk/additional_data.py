"""The additional data of a task, which the system wrote and nobody edits (S15, §5), as words and as plain text."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _


def title(key: str) -> str:
    """Of a group of `Task.additional_data`, in the reader's language."""
    return {"pages": _("Visited pages of the site"), "source": _("Source")}.get(key, key)


def source_words(source: str) -> str:
    """What a channel calls the place from which somebody writes, in the reader's words where it is a known one."""
    return _("the chat on the site") if source == "widget" else source


def as_text(data: list[dict[str, Any]], language: str = "") -> str:
    """What templates put in, and conditions look into: a line for each fact; before those of a group its title with a
    colon; a page as `title: address`, one without a title as its address. In `language`, by default the reader's."""
    with translation.override(language or translation.get_language()):
        return "\n".join(line for group in data for line in _lines(group))


def _lines(group: dict[str, Any]) -> list[str]:
    lines = [_line(group["title"], line) for line in group["lines"]]
    return [f"{title(group['title'])}:", *lines] if group["title"] else lines


def _line(key: str, line: dict[str, Any]) -> str:
    words = source_words(line["text"]) if key == "source" else line["text"]
    address = line.get("link", "")
    return f"{words}: {address}" if address and address != words else words
