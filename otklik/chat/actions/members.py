from __future__ import annotations

from django.db import transaction

from otklik.chat.actions import site_log
from otklik.chat.models import Site, SiteMember
from otklik.people.models import User


@transaction.atomic
def dismiss(member: SiteMember, *, by: User) -> None:
    """He administers the site no more; as an agent he stays. The owner cannot be dismissed."""
    if not member.is_owner:
        site_log.record(member.site, "member_removed", by=by, about=str(member.user))
        member.delete()


@transaction.atomic
def hand_over(site: Site, to: User, *, by: User) -> None:
    """The site belongs to somebody else. Who owned it administers it still; the new owner may take that away. Nothing
    happens when `by` does not own it any more: two handovers at once end in one."""
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if to == by or not SiteMember.objects.filter(site=site, user=by, is_owner=True).update(is_owner=False):
        return
    SiteMember.objects.update_or_create(site=site, user=to, defaults={"is_owner": True})
    site_log.record(site, "owner_changed", by=by, about=str(to))
