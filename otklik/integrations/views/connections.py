from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from otklik.desk.models import Employee
from otklik.integrations import connecting, sweep, ways
from otklik.integrations.connecting import hook_url
from otklik.integrations.models import Connection, Gap, Receipt
from otklik.integrations.reconciling import dismiss, gaps_of
from otklik.integrations.state import state_of, troubles_of
from otklik.integrations.views.access import ManagementRequest, connector_or_404, for_account_management
from otklik.lib.notes import told

SHOWN = 20
BODY_SHOWN = 4000


@for_account_management
def connection(request: ManagementRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), pk=pk)
    way = ways.way_of(connector_or_404(connection.kind), connection.settings)
    return render(request, "integrations/connection.html", {**_content(connection, request.employee), "way": way})


@for_account_management
def news(request: ManagementRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), pk=pk)
    return render(request, "integrations/_connection.html", _content(connection, request.employee))


@require_POST
@for_account_management
def switch(request: ManagementRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), pk=pk)
    connecting.switch(connection, on=request.POST.get("on") == "yes", by=request.employee)
    if request.POST.get("from") == "card":
        return redirect("integration", connection.kind)
    return redirect("connection", pk=pk)


@require_POST
@for_account_management
def attempts(request: HttpRequest, pk: int, receipt: int) -> HttpResponse:
    """Takes a stored webhook in again."""
    stored = get_object_or_404(Receipt.objects.select_related("connection"), pk=receipt, connection=pk)
    if stored.state != Receipt.State.DONE:
        if stored.state in (Receipt.State.SET_ASIDE, Receipt.State.UNKNOWN):
            Receipt.objects.filter(pk=stored.pk).update(state=Receipt.State.WAITING)
        sweep.take(stored)
    return redirect("connection", pk=pk)


@require_POST
@for_account_management
def aside(request: HttpRequest, pk: int, receipt: int) -> HttpResponse:
    """Sets a webhook aside, so that its conversation goes on without it. It stays stored."""
    waiting = Receipt.objects.filter(pk=receipt, connection=pk, state__in=["failed", "waiting"])
    waiting.update(state=Receipt.State.SET_ASIDE)
    return redirect("connection", pk=pk)


@require_POST
@for_account_management
def gap_dismissal(request: ManagementRequest, pk: int, gap: int) -> HttpResponse:
    dismiss(get_object_or_404(Gap, pk=gap, connection=pk, connection__removed_at=None), by=request.employee)
    return redirect("connection", pk=pk)


def _content(connection: Connection, employee: Employee) -> dict[str, Any]:
    """Texts of messages and names of tasks are for those who see all tasks (§7)."""
    sees = employee.is_administrator
    receipts = Receipt.objects.filter(connection=connection).order_by("-pk")
    open_ones = receipts.exclude(state=Receipt.State.DONE)
    return {
        "connection": connection,
        "state": state_of(connection),
        "troubles": troubles_of(connection),
        "gaps": gaps_of(connection),
        "sees_data": sees,
        "hook_url": hook_url(connection),
        "receipts": [_shown(receipt, sees) for receipt in receipts[:SHOWN]],
        "open_receipts": [_shown(receipt, sees) for receipt in open_ones[:SHOWN]],
    }


def _shown(receipt: Receipt, sees_data: bool) -> dict[str, Any]:
    body = bytes(receipt.body)
    if not sees_data:
        return {"row": receipt, "is_secret": True, "size": len(body)}
    return {
        "row": receipt,
        "note": told(receipt.note),
        "body": body[:BODY_SHOWN].decode("utf-8", "replace").replace("\x00", "\ufffd"),
        "size": len(body),
        "is_cut": len(body) > BODY_SHOWN,
    }
