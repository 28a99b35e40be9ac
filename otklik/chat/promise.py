"""What the widget may promise of an answer: who is there now, else when the site opens next. Never more than is known:
without hours no time is named (S22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import formats, timezone, translation

from otklik.chat.models import Agent, Site, SiteHours
from otklik.chat.wire import milliseconds
from otklik.people.hours import Hours

SHOWN_AGENTS = 3

Status = Agent.Presence


@dataclass(frozen=True)
class Promise:
    is_online: bool
    # Who is there and may be seen.
    agents: tuple[Agent, ...]
    # Nobody is there, and then the site opens.
    opens_at: datetime | None = None
    # When the clock alone will change this.
    until: datetime | None = None


def of(site: Site, now: datetime | None = None) -> Promise:
    now = now or timezone.now()
    agents = list(site.agents.order_by("id"))
    hours = hours_of(site)
    opening = hours.opening(now) if hours else None
    is_open = opening is not None and opening.starts_at <= now
    is_closed = hours is not None and not is_open
    online = tuple(agent for agent in agents if status_of(agent, is_closed=is_closed) == Status.ONLINE)
    if opening is None or is_open:
        return Promise(bool(online), online, until=opening.ends_at if opening else None)
    # The hours open nothing when everybody goes by hand.
    will_come = not online and any(agent.presence == Status.CALENDAR for agent in agents)
    return Promise(bool(online), online, opening.starts_at if will_come else None, until=opening.starts_at)


def hours_of(site: Site) -> Hours | None:
    """None: the site has no hours, or does not follow them."""
    found = _followed([site.pk]).first()
    return found.calendar.hours() if found else None


def closed(site_ids: Iterable[int]) -> set[int]:
    """Those of the sites that have hours and are closed by them now."""
    now = timezone.now()
    return {one.site_id for one in _followed(site_ids) if not one.calendar.hours().is_open(now)}


def _followed(site_ids: Iterable[int]) -> QuerySet[SiteHours]:
    return SiteHours.objects.select_related("calendar").filter(site__in=site_ids, is_used=True)


def is_anybody_there(site_id: int) -> bool:
    """Whether some agent of the site is online now; one who is invisible counts as away."""
    is_closed = bool(closed([site_id]))
    agents = Agent.objects.filter(site=site_id)
    return any(status_of(agent, is_closed=is_closed) == Status.ONLINE for agent in agents)


def status_of(agent: Agent, *, is_closed: bool) -> str:
    """Online, offline or invisible: what an agent's presence comes to, given whether his site is closed now."""
    if agent.presence != Status.CALENDAR:
        return agent.presence
    return Status.OFFLINE if is_closed else Status.ONLINE


def as_json(promise: Promise, site: Site, zone: ZoneInfo | None, language: str) -> dict[str, Any]:
    """As the frame shows it: `kind` is a text of the widget, `values` belong into it, in the visitor's zone and
    language. Asked again in `changesIn` ms, the answer may be another one; the visitor's clock may be wrong."""
    now = timezone.now()
    until = promise.until
    # A chat user with the site's own name says nothing that the heading above does not say.
    named = [agent for agent in promise.agents if agent.name != site.name][:SHOWN_AGENTS]
    told: dict[str, Any] = {
        "isOnline": promise.is_online,
        "agents": [{"name": agent.name, "avatar": agent.avatar_url} for agent in named],
        "kind": "online" if promise.is_online else "away",
        "values": {},
    }
    if promise.opens_at is not None:
        visitors_zone = zone or UTC
        told["kind"], told["values"] = in_words(promise.opens_at, now, visitors_zone, language)
        until = min(promise.opens_at, _midnight(now, visitors_zone))
    return told | {"changesIn": max(0, milliseconds(until) - milliseconds(now)) if until else None}


def in_words(opens_at: datetime, now: datetime, zone: tzinfo, language: str) -> tuple[str, dict[str, str]]:
    """Which text says when we open, and what belongs into it: by the calendar and the clock of the visitor."""
    opens_at, now = opens_at.astimezone(zone), now.astimezone(zone)
    values = {"time": opens_at.strftime("%H:%M")}
    days = (opens_at.date() - now.date()).days
    if days == 0:
        return "opensToday", values
    if days == 1:
        return "opensTomorrow", values
    with translation.override(language):
        return "opensOn", values | {
            "date": formats.date_format(opens_at, "j E"),
            "weekday": formats.date_format(opens_at, "l"),
        }


def _midnight(now: datetime, zone: tzinfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone)
