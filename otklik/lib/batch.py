"""Group commit: whoever waits is taken with the next batch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects items of one event loop and hands all that wait to `work` in a thread of its own, one batch at a time.

    `work` gets a list of items and returns as many results, in the same order; when it raises, every item of the batch
    gets the error. There is no window to wait for: a batch is what came while the last one was at work. The thread is
    always the same, so `work` may keep a database connection."""

    def __init__(
        self, work: Callable[[list[Item]], Sequence[Result]], *, limit: int = 500, name: str = "batch"
    ) -> None:
        self._work = work
        self._limit = limit
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._wake = threading.Condition()
        self._name = name
        self._thread: threading.Thread | None = None

    async def submit(self, item: Item) -> Result:
        """The item's result, once its batch is done."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        with self._wake:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=(loop,), name=self._name, daemon=True)
                self._thread.start()
            self._waiting.append((item, future))
            self._wake.notify()
        return await future

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while not loop.is_closed():
            batch = self._next()
            try:
                results: Sequence[Result] | Exception = self._work([item for item, _ in batch])
            except Exception as error:
                results = error
            if not loop.is_closed():
                # One wake-up of the loop for the whole batch: a wake-up is dearer than an item.
                loop.call_soon_threadsafe(_settle, [future for _, future in batch], results)

    def _next(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        with self._wake:
            while not self._waiting:
                self._wake.wait()
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        return batch


def _settle(futures: list[asyncio.Future[Result]], results: Sequence[Result] | Exception) -> None:
    for index, future in enumerate(futures):
        if future.cancelled():
            continue
        if isinstance(results, Exception):
            future.set_exception(results)
        else:
            future.set_result(results[index])
