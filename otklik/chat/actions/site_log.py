"""Remembers who changed what in the administration of a site; the last `KEPT` changes stay."""

from __future__ import annotations

from otklik.chat.models import Site, SiteChange
from otklik.people.models import User

KEPT = 1000


def record(site: Site, kind: str, *, by: User | None, about: str = "") -> None:
    """`kind` is one of `otklik.chat.site_changes.SENTENCES`."""
    change = SiteChange.objects.create(
        site=site, kind=kind, about=about[:300], by=by, by_name=str(by)[:200] if by else ""
    )
    if change.pk % 50:
        return
    kept = SiteChange.objects.filter(site=site).order_by("-id").values("pk")[:KEPT]
    SiteChange.objects.filter(site=site).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
