"""The browser of the tests: the system's own Chromium."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
CURE = "No Chromium was found: install it (on Debian: apt-get install chromium) to test in a browser."


def program() -> str:
    """Its path. Without one a browser test is skipped, or fails where OTKLIK_REQUIRE_BROWSER=1 demands it."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("OTKLIK_REQUIRE_BROWSER") == "1":
        pytest.fail(CURE)
    if found is None:
        pytest.skip(CURE)
    return found
