"""The directory of prepared answers (S25, §10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.comments import REPLY_LIMIT
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, QuickReply
from otklik.lib.text import clean, clean_name

FIELDS = ("question", "text", "group", "language")
# The directory is looked through with every letter; more than this is no directory any more.
MOST = 10_000

Values = dict[str, Any]


def values_of(reply: QuickReply) -> Values:
    return {name: getattr(reply, name) for name in FIELDS}


@transaction.atomic
def make(values: Values, *, by: Employee) -> QuickReply:
    """Raises NotAllowed, Refused."""
    return make_many([values], by=by)[0]


@transaction.atomic
def make_many(rows: Sequence[Values], *, by: Employee) -> list[QuickReply]:
    """All or none of them, as one event. Raises NotAllowed; Refused for the first that does not fit."""
    _check_right(by)
    if QuickReply.objects.count() + len(rows) > MOST:
        raise Refused("", _("At most %(limit)s quick replies fit.") % {"limit": MOST})
    replies = [QuickReply(**row, changed_by=by) for row in _under_headings([checked(row) for row in rows])]
    made = QuickReply.objects.bulk_create(replies)
    record("quick_replies_made", by=by, replies=[reply.pk for reply in made][:100], count=len(made))
    return made


@transaction.atomic
def change(reply: QuickReply, values: Values, *, seen: Values, by: Employee) -> QuickReply:
    """`seen`: the values when they were shown. Raises NotAllowed, Outdated, Refused."""
    _check_right(by)
    reply = _locked(reply)
    now = values_of(reply)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else changed this quick reply meanwhile."), others)
    for name, value in _under_headings([checked(values)], beside=reply)[0].items():
        setattr(reply, name, value)
    reply.changed_by, reply.changed_at = by, timezone.now()
    reply.save()
    changes = {name: [now[name], value] for name, value in values_of(reply).items() if value != now[name]}
    if changes:
        record("quick_reply_edited", by=by, reply=reply.pk, changes=changes)
    return reply


@transaction.atomic
def archive(reply: QuickReply, *, by: Employee) -> None:
    """It is not offered any more, and can be taken back. Raises NotAllowed, Refused."""
    _set_archived(reply, by, is_archived=True)


@transaction.atomic
def restore(reply: QuickReply, *, by: Employee) -> None:
    """Raises NotAllowed, Refused."""
    _set_archived(reply, by, is_archived=False)


@transaction.atomic
def archive_group(heading: str, *, by: Employee, is_wanted: bool = True) -> int:
    """All that stands under a heading goes to the archive, or comes back; returns how many (§10). Raises NotAllowed."""
    _check_right(by)
    rows = QuickReply.objects.select_for_update().filter(group__iexact=heading, archived_at__isnull=is_wanted)
    pks = [reply.pk for reply in rows.order_by("pk")]
    QuickReply.objects.filter(pk__in=pks).update(archived_at=timezone.now() if is_wanted else None)
    if pks:
        kind = "quick_replies_archived" if is_wanted else "quick_replies_restored"
        record(kind, by=by, group=heading, count=len(pks))
    return len(pks)


def note_use(reply: QuickReply) -> None:
    QuickReply.objects.filter(pk=reply.pk).update(uses=F("uses") + 1)


def checked(values: Values) -> Values:
    """As they are stored. Raises Refused."""
    question, text = clean_name(values["question"], 201), clean(values["text"]).strip()
    group, language = clean_name(values.get("group", ""), 101), str(values.get("language", "")).strip().lower()
    if not question:
        raise Refused("question", _("Say what the answer is about."))
    if not text:
        raise Refused("text", _("Write the answer."))
    for field, value, limit in (("question", question, 200), ("text", text, REPLY_LIMIT), ("group", group, 100)):
        if len(value) > limit:
            raise Refused(field, _("At most %(limit)s characters fit here.") % {"limit": limit})
    if language and not (language.isascii() and language.replace("-", "").isalnum() and len(language) <= 10):
        raise Refused("language", _("This is no short name of a language."))
    return {"question": question, "text": text, "group": group, "language": language}


def _under_headings(rows: list[Values], *, beside: QuickReply | None = None) -> list[Values]:
    """A heading that is there already is written as it is there: in other letters it is the same. `beside`: the one
    that is changed, whose own heading may be rewritten."""
    others = QuickReply.objects.exclude(group="")
    others = others.exclude(pk=beside.pk) if beside else others
    known = {name.casefold(): name for name in others.order_by("pk").values_list("group", flat=True)}
    return [{**row, "group": known.setdefault(row["group"].casefold(), row["group"])} for row in rows]


def _set_archived(reply: QuickReply, by: Employee, *, is_archived: bool) -> None:
    _check_right(by)
    reply = _locked(reply)
    if bool(reply.archived_at) == is_archived:
        return
    reply.archived_at = timezone.now() if is_archived else None
    reply.save(update_fields=["archived_at"])
    record("quick_reply_archived" if is_archived else "quick_reply_restored", by=by, reply=reply.pk)


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change quick replies."))


def _locked(reply: QuickReply) -> QuickReply:
    found = QuickReply.objects.select_for_update(of=("self",)).filter(pk=reply.pk).first()
    if found is None:
        raise Refused("question", _("This quick reply is not there any more."))
    return found
