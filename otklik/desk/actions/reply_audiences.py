"""For whom the quick replies under a heading are (S25, §10)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Group, QuickReply, ReplyAudience
from otklik.lib.text import clean_name

NAME_LIMIT = 100


def of(heading: str) -> list[Group] | None:
    """None: everybody."""
    found = ReplyAudience.objects.filter(name__iexact=heading).first()
    return list(found.groups.order_by("name", "pk")) if found else None


@transaction.atomic
def save(heading: str, *, name: str, groups: Sequence[Group], by: Employee) -> None:
    """Renames the heading, with all that stands under it, and says for whom it is; no groups: for everybody. Raises
    NotAllowed, Refused."""
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change quick replies."))
    # Two who rename at once wait for each other.
    replies = QuickReply.objects.select_for_update().filter(group__iexact=heading).order_by("pk")
    if not heading or not [reply.pk for reply in replies]:
        raise Refused("name", _("This group is not there any more."))
    name = _checked(name, heading)
    QuickReply.objects.filter(group__iexact=heading).update(group=name)
    ReplyAudience.objects.filter(name__iexact=heading).delete()
    if groups:
        ReplyAudience.objects.create(name=name).groups.set(groups)
    record("quick_reply_group_changed", by=by, was=heading, name=name, groups=[group.pk for group in groups])


def _checked(name: str, heading: str) -> str:
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the group a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    if name.casefold() != heading.casefold() and QuickReply.objects.filter(group__iexact=name).exists():
        raise Refused("name", _("There is a group with this name."))
    return name
