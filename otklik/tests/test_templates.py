"""What a template names is there: addresses, icons, other templates. A name that is read seldom fails before a person
sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, Node, TemplateDoesNotExist, engines
from django.template.base import Template
from django.template.defaulttags import URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.urls import URLResolver, get_resolver
from lucide import IconDoesNotExist, _load_icon

from otklik.integrations.groups import GROUPS

PACKAGE = Path(__file__).resolve().parent.parent
# What code gives to a template as the name of an icon.
ICONS_OF_CODE = {"group.icon": [group.icon for group in GROUPS]}


def templates() -> list[str]:
    """As a page names them."""
    files = (path for kind in ("html", "txt") for path in PACKAGE.rglob(f"templates/**/*.{kind}"))
    return sorted({str(path).rpartition("/templates/")[2] for path in files})


def nodes(template: Template) -> Iterator[Node]:
    yield from template.nodelist.get_nodes_by_type(Node)


def engine() -> Engine:
    found: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return found


def addresses() -> set[str]:
    found: set[str] = set()

    def take(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                take(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                found.add(f"{space}{pattern.name}")

    for urls in (settings.ROOT_URLCONF, settings.CHAT_URLCONF):
        take(get_resolver(urls), "")
    return found


def icons(node: SimpleNode) -> list[str]:
    said = node.args[0] if node.args else node.kwargs["name"]
    literal = said.var
    return [literal] if isinstance(literal, str) else ICONS_OF_CODE[said.token]


def faults(name: str, known: set[str]) -> Iterator[str]:
    for node in nodes(engine().get_template(name)):
        if isinstance(node, URLNode) and isinstance(node.view_name.var, str) and node.view_name.var not in known:
            # With `as` an address may be missing.
            if not node.asvar:
                yield f"no address {node.view_name.var}"
        elif isinstance(node, IncludeNode) and isinstance(node.template.var, str):
            try:
                engine().get_template(node.template.var)
            except TemplateDoesNotExist:
                yield f"no template {node.template.var}"
        elif isinstance(node, SimpleNode) and node.func.__name__ == "lucide":
            for icon in icons(node):
                try:
                    _load_icon(icon)
                except IconDoesNotExist:
                    yield f"no icon {icon}"


def test_every_address_icon_and_part_that_a_template_names_is_there() -> None:
    known = addresses()

    found = {name: wrong for name in templates() if (wrong := list(faults(name, known)))}

    assert found == {}


@pytest.mark.parametrize("name", ["base.html", "desk/reports.html", "desk/_nav.html"])
def test_all_templates_are_looked_at(name: str) -> None:
    assert name in templates()
