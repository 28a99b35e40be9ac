from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from otklik.chat.site_nav import ELSEWHERE, PAGES

register = template.Library()


@register.inclusion_tag("chat/_site_nav.html", takes_context=True)
def site_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The list of a site's pages; the one that is shown, or one below it, is marked."""
    key, path = context["site"].public_key, context["request"].path
    addresses = {reverse(name, args=[key]): title for name, title in PAGES}
    return {"pages": addresses.items(), "here": _here(key, path, list(addresses))}


def _here(key: str, path: str, addresses: list[str]) -> str:
    rest = path.removeprefix(reverse("site", args=[key]))
    for beginning, name in ELSEWHERE.items():
        if rest.startswith(beginning):
            return reverse(name, args=[key])
    # All pages are below the first one.
    return max((address for address in addresses if path.startswith(address)), key=len, default="")
