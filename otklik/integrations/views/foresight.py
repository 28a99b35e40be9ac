"""The simulator: what would become of a message that came now? (S11)"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk.actions.foreseeing import foresee
from otklik.integrations import decisions
from otklik.integrations.accounts import account_of
from otklik.integrations.models import Connection, Link
from otklik.integrations.views.access import AdministratorRequest, for_administrators

# Latest conversations among which it lets choose.
OFFERED = 50


@require_GET
@for_administrators
def connection_foresight(request: AdministratorRequest, kind: str, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    if not request.htmx:
        page = redirect("connection_settings", kind, pk)
        page["Location"] += f"?{request.GET.urlencode()}#which-task"
        return page
    return render(request, "integrations/_foresight.html", foresight_of(request, connection))


def foresight_of(request: AdministratorRequest, connection: Connection) -> dict[str, Any]:
    """What the simulator's part of the page shows."""
    chosen = request.GET.get("conversation", "")
    shown = {"chosen": chosen, "links": [link for link in _links(connection)[:OFFERED] if link.identity]}
    return shown | _answer(connection, chosen) if chosen else shown


def _answer(connection: Connection, chosen: str) -> dict[str, Any]:
    link = _links(connection).filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
    if link is None and chosen != "new":
        return {"is_unknown": True}
    conversation, client = (link.remote_id, link.client_remote_id) if link else ("", "")
    seen = foresee(account_of(connection).channel, conversation, client)
    who = link.identity.contact.name if link and link.identity else _("a new client")
    return {"sentence": decisions.sentence(who, seen), "task": seen.task}


def _links(connection: Connection) -> QuerySet[Link]:
    return connection.links.select_related("identity__contact", "task").order_by("-pk")
