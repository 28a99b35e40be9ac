"""When a site is answered, and what agents say of themselves. Open chats hear of each change at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from otklik.chat.actions import site_log
from otklik.chat.models import Agent, Site, SiteHours
from otklik.live.publish import publish
from otklik.people import calendars
from otklik.people.models import Calendar, User


def tell(*site_ids: int) -> None:
    """What the sites promise may have changed."""
    publish([f"promise:{id}" for id in site_ids], "promise")


def stored(site: Site) -> SiteHours:
    """The site's own row, or an unsaved one."""
    found = SiteHours.objects.select_related("calendar").filter(site=site).first()
    return found or SiteHours(site=site, calendar=Calendar(), is_used=False)


@transaction.atomic
def change(
    site: Site,
    *,
    is_used: bool,
    timezone: str,
    week: Mapping[str, Any],
    special: Mapping[str, Any],
    by: User,
) -> Calendar:
    """The hours of the week and of single days, in the shape of `Calendar`; holidays stay as they are."""
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    hours = stored(site)
    calendar = hours.calendar
    calendar.timezone, calendar.week, calendar.special = timezone, dict(week), dict(special)
    calendar.save()
    hours.calendar, hours.is_used = calendar, is_used
    hours.save()
    site_log.record(site, "hours_changed", by=by)
    tell(site.pk)
    return calendar


def refresh_holidays() -> None:
    """Reads all holidays anew, once a day."""
    changed = calendars.refresh_all()
    tell(*SiteHours.objects.filter(calendar__in=changed).values_list("site_id", flat=True))


@transaction.atomic
def set_own_presence(user: User, presence: str) -> None:
    """A person says on all sites at once whether he is there (S22)."""
    own = Agent.objects.filter(user=user)
    own.update(presence=presence)
    for agent in own.select_related("site").order_by("site_id"):
        site_log.record(agent.site, "agent_presence", by=user, about=agent.name)
        tell(agent.site_id)


def copy(source: Site, target: Site) -> None:
    hours = SiteHours.objects.select_related("calendar").filter(site=source).first()
    if hours is None:
        return
    calendar = hours.calendar
    calendar.pk, calendar._state.adding = None, True
    calendar.save(force_insert=True)
    SiteHours.objects.create(site=target, calendar=calendar, is_used=hours.is_used)
