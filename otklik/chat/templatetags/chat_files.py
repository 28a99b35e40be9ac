from __future__ import annotations

from typing import Any

from django import template

from otklik.chat import file_links

register = template.Library()


@register.simple_tag
def file_address(facts: dict[str, Any]) -> str:
    return file_links.address(facts)


@register.simple_tag
def preview_address(facts: dict[str, Any]) -> str:
    return file_links.preview(facts)
