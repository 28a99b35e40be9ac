"""Headers of a scenario's requests, a line each: `Name: value`. Of the secret ones the value is kept apart and sealed
as soon as it is saved; in its place stand dots with the key that leads to it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.errors import Refused
from otklik.desk.scenarios.targets import target_of
from otklik.lib.sealing import seal, unseal

DOTS = "•" * 8
STANDS_FOR = re.compile(rf"{DOTS} ([0-9a-f]{{8}})")
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# They belong to the connection: another value would break it, or lead elsewhere than the address says.
OURS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "keep-alive")
)
MOST = 20

Headers = list[tuple[str, str]]


def read(text: str) -> Headers:
    """(name, value) of each line that has anything in it."""
    parts = (line.partition(":") for line in text.splitlines() if line.strip())
    return [(name.strip(), " ".join(value.split())) for name, _colon, value in parts]


def fault(text: str) -> str | None:
    """A sentence, unless these headers can be sent."""
    found = read(text)
    if len(found) > MOST:
        return _("At most %(limit)s headers fit.") % {"limit": MOST}
    for name, value in found:
        if not NAME.fullmatch(name):
            return _("“%(name)s”: write each header in a line of its own, as Name: value.") % {"name": name[:50]}
        if name.lower() in OURS or name.lower().startswith("proxy-"):
            return _("The header %(name)s is set by itself.") % {"name": name}
        if not value:
            return _("The header %(name)s has no value.") % {"name": name}
    return None


def targets(operations: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """To which target each saved value belongs, by its key: that of the address with which it was saved."""
    found: dict[str, str] = {}
    for row in operations:
        for _name, value in read(row.get("secrets", "")):
            if known := STANDS_FOR.fullmatch(value):
                found[known[1]] = target_of(row["value"])
    return found


def put_away(
    operations: Sequence[Mapping[str, str]], kept: Mapping[str, str], before: Sequence[Mapping[str, str]]
) -> tuple[list[Any], dict[str, str]]:
    """The operations as they are stored, and what their dots stand for, sealed: of `kept` what is still named, and what
    somebody has typed anew. `before`: the operations with which `kept` was saved; a value goes where it went there, and
    nowhere else. Raises Refused."""
    rows: list[Any] = []
    found: dict[str, str] = {}
    known_targets = targets(before)
    for number, row in enumerate(operations, start=1):
        lines = []
        for name, value in read(row.get("secrets", "")):
            known = STANDS_FOR.fullmatch(value)
            key = known[1] if known else secrets.token_hex(4)
            if known and key not in kept:
                sentence = _("Type the value of the header %(name)s.") % {"name": name}
                raise Refused(f"operations-{number}-secrets", sentence)
            if known and known_targets.get(key) != target_of(row["value"]):
                sentence = _("Type the value of the secret header anew: the address goes elsewhere now.")
                raise Refused(f"operations-{number}-secrets", sentence)
            found[key] = kept[key] if known else seal(value)
            lines.append(f"{name}: {DOTS} {key}")
        rows.append({**row, "secrets": "\n".join(lines)} if "secrets" in row else row)
    return rows, found


def opened(
    headers: Sequence[Sequence[str]], kept: Mapping[str, str], operations: Sequence[Mapping[str, str]], target: str
) -> Headers | None:
    """With what the dots stand for; None where that is not known any more, or belongs to another target. `operations`:
    those with which `kept` was saved."""
    found, known_targets = [], targets(operations)
    for name, value in headers:
        key = STANDS_FOR.fullmatch(value)
        secret = unseal(kept.get(key[1], "")) if key and known_targets.get(key[1]) == target else ""
        if not secret:
            return None
        found.append((name, secret))
    return found
