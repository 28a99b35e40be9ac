from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from otklik.lib import address

REMEMBERED = 20_000


class Flood:
    """How often somebody may do something: `burst` at once, then `a_minute`. Kept in memory of this process: it stops
    floods, it does not count exactly."""

    def __init__(self, burst: int, a_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._a_second = a_minute / 60
        self._clock = clock
        # What is left of each one's burst, and when that was.
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, who: Hashable) -> int:
        """Takes one; the answer is 0, or the seconds to wait when there is none."""
        now = self._clock()
        left, since = self._left.pop(who, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._a_second)
        is_allowed = left >= 1
        self._left[who] = (left - 1 if is_allowed else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0 if is_allowed else int((1 - left) / self._a_second) + 1


def neighbourhood(ip: str | None) -> str | None:
    """What counts as one address: of IPv6 the /64 that one connection has for itself; None where nobody is counted."""
    parsed = address.parse(ip) if ip else None
    # Nobody attacks his own machine; and behind a proxy that was not made known all visitors seem to sit here.
    if parsed is None or parsed.is_loopback:
        return None
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
