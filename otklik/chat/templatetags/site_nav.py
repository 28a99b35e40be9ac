from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from otklik.chat.site_nav import PAGES

register = template.Library()


@register.inclusion_tag("chat/_site_nav.html", takes_context=True)
def site_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The list of a site's pages; the one that is shown, or one below it, is marked."""
    key, path = context["site"].public_key, context["request"].path
    addresses = {reverse(name, args=[key]): title for name, title in PAGES}
    # All pages are below the first one.
    here = max((address for address in addresses if path.startswith(address)), key=len, default="")
    return {"pages": addresses.items(), "here": here}
