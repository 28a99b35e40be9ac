"""Account management → Integrations → a group → a kind (S01, S02, S06)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.integrations import groups, ways
from otklik.integrations.models import Connection
from otklik.integrations.registry import connectors
from otklik.integrations.state import state_of, troubles_of
from otklik.integrations.views.access import ManagementRequest, connector_or_404, for_account_management
from otklik.integrations.views.dialog import fresh


@require_safe
@for_account_management
def integrations(request: ManagementRequest) -> HttpResponse:
    counts = {kind: Connection.objects.present().filter(kind=kind).count() for kind in connectors()}
    shown = [(group, [(one, counts[one.kind]) for one in kinds]) for group, kinds in groups.shown()]
    return render(request, "integrations/integrations.html", {"groups": shown})


@require_safe
@for_account_management
def integration(request: ManagementRequest, kind: str) -> HttpResponse:
    connector = connector_or_404(kind)
    context = {
        "connector": connector,
        "group": groups.of(connector),
        "cards": cards(kind),
        **fresh(connector, request.employee),
    }
    return render(request, "integrations/integration.html", context)


@require_safe
@for_account_management
def integration_cards(request: ManagementRequest, kind: str) -> HttpResponse:
    connector = connector_or_404(kind)
    return render(request, "integrations/_cards.html", {"connector": connector, "cards": cards(kind)})


def cards(kind: str) -> list[dict[str, Any]]:
    accounts = Connection.objects.present().filter(kind=kind).order_by("name", "pk")
    connector = connectors()[kind]
    return [
        {
            "connection": one,
            "state": state_of(one),
            "troubles": troubles_of(one),
            "way": ways.way_of(connector, one.settings),
        }
        for one in accounts
    ]
