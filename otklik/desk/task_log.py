"""What was changed in a task, in the reader's words: for the line in the feed and for the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.desk.models.task import ROLE_NAMES

Data = dict[str, Any]
# Of a value in a sentence; the task itself has the whole.
SHOWN = 80
FIELDS: dict[str, str | Promise] = {
    "name": pgettext_lazy("of a thing", "Name"),
    "description": gettext_lazy("Description"),
    "project": gettext_lazy("Project"),
    **{key: name for key, name in ROLE_NAMES.items() if key in ("assignee", "participant", "auditor")},
}


def _edited(data: Data) -> str:
    return "; ".join(_change(name, before, after) for name, (before, after) in data.get("changes", {}).items())


def _change(name: str, before: Any, after: Any) -> str:
    label = str(FIELDS.get(name, name))
    if isinstance(before, list) and isinstance(after, list):
        come = [one for one in after if one not in before]
        gone = [one for one in before if one not in after]
        signs = [*(f"+ {one}" for one in come), *(f"− {one}" for one in gone)]
        return f"{label}: {', '.join(signs)}"
    return f"{label}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    words = " ".join(str(value or "").split())
    return _("“%(words)s”") % {"words": Truncator(words).chars(SHOWN)} if words else _("empty")


SENTENCES: dict[str, Callable[[Data], str]] = {"task_edited": _edited}
# Kinds of events with such a line; the task's header may look different after them.
KINDS = frozenset(SENTENCES)


def sentence(data: Data) -> str:
    """Empty for what others tell."""
    tell = SENTENCES.get(str(data.get("event", "")))
    return tell(data) if tell else ""
