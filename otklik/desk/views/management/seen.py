"""Two administrators before one form: the later learns what changed since he opened it, and keeps what he typed."""

from __future__ import annotations

import json
from typing import Any

Values = dict[str, Any]


def write(values: Values) -> str:
    """The values as a page shows them, for its hidden field `seen`."""
    return json.dumps(values, sort_keys=True)


def read(text: str) -> Values:
    """What the page showed; nothing when somebody tampered with it, so that everything counts as changed."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def merged(seen: Values, given: Values, now: Values) -> Values:
    """What he typed where he changed something, and the present value elsewhere."""
    return {name: now.get(name) if value == seen.get(name) else value for name, value in given.items()}
