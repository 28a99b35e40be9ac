"""How a site's chat looks, as the widget is told."""

from __future__ import annotations

from typing import Any

from otklik.chat.models import Look, Site

# Names in ChatraSetup, and the fields that they come from.
COLORS = {
    "buttonBg": "button_bg",
    "buttonText": "button_text",
    "chatBg": "chat_bg",
    "clientBubbleBg": "client_bubble_bg",
    "agentBubbleBg": "agent_bubble_bg",
}
OPTIONS = {
    "buttonStyle": "button_style",
    "buttonPosition": "button_position",
    "buttonSize": "button_size",
    "chatWidth": "chat_width",
    "chatHeight": "chat_height",
}


def stored_look(site: Site) -> Look:
    """The site's own row, or an unsaved one with the standard look."""
    return Look.objects.filter(site=site).first() or Look(site=site)


def look_of(site: Site) -> dict[str, Any]:
    """In the shape of ChatraSetup, without what is as in the standard look. `squarePictures` is an addition of ours."""
    return as_setup(stored_look(site))


def as_setup(look: Look) -> dict[str, Any]:
    standard = Look()
    setup: dict[str, Any] = {
        option: getattr(look, name)
        for option, name in OPTIONS.items()
        if getattr(look, name) != getattr(standard, name)
    }
    colors = {option: getattr(look, name) for option, name in COLORS.items() if getattr(look, name)}
    if colors:
        setup["colors"] = colors
    if not look.has_round_pictures:
        setup["squarePictures"] = True
    return setup
