"""Who listens in this process. Push is a hint, the database is the truth: a lost notice costs a second, never a
message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import NamedTuple

from otklik.lib.threads import DatabaseThreads
from otklik.live.listener import Listener

QUEUE_LIMIT = 200


class Change(NamedTuple):
    """The name of a change, never its content."""

    topic: str
    name: str


class Subscriber:
    """An open page. One that does not keep up is dropped and catches up by its cursor."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self.queue: asyncio.Queue[Change | None] = asyncio.Queue(QUEUE_LIMIT + 1)
        self.is_dropped = False

    def put(self, change: Change) -> None:
        if self.is_dropped:
            return
        if self.queue.qsize() >= QUEUE_LIMIT:
            self.is_dropped = True
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(change)


# Tells what changed since the last look; called once a second while somebody listens, in a thread.
Look = Callable[[], list[Change]]


class Hub:
    def __init__(self) -> None:
        self._subscribers: dict[str, set[Subscriber]] = {}
        self._looks: list[Look] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._threads: DatabaseThreads | None = None
        self.listener = Listener(self.tell)

    @property
    def is_running(self) -> bool:
        return self._loop is not None and not self._loop.is_closed()

    def register_look(self, look: Look) -> None:
        """An app's way to find changes whose notice was lost, such as by a crash between commit and notice."""
        self._looks.append(look)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = DatabaseThreads(1, "looks")
        self._tasks = [asyncio.create_task(self.listener.run()), asyncio.create_task(self._look_forever(self._threads))]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._threads is not None:
            await asyncio.to_thread(self._threads.stop)
        self._loop = None
        for subscriber in set().union(*self._subscribers.values()):
            subscriber.is_dropped = True
            subscriber.queue.put_nowait(None)

    def subscribe(self, topics: Iterable[str]) -> Subscriber:
        subscriber = Subscriber(topics)
        for topic in subscriber.topics:
            self._subscribers.setdefault(topic, set()).add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        for topic in subscriber.topics:
            others = self._subscribers.get(topic)
            if others is not None:
                others.discard(subscriber)
                if not others:
                    del self._subscribers[topic]

    def hears(self, topic: str) -> bool:
        return topic in self._subscribers

    def topics(self, noun: str) -> list[str]:
        """What is heard of this noun; from any thread."""
        return [topic for topic in list(self._subscribers) if topic.startswith(f"{noun}:")]

    def tell(self, changes: Iterable[Change]) -> None:
        """Tells own streams; only from the loop's thread."""
        for change in changes:
            for subscriber in self._subscribers.get(change.topic, ()):
                subscriber.put(change)

    def tell_from_thread(self, changes: list[Change]) -> None:
        """Tells own streams, and other processes with the next notice."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._tell_all, changes)

    def _tell_all(self, changes: list[Change]) -> None:
        self.tell(changes)
        self.listener.announce(changes)

    async def _look_forever(self, threads: DatabaseThreads) -> None:
        while True:
            await asyncio.sleep(1)
            if not self._subscribers:
                continue
            for look in self._looks:
                try:
                    self.tell(await asyncio.wrap_future(threads.submit(look)))
                except Exception as error:
                    # The database may be on its way back; the next second looks again.
                    self.listener.log.warning("look failed: %s", error)


hub = Hub()
