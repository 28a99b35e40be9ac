"""An account is mended by new keys or a new consent, or removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.integrations import connecting, ways
from otklik.integrations.connector import Connector, ConnectsByConsent
from otklik.integrations.consents import Draft
from otklik.integrations.errors import ConnectorError
from otklik.integrations.models import Connection, Delivery, Link
from otklik.integrations.views.access import ManagementRequest, connector_or_404, for_account_management
from otklik.integrations.views.adding import lead_to_consent
from otklik.integrations.views.dialog import keys_form, tried


@require_http_methods(["GET", "POST"])
@for_account_management
def reconnection(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    """New keys, or a new consent, for the same account."""
    connector = connector_or_404(kind)
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    way = ways.way_of(connector, connection.settings)
    keys = keys_form(connector, request.POST if request.method == "POST" else None) if way == ways.KEYS else None
    if request.method == "POST" and way == ways.CONSENT:
        return lead_to_consent(request, connector, Draft(kind, bool(request.htmx), connection=connection.pk))
    if request.method == "POST" and keys is not None and keys.is_valid():
        settings = tried(connector, keys)
        if settings and connector.account(settings) != connector.account(connection.settings):
            keys.add_error(None, _("These are the keys of another account. Add it as an account of its own."))
        if not keys.errors:
            connecting.reconnect(connection, settings, by=request.employee)
            messages.success(request, _("%(name)s is connected again.") % {"name": connection.name})
            return redirect("integration", kind)
    context: dict[str, Any] = {"connector": connector, "connection": connection, "keys": keys, "way": way}
    status = 422 if keys is not None and keys.errors else 200
    return render(request, "integrations/reconnection.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_account_management
def removal(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    """Says first what becomes of the account's tasks."""
    connector = connector_or_404(kind)
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    if request.method == "POST":
        connecting.remove(connection, by=request.employee)
        _tell_remote(connector, connection)
        messages.success(request, _("%(name)s is removed. Its tasks and contacts stay.") % {"name": connection.name})
        return redirect("integration", kind)
    waiting = Delivery.objects.filter(link__connection=connection, state__in=["due", "sending"])
    tasks = Link.objects.filter(connection=connection, task__isnull=False).values("task").distinct()
    context = {"connector": connector, "connection": connection, "tasks": tasks.count(), "waiting": waiting.count()}
    return render(request, "integrations/removal.html", context)


def _tell_remote(connector: Connector, connection: Connection) -> None:
    if not isinstance(connector, ConnectsByConsent) or not connector.consents(connection.settings):
        return
    try:
        connector.remove_hook(connection.settings, connecting.hook_url(connection))
    except ConnectorError:
        # Its webhooks find nobody from now on: it gives up by itself.
        return
