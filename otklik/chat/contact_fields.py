"""Kinds of fields in a contact form, and the values that visitors give in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from otklik.chat import basics
from otklik.lib.text import clean

TEXT_LIMIT = 1000
# Less is no phone anywhere; words may stand beside it, such as an extension.
PHONE_DIGITS = 5


class Field(NamedTuple):
    # Of a basic field: its kind.
    id: str
    # A name of `basics.LIMITS`, or text, or choice.
    kind: str
    is_required: bool = False

    @property
    def is_basic(self) -> bool:
        return self.kind in basics.LIMITS


def read(rows: Sequence[dict[str, Any]]) -> tuple[Field, ...]:
    """As `ContactForm.fields` keeps them."""
    return tuple(Field(row["id"], row["kind"], bool(row.get("isRequired"))) for row in rows)


class Unfit(Exception):
    """A value cannot be taken; its text is a sentence for the visitor."""


def value_of(field: Field, given: Any, choices: Sequence[Sequence[str]] = ()) -> str:
    """Fit to be stored; empty when nothing was given. Of a choice the words of its first list, whichever list of
    `choices` it was chosen from. Raises Unfit."""
    if not isinstance(given, str | int) or isinstance(given, bool):
        return ""
    value = clean(str(given)).strip()
    limit = basics.LIMITS.get(field.kind, TEXT_LIMIT)
    if len(value) > limit:
        raise Unfit(_("This is too long: at most %(limit)s characters.") % {"limit": limit})
    if not value:
        return ""
    if field.kind == "choice":
        return _chosen(value, choices)
    if field.kind == "email" and not basics.is_email(value):
        raise Unfit(_("This does not look like an e-mail address."))
    if field.kind == "phone" and len(re.findall(r"\d", value)) < PHONE_DIGITS:
        raise Unfit(_("This does not look like a phone number."))
    return basics.clean(field.kind, value) if field.is_basic else value


def _chosen(value: str, choices: Sequence[Sequence[str]]) -> str:
    for offered in choices:
        if value in offered:
            return choices[0][offered.index(value)]
    raise Unfit(_("This choice is not offered. Choose again."))
