"""Looks at a page of a site, as any browser may, and says in words whether the chat's snippet is on it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.chat.models import Site
from otklik.lib.fetch import NotFetched, fetch
from otklik.lib.links import clean_link

LIMIT = 2 * 1024 * 1024
SECONDS = 10.0
KEY = re.compile(r"""ChatraID["']?\]?\s*=\s*["']([\w-]{1,64})["']""")
ADDRESS = re.compile(r"""["']((?:https?:)?//[^"'\s]*/chatra\.js[^"'\s]*)["']""")


class Result(NamedTuple):
    is_good: bool
    sentence: str


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.inline: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._is_inside = True
            self.sources += [value for name, value in attrs if name == "src" and value]

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.inline.append(data)


def check(site: Site, address: str) -> Result:
    link = clean_link(address if "://" in address else f"https://{address}")
    if not link:
        return Result(False, _("This is no address of a page."))
    try:
        with fetch(link, limit=LIMIT, seconds=SECONDS) as file:
            page = file.read().decode("utf-8", "replace")
    except NotFetched as error:
        return Result(False, _("The page could not be read: %(reason)s") % {"reason": _(error.sentence)})
    return _judged(site, link, page)


def _judged(site: Site, link: str, page: str) -> Result:
    scripts = _Scripts()
    scripts.feed(page)
    inline = "\n".join(scripts.inline)
    found = [*scripts.sources, *ADDRESS.findall(inline)]
    loaders = [urljoin(link, source) for source in found if urlsplit(source).path.endswith("/chatra.js")]
    keys = {
        *KEY.findall(inline),
        *(key for source in loaders for key in parse_qs(urlsplit(source).query).get("key", [])),
    }
    if not loaders and not keys:
        return Result(
            False,
            _(
                "The snippet is not on this page. If a tag manager adds it later, open the page: "
                "then it appears in the list of pages."
            ),
        )
    ours = urlsplit(settings.PUBLIC_URL).netloc
    if not any(urlsplit(source).netloc == ours for source in loaders):
        host = urlsplit(loaders[0]).netloc if loaders else ""
        if not host:
            return Result(False, _("The key is on the page, the script is not."))
        return Result(False, _("The script on this page comes from %(host)s, not from us.") % {"host": host})
    if site.public_key not in keys:
        return Result(False, _("Our script is on this page, but with the key of another site."))
    return Result(True, _("The snippet is on this page, with the key of this site."))
