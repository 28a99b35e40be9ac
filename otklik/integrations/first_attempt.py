"""The process that committed a reply tries at once to send it: the visitor waits. All later attempts are jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections

log = logging.getLogger("otklik.outbox")
_threads = ThreadPoolExecutor(4, thread_name_prefix="first-attempt")


def soon(work: Callable[[int], None], subject: int) -> None:
    """Runs `work(subject)` in a thread; where it fails, the sweep repeats it."""
    if settings.FIRST_ATTEMPTS:
        _threads.submit(_run, work, subject)


def _run(work: Callable[[int], None], subject: int) -> None:
    close_old_connections()
    try:
        work(subject)
    except Exception:
        log.exception("a first attempt failed")
    finally:
        close_old_connections()
