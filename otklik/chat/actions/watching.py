"""Who looks at a site without having written, and what an agent writes to him first. Nothing of it is stored for good:
it becomes a conversation when he answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from msgspec.structs import replace

from otklik.chat.actions import blocking, site_log
from otklik.chat.errors import ChatError, Flooded
from otklik.chat.flood import neighbourhood
from otklik.chat.models import Agent, OpenTab, Site, Watching
from otklik.chat.watching import of
from otklik.chat.wire import Automatic
from otklik.lib import place
from otklik.live.publish import publish
from otklik.people.models import User

GONE_AFTER = timedelta(seconds=60)
MOST_OF_SITE = 2000
MOST_OF_NETWORK = 50


@dataclass(frozen=True, slots=True)
class Beat:
    """What an open page tells of itself."""

    tab: str
    link: str
    title: str = ""
    referrer: str = ""
    ip: str | None = None


def topic(site: Site) -> str:
    return f"visitors:{site.pk}"


def present(site: Site) -> QuerySet[OpenTab]:
    return OpenTab.objects.filter(site=site, beat_at__gt=timezone.now() - GONE_AFTER)


@transaction.atomic
def beat(site: Site, said: Beat) -> str:
    """The page is open still. The answer is what an agent writes to this visitor, once; else empty. A site that does
    not look at its visitors is told nothing."""
    if not said.link or not of(site).sees_visitors:
        return ""
    tab = OpenTab.objects.select_for_update().filter(site=site, tab=said.tab).first()
    if tab is None:
        _arrived(site, said)
        return ""
    tab.beat_at = timezone.now()
    if tab.link != said.link:
        tab.link, tab.title, tab.pages = said.link, said.title, tab.pages + 1
        publish([topic(site)], "page")
    text = tab.text if tab.told_at is None else ""
    if text:
        tab.told_at = tab.beat_at
        publish([topic(site)], "told")
    tab.save(update_fields=["beat_at", "link", "title", "pages", "told_at"])
    return text


def _arrived(site: Site, said: Beat) -> None:
    blocking.refuse_address(site.pk, said.ip)
    network = neighbourhood(said.ip) or ""
    tabs = present(site)
    is_full = network and tabs.filter(network=network).count() >= MOST_OF_NETWORK
    if is_full or tabs.count() >= MOST_OF_SITE:
        raise Flooded("Too many pages are open at once.", wait=60)
    where = place.of(said.ip, site.language)
    made = OpenTab(site=site, tab=said.tab, network=network, title=said.title, link=said.link, referrer=said.referrer)
    made.country, made.city = where.country, where.city
    # Two beats of one page at once are one page.
    OpenTab.objects.bulk_create([made], ignore_conflicts=True)
    publish([topic(site)], "arrived")


def forget_gone() -> None:
    OpenTab.objects.filter(beat_at__lte=timezone.now() - GONE_AFTER).delete()


@transaction.atomic
def write(tab: OpenTab, text: str, *, by: Agent) -> None:
    """Says something to whoever looks at this page; his page takes it with its next beat. It starts no enquiry. What
    is on its way already stays: of two who write at once the second is told so."""
    found = present(tab.site).select_for_update().filter(pk=tab.pk).first()
    if found is None:
        raise ChatError(_("He has left the site."), code="gone")
    if found.text and found.told_at is None:
        sentence = _("Something is on its way to him already: “%(text)s”") % {"text": Truncator(found.text).chars(80)}
        raise ChatError(sentence, code="on_its_way")
    found.text, found.told_at, found.agent = text, None, by
    found.save(update_fields=["text", "told_at", "agent"])
    publish([topic(tab.site)], "written")


def signed(site: Site, tab: str, said: Sequence[Automatic]) -> tuple[Automatic, ...]:
    """What a page has said by itself; among it, what an agent wrote to it, in his name."""
    found = OpenTab.objects.filter(site=site, tab=tab, told_at__isnull=False).select_related("agent").first()
    if found is None or found.agent is None:
        return tuple(said)
    return tuple(replace(one, agent=found.agent) if one.text == found.text else one for one in said)


def has_written(site: Site, tab: str) -> None:
    """Whoever looks at this page is known from now on."""
    if OpenTab.objects.filter(site=site, tab=tab).delete()[0]:
        publish([topic(site)], "known")


@transaction.atomic
def choose(site: Site, *, sees_visitors: bool, sees_typing: bool, by: User) -> None:
    wanted = {"sees_visitors": sees_visitors, "sees_typing": sees_typing}
    Watching.objects.update_or_create(site=site, defaults=wanted)
    if not sees_visitors:
        OpenTab.objects.filter(site=site).delete()
    site_log.record(site, "watching_changed", by=by)
    publish([topic(site)], "chosen")
