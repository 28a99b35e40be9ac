"""What a copy of a site takes with it: how the chat looks, speaks and works, but nobody's data, no people, no keys and
no addresses of webhooks. Each part of the administration that keeps rows of its own adds a line to `PARTS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from otklik.chat.actions import contact_forms, hours
from otklik.chat.models import AgentGroup, Look, Site, SiteText, Watching

Part = Callable[[Site, Site], None]


def rows_of(model: type[Model]) -> Part:
    """Copies all rows of a model that has `site`, as they are."""

    def copy(source: Site, target: Site) -> None:
        manager: Any = model._default_manager
        for row in manager.filter(site=source):
            row.pk, row.site, row._state.adding = None, target, True
            row.save(force_insert=True)

    return copy


PARTS: list[Part] = [
    rows_of(Look),
    rows_of(SiteText),
    rows_of(AgentGroup),
    rows_of(Watching),
    hours.copy,
    contact_forms.copy,
]
