from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

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
