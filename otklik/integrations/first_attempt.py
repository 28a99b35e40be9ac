"""The process that committed a reply tries at once to send it: the visitor waits. All later attempts are jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")

log = logging.getLogger("otklik.outbox")
_threads = ThreadPoolExecutor(4, thread_name_prefix="first-attempt")


def soon(work: Callable[P, None], *subject: P.args, **options: P.kwargs) -> None:
    """Runs `work(subject)` in a thread; where a send fails, the sweep repeats it."""
    if settings.FIRST_ATTEMPTS:
        _threads.submit(_run, partial(work, *subject, **options))


def _run(work: Callable[[], None]) -> None:
    close_old_connections()
    try:
        work()
    except Exception:
        log.exception("a first attempt failed")
    finally:
        close_old_connections()


def later(seconds: float, work: Callable[P, None], *subject: P.args, **options: P.kwargs) -> None:
    """The same after some seconds."""
    if settings.FIRST_ATTEMPTS:
        timer = threading.Timer(seconds, soon, (work, *subject), options)
        # It ends with its process; the sweep of another finds the row.
        timer.daemon = True
        timer.start()
