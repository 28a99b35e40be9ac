"""How much of the widget goes over the wire, compressed."""

from __future__ import annotations

import gzip

from otklik.chat import widget_scripts
from otklik.chat.widget_scripts import STATIC

TEMPLATE = STATIC.parent.parent / "templates" / "chat" / "frame.html"


def of_the_rest() -> int:
    """Bytes of all that is fetched when the visitor wants the chat: the second script, the frame's page, its script and
    its styles. The page is counted without its texts."""
    scripts = (widget_scripts.rest(), widget_scripts.frame(), widget_scripts.frame_styles())
    return len(gzip.compress(TEMPLATE.read_bytes(), 9)) + sum(len(script.packed) for script in scripts)
