"""Joins the ES modules of a folder into one, so that a visitor waits for one file instead of thirty.

It knows the few forms that our modules keep to, and refuses others: `import { a, b } from './c.js';` and `export`
before a const, function or class. Each module stays a scope of its own."""

from __future__ import annotations

import re
from pathlib import Path

import rjsmin

IMPORT = re.compile(r"^import \{([^}]+)\} from '\./([\w-]+)\.js';$", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function\*?) (\w+))", re.MULTILINE)
# The minifier takes a template inside another for code and would drop its spaces.
NESTED = re.compile(r"`[^`]*\$\{[^}`]*`")


def joined(folder: Path, main: str) -> str:
    """One module that does what `main` of the folder does, made small."""
    order: list[str] = []
    _visit(folder, main, order, ())
    parts = [_scope(folder, name) for name in order[:-1]]
    return small("\n".join([*parts, _body(_read(folder, main))]))


def together(folder: Path, *names: str) -> str:
    """One module that gives all that these give; each comes after those that it needs."""
    parts = [_scope(folder, name) for name in names]
    given = [
        f"export const {{ {', '.join(EXPORT.findall(_read(folder, name)))} }} = {_variable(name)};" for name in names
    ]
    return small("\n".join([*parts, *given]))


def small(source: str) -> str:
    if nested := NESTED.search(source):
        raise ValueError(f"A template inside a template: {nested[0]}")
    script: str = rjsmin.jsmin(source)
    return script


def _visit(folder: Path, name: str, order: list[str], above: tuple[str, ...]) -> None:
    """Modules in an order in which each comes after those that it needs."""
    if name in above:
        raise ValueError(f"Modules need each other: {' > '.join([*above, name])}")
    if name in order:
        return
    for _names, needed in IMPORT.findall(_read(folder, name)):
        _visit(folder, needed, order, (*above, name))
    order.append(name)


def _scope(folder: Path, name: str) -> str:
    source = _read(folder, name)
    given = ", ".join(EXPORT.findall(source))
    return f"const {_variable(name)} = (() => {{\n{_body(source)}\nreturn {{ {given} }};\n}})();"


def _body(source: str) -> str:
    body = EXPORT.sub("", IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_variable(found[2])};", source))
    if strange := re.search(r"^(import|export)\b.*$", body, re.MULTILINE):
        raise ValueError(f"This form is not known here: {strange[0]}")
    return body


def _variable(name: str) -> str:
    return f"${name.replace('-', '_')}"


def _read(folder: Path, name: str) -> str:
    return (folder / f"{name}.js").read_text(encoding="utf-8")
