"""What a site wants to see of its visitors, as asked with each call: nothing, unless it says so."""

from __future__ import annotations

from otklik.chat.models import Site, Watching


def of(site: Site) -> Watching:
    """The site's own row, or an unsaved one."""
    return Watching.objects.filter(site_id=site.pk).first() or Watching(site_id=site.pk)
