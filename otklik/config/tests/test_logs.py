from __future__ import annotations

import logging
import sys

from otklik.config.logs import formatter


def test_a_fault_in_the_log_shows_no_values() -> None:
    secret = "".join(["sec", "ret"])
    try:
        raise ValueError("Bad thing")
    except ValueError:
        line = logging.LogRecord("otklik", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())

    said = formatter().format(line)

    assert "It failed" in said and "ValueError: Bad thing" in said and "Traceback" in said
    assert secret not in said
