"""Who has a page of a site open. Each process writes down its open streams and says every few seconds that it lives, so
that a killed process leaves nobody online for ever."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from otklik.chat.models import Presence, Process, Visitor
from otklik.lib import pg

BEAT_EVERY = 5
DEAD_AFTER = timedelta(seconds=20)
# After a start or a crash of PostgreSQL, browsers need a moment to open their streams anew.
SETTLING = timedelta(seconds=15)


class OpenPages:
    """The open streams of this process."""

    def __init__(self) -> None:
        self.process = uuid.uuid4()
        self._lock = threading.Lock()
        self._visitors: dict[int, int] = {}
        # Handles whose end is not written down yet.
        self._closing: set[int] = set()
        self._next = 0

    def opened(self, visitor_id: int) -> int:
        """Writes down an open page; the answer is its handle."""
        # Known before it is written: a page that closes at the same time must not take this one's row for its own.
        with self._lock:
            self._next += 1
            handle = self._next
            self._visitors[handle] = visitor_id
        try:
            Presence.objects.create(visitor_id=visitor_id, process=self.process)
        except BaseException:
            with self._lock:
                del self._visitors[handle]
            raise
        return handle

    def closed(self, handle: int) -> None:
        """The page is closed; may be repeated when the connection was cut, and a beat does so too."""
        with self._lock:
            visitor_id = self._visitors.get(handle)
            if visitor_id is None:
                return
            self._closing.add(handle)
            still_open = self._open_visitors().count(visitor_id)
        with transaction.atomic():
            # A repeat after a cut connection may have written a page twice: only as many stay as are open.
            written = Presence.objects.filter(visitor_id=visitor_id, process=self.process).order_by("id")
            Presence.objects.filter(pk__in=list(written.values_list("pk", flat=True)[still_open:])).delete()
            Visitor.objects.filter(pk=visitor_id).update(last_seen_at=timezone.now())
        with self._lock:
            self._visitors.pop(handle, None)
            self._closing.discard(handle)

    def _open_visitors(self) -> list[int]:
        return [visitor_id for handle, visitor_id in self._visitors.items() if handle not in self._closing]

    def beat(self) -> None:
        """Says that this process lives, and closes what could not be closed while PostgreSQL was away."""
        self._say_alive()
        with self._lock:
            left_over = list(self._closing)
        for handle in left_over:
            self.closed(handle)

    @transaction.atomic
    def _say_alive(self) -> None:
        """A crash of PostgreSQL empties the tables: then all is written anew."""
        row = pg.run(
            """
            INSERT INTO chat_process AS p (id, started_at, beat_at) VALUES (%b, now(), now())
            ON CONFLICT (id) DO UPDATE SET beat_at = now() RETURNING p.xmax = 0
            """,
            self.process,
        )
        if row[0][0]:
            with self._lock:
                visitors = self._open_visitors()
            Presence.objects.filter(process=self.process).delete()
            Presence.objects.bulk_create(Presence(visitor_id=id, process=self.process) for id in visitors)

    @transaction.atomic
    def end(self) -> None:
        """This process stops: nobody has a page open through it."""
        _release(Presence.objects.filter(process=self.process).values_list("visitor_id", flat=True))
        Presence.objects.filter(process=self.process).delete()
        Process.objects.filter(pk=self.process).delete()


def is_known() -> bool:
    """Whether what is written down can be believed: a web process lives, and none has just begun."""
    now = timezone.now()
    alive = Process.objects.filter(beat_at__gt=now - DEAD_AFTER)
    return alive.exists() and not alive.filter(started_at__gt=now - SETTLING).exists()


@transaction.atomic
def forget_dead() -> None:
    """Streams of processes that were killed are closed; their visitors count as seen until now."""
    Process.objects.filter(beat_at__lt=timezone.now() - DEAD_AFTER).delete()
    dead = Presence.objects.exclude(process__in=Process.objects.values("pk"))
    _release(dead.values_list("visitor_id", flat=True))
    dead.delete()


def _release(visitor_ids: Iterable[int]) -> None:
    Visitor.objects.filter(pk__in=visitor_ids).update(last_seen_at=timezone.now())
