"""On which pages the chat was seen at work. A view writes nothing by itself: a page is written down when it is seen for
the first time in a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from otklik.chat.models import Sighting, Site
from otklik.lib.links import clean_link

# Seconds for which a page that was written down is not written again by this process.
QUIET = 600.0
REMEMBERED = 5000
# Addresses come from browsers, which may say anything: of each site so many stay, the latest.
KEPT = 100

_lock = threading.Lock()
_noted: OrderedDict[tuple[int, str, str], float] = OrderedDict()


def note(site: Site, link: str) -> None:
    """The chat of this site was loaded on the page with this address, of which perhaps only the host is told."""
    place = _place(link)
    if place is None or not _is_due((site.pk, *place)):
        return
    host, path = place
    now = timezone.now()
    Sighting.objects.bulk_create(
        [Sighting(site=site, host=host, path=path, first_at=now, last_at=now)],
        update_conflicts=True,
        unique_fields=["site", "host", "path"],
        update_fields=["last_at"],
    )
    kept = Sighting.objects.filter(site=site).order_by("-last_at").values_list("pk", flat=True)[:KEPT]
    Sighting.objects.filter(site=site).exclude(pk__in=list(kept)).delete()


def _place(link: str) -> tuple[str, str] | None:
    link = clean_link(link)
    parts = urlsplit(link)
    # The preview in the administration is no page of the site.
    if not link or parts.netloc == urlsplit(settings.PUBLIC_URL).netloc:
        return None
    path = "" if parts.path == "/" else parts.path[:500]
    return parts.netloc.rpartition("@")[2].lower()[:260], path


def _is_due(page: tuple[int, str, str]) -> bool:
    now = time.monotonic()
    with _lock:
        if now - _noted.get(page, -QUIET) < QUIET:
            return False
        _noted[page] = now
        _noted.move_to_end(page)
        if len(_noted) > REMEMBERED:
            _noted.popitem(last=False)
        return True
