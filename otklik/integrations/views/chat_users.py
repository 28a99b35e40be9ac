"""Employees and chat users side by side (S12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from otklik.integrations import chat_users, mapping, voices
from otklik.integrations.errors import ConnectorError
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.views.access import ManagementRequest, for_account_management
from otklik.lib.notes import told


@require_http_methods(["GET", "POST"])
@for_account_management
def connection_chat_users(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    """Employees and chat users side by side, asked from the chat anew. POST: this employee gets a chat user, or has
    one, or has none after all."""
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    failure = ""
    if request.method == "POST":
        failure = _set_user(connection, request.POST)
    failure = failure or chat_users.refresh(connection)
    if not request.htmx:
        if failure:
            messages.error(request, told(failure))
        return redirect("connection_settings", kind, pk)
    return render(request, "integrations/_chat_users.html", users_of(connection) | {"failure": told(failure)})


def _set_user(connection: Connection, given: QueryDict) -> str:
    by_pk = {str(row.employee.pk): row for row in mapping.mapping(connection)}
    row = by_pk.get(given.get("employee", "") or given.get("forget", ""))
    if row is None:
        raise Http404
    if "forget" in given:
        connection.chat_users.filter(email=row.employee.user.email.lower(), is_confirmed_by_hand=True).delete()
        return ""
    try:
        chat_users.make(connection, email=row.employee.user.email, name=row.employee.name)
    except ConnectorError as error:
        return str(error)
    return ""


def users_of(connection: Connection) -> dict[str, Any]:
    return {
        "connection": connection,
        "voice": voices.common_voice(connection),
        "mapping": mapping.mapping(connection),
        "are_listed": chat_users.are_listed(connection),
        "is_on_behalf": KindOptions.objects.filter(kind=connection.kind, on_behalf_of_employee=True).exists(),
    }
