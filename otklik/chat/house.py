"""What the widget's door keeps for as long as the process serves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils import translation

from otklik.chat import contact_forms, presence
from otklik.chat.actions import messages
from otklik.chat.actions.messages import Post, Posted
from otklik.chat.contact_forms import Asked
from otklik.chat.flood import Flood
from otklik.chat.models import Site
from otklik.chat.newcomers import Newcomers
from otklik.chat.sending import sender
from otklik.chat.stream import Streams
from otklik.lib.batch import Batcher
from otklik.lib.text import clean
from otklik.lib.threads import CUT, DatabaseThreads, patiently

log = logging.getLogger("otklik.chat")

WORKERS = 6
# How long posts wait for a database that is on its way back before the widget is told to try again itself.
PATIENCE = 10.0
# A site's language, name or form may be so old; a new site is seen at once.
SITE_GOOD_FOR = 5.0


def _speaking(language: str | None, work: Callable[..., Any], *args: Any) -> Any:
    """A thread keeps the language of whom it worked for last."""
    with translation.override(language):
        return work(*args)


class House:
    def __init__(self) -> None:
        self._threads = DatabaseThreads(WORKERS, "chat")
        self._posts: Batcher[Post, Posted | Exception] = Batcher(self._post, name="chat-posts")
        self._sites: dict[str, tuple[float, Site]] = {}
        self._forms: dict[int, tuple[float, Asked | None]] = {}
        self._heart: asyncio.Task[None] | None = None
        self._is_closing = False
        self.pages = presence.OpenPages()
        self.streams = Streams(self.run, self.pages)
        # A visitor who types quickly is far below; a loop is not.
        self.messages_of_visitor = Flood(burst=60, a_minute=30)
        # A person who hurries through a shop is far below.
        self.pages_of_visitor = Flood(burst=120, a_minute=60)
        self.introductions_of_visitor = Flood(burst=30, a_minute=12)
        self.files_of_visitor = Flood(burst=20, a_minute=10)
        # The widget tells of typing every few seconds.
        self.typing_of_visitor = Flood(burst=5, a_minute=30)
        # Many visitors may share an office's address.
        self.calls_of_address = Flood(burst=600, a_minute=1200)
        # A page says three times a minute that it is open.
        self.beats_of_address = Flood(burst=100, a_minute=200)
        self.newcomers = Newcomers(self.run, Flood(burst=20, a_minute=10))

    async def open(self) -> None:
        sender.start()
        self._heart = asyncio.create_task(self._beat_forever())

    async def close(self) -> None:
        self._is_closing = True
        if self._heart is not None:
            self._heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heart
        try:
            await self.run(self.pages.end)
        except CUT as error:
            log.warning("could not say that this process stops: %s", error)
        await asyncio.to_thread(self._stop_threads)

    def _stop_threads(self) -> None:
        sender.stop()
        self._threads.stop()

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Does something with the database in a thread, which speaks the language of its caller."""
        return await asyncio.wrap_future(self._threads.submit(_speaking, translation.get_language(), work, *args))

    def post(self, post: Post) -> Awaitable[Posted | Exception]:
        return self._posts.submit(post)

    def _post(self, posts: list[Post]) -> list[Posted | Exception]:
        self._threads.adopt()
        # Messages are known by their ids: a repeat is harmless, even of a commit whose answer was lost.
        return patiently(messages.post, posts, seconds=0 if self._is_closing else PATIENCE)

    async def site(self, key: str) -> Site | None:
        """The site of a public key."""
        if not key or len(key) > 64:
            return None
        until, site = self._sites.get(key, (0.0, None))
        if site is None or time.monotonic() > until:
            site = await self.run(_find_site, key)
            if site is not None:
                self._sites[key] = (time.monotonic() + SITE_GOOD_FOR, site)
        return site

    async def form_of(self, site: Site, *, is_news: bool = False) -> Asked | None:
        """What the site asks its visitors now. `is_news`: it may have changed just now, so what is known is too old."""
        until, asked = self._forms.get(site.pk, (0.0, None))
        if is_news or time.monotonic() > until:
            asked = await self.run(contact_forms.current, site)
            self._forms[site.pk] = (time.monotonic() + SITE_GOOD_FOR, asked)
        return asked

    async def _beat_forever(self) -> None:
        while True:
            try:
                await self.run(self.pages.beat)
            except Exception as error:
                log.warning("no heartbeat: %s", error)
            await asyncio.sleep(presence.BEAT_EVERY)


def _find_site(key: str) -> Site | None:
    # Neither NUL nor half a character can be asked for, and no key has them.
    return Site.objects.filter(public_key=key).first() if clean(key) == key else None
