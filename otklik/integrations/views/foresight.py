"""The simulator: what would become of a message that came now? (S11)"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk.actions.foreseeing import foresee
from otklik.desk.models import Employee, Task
from otklik.integrations import decisions
from otklik.integrations.accounts import account_of
from otklik.integrations.models import Connection, Link
from otklik.integrations.views.access import ManagementRequest, for_account_management

# Latest conversations among which it lets choose.
OFFERED = 50


@require_GET
@for_account_management
def connection_foresight(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    if not request.htmx:
        page = redirect("connection_settings", kind, pk)
        page["Location"] += f"?{request.GET.urlencode()}#which-task"
        return page
    return render(request, "integrations/_foresight.html", foresight_of(request, connection))


def foresight_of(request: ManagementRequest, connection: Connection) -> dict[str, Any]:
    """What the simulator's part of the page shows: conversations of tasks that this person may see."""
    chosen, links = request.GET.get("conversation", ""), _links(connection, request.employee)
    shown = {"chosen": chosen, "links": [link for link in links[:OFFERED] if link.identity]}
    return shown | _answer(connection, links, chosen) if chosen else shown


def _answer(connection: Connection, links: QuerySet[Link], chosen: str) -> dict[str, Any]:
    link = links.filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
    if link is None and chosen != "new":
        return {"is_unknown": True}
    conversation, client = (link.remote_id, link.client_remote_id) if link else ("", "")
    seen = foresee(account_of(connection).channel, conversation, client)
    who = link.identity.contact.name if link and link.identity else _("a new client")
    return {"sentence": decisions.sentence(who, seen), "task": seen.task}


def _links(connection: Connection, employee: Employee) -> QuerySet[Link]:
    links = connection.links.select_related("identity__contact", "task").order_by("-pk")
    if not employee.is_administrator:
        links = links.filter(task__in=Task.objects.visible_to(employee))
    return links
