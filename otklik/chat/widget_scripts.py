"""The scripts that run on a website's page, made of their parts as they go over the wire.

`chatra.js` is fetched by every page and must stay within 5 KB; `chatra-rest.js` and the frame with its script and
styles are fetched when the visitor wants the chat; `chatra-later.js` when he is asked for something, or wants to have
his conversation as a file. The parts of the first two are one function each: they share their names, so that nothing of
them is the page's."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import rcssmin

from otklik.chat import script_parts
from otklik.chat.widget_texts import loader_texts

STATIC = Path(__file__).parent / "static" / "chat"
LOADER = ("page", "button", "panel", "methods", "life")
REST = ("trail", "counters", "place", "preview", "tab", "title", "frame")
FRAME_STYLES = ("frame.css", "feed.css", "forms.css")


@dataclass(frozen=True)
class Script:
    plain: bytes

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.plain, 9, mtime=0)

    @cached_property
    def version(self) -> str:
        return sha256(self.plain).hexdigest()[:8]


def loader(key: str = "", look: Mapping[str, Any] | None = None) -> Script:
    """The script of the snippet. With a site's key it carries that site's look, in the shape of ChatraSetup; what
    only the frame shows comes with the frame."""
    site = {"key": key, "look": _of_button(look or {})} if key else {}
    return _loader(_changed_at(), _json(site))


def _of_button(look: Mapping[str, Any]) -> dict[str, Any]:
    colors = {name: color for name, color in look.get("colors", {}).items() if name.startswith("button")}
    rest = {name: value for name, value in look.items() if name != "colors"}
    return rest | ({"colors": colors} if colors else {})


def rest() -> Script:
    return _rest(_changed_at())


def frame() -> Script:
    return _frame(_changed_at())


def later() -> Script:
    """A module of its own, for frames that have something to ask."""
    return _later(_changed_at())


def frame_styles() -> Script:
    return _frame_styles(_changed_at())


def _changed_at() -> int:
    """When a part was changed last: a developer sees his change with the next request."""
    return max(path.stat().st_mtime_ns for path in STATIC.rglob("*.*"))


@lru_cache(maxsize=256)
def _loader(changed_at: int, site: str) -> Script:
    css = rcssmin.cssmin(_read("loader/loader.css"))
    values = {"css": _json(css), "texts": _json(loader_texts()), "rest": _json(f"chatra-rest.js?{rest().version}")}
    return _filled(_joined("loader", LOADER), values | {"site": site})


@lru_cache(maxsize=1)
def _rest(changed_at: int) -> Script:
    return _filled(_joined("rest", REST), {"css": _json(rcssmin.cssmin(_read("rest/rest.css")))})


@lru_cache(maxsize=1)
def _frame(changed_at: int) -> Script:
    return Script(script_parts.joined(STATIC / "frame", "main").encode())


@lru_cache(maxsize=1)
def _later(changed_at: int) -> Script:
    return Script(script_parts.together(STATIC / "later", "card", "asking", "transcript").encode())


@lru_cache(maxsize=1)
def _frame_styles(changed_at: int) -> Script:
    return Script(rcssmin.cssmin("\n".join(map(_read, FRAME_STYLES))).encode())


def _joined(folder: str, names: Sequence[str]) -> str:
    parts = "\n".join(_read(f"{folder}/{name}.js") for name in names)
    return script_parts.small(f"(function () {{\n'use strict';\n{parts}\n}})();")


def _filled(script: str, values: Mapping[str, str]) -> Script:
    for name, value in values.items():
        script = script.replace(f"'/* {name} */'", value)
    return Script(script.encode())


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
