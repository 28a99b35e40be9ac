"""How many new visitors come from one address: each costs the site's people a look, as the messages of one do not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from otklik.chat.actions import blocking, visitors
from otklik.chat.actions.visitors import Arrival, Key
from otklik.chat.flood import REMEMBERED, Flood, neighbourhood


class Newcomers:
    def __init__(self, run: Callable[..., Awaitable[Any]], flood: Flood) -> None:
        self._run = run
        self._flood = flood
        # Who was let in lately: nobody is looked up for each of his messages.
        self._let_in: OrderedDict[Key, None] = OrderedDict()

    async def wait(self, arrival: Arrival) -> int:
        """0 for whoever is known or may become a visitor now; else the seconds to wait. Once let in, he stays so.
        Raises Blocked for strangers from a blocked address."""
        origin = neighbourhood(arrival.ip)
        if origin is None:
            return 0
        if arrival.key not in self._let_in and not await self._run(visitors.find, *arrival.key):
            await self._run(blocking.refuse_address, arrival.site_id, arrival.ip)
            wait = self._flood.wait(origin)
            if wait:
                return wait
        self._let_in[arrival.key] = None
        self._let_in.move_to_end(arrival.key)
        if len(self._let_in) > REMEMBERED:
            self._let_in.popitem(last=False)
        return 0
