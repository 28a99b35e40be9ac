"""Add account (S03): by keys it is connected here, by consent on the remote's own page (S04)."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from otklik.integrations import connecting, consents, ways
from otklik.integrations.connecting import hook_url
from otklik.integrations.connector import Connector
from otklik.integrations.consents import Draft
from otklik.integrations.models import Connection
from otklik.integrations.views.access import ManagementRequest, connector_or_404, for_account_management
from otklik.integrations.views.dialog import Dialog


@require_http_methods(["GET", "POST"])
@for_account_management
def accounts(request: ManagementRequest, kind: str) -> HttpResponse:
    """The dialog as a page of its own, where no script opens it; and where it is sent to."""
    connector = connector_or_404(kind)
    if request.method != "POST":
        return render(request, "integrations/add_account.html", Dialog(connector, request.employee).context)
    dialog = Dialog(connector, request.employee, request.POST)
    if not dialog.is_valid():
        return _again(request, dialog)
    return _by_keys(request, dialog) if dialog.way == ways.KEYS else _by_consent(request, dialog)


def _again(request: ManagementRequest, dialog: Dialog) -> HttpResponse:
    template = "integrations/_add_account.html" if request.htmx else "integrations/add_account.html"
    return render(request, template, dialog.context, status=422)


@transaction.atomic
def _by_keys(request: ManagementRequest, dialog: Dialog) -> HttpResponse:
    connecting.hold_account(dialog.connector.kind, dialog.settings)
    if not dialog.is_new():
        return _again(request, dialog)
    given = dialog.form.cleaned_data
    connection = connecting.connect(
        kind=dialog.connector.kind,
        name=given["name"],
        settings={**dialog.settings, "agent_email": given["email"]},
        task_template=given["task_template"],
        contact_template=given["contact_template"],
        employees=dialog.form.employees,
        groups=dialog.form.groups,
        by=request.employee,
    )
    address = reverse("connection_webhook", args=[connection.kind, connection.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _by_consent(request: ManagementRequest, dialog: Dialog) -> HttpResponse:
    values = {name: request.POST.getlist(name) for name in dialog.form.fields}
    plain = {name: given if name == "people" else "".join(given[:1]) for name, given in values.items()}
    return lead_to_consent(request, dialog.connector, Draft(dialog.connector.kind, bool(request.htmx), plain))


def lead_to_consent(request: ManagementRequest, connector: Connector, draft: Draft) -> HttpResponse:
    """In a new window where scripts run, else in this one."""
    state, address = consents.begin(request.session, connector, draft)
    if not request.htmx:
        return redirect(address)
    context = {"connector": connector, "address": address, "state": state}
    return render(request, "integrations/_consent_window.html", context)


@require_safe
@for_account_management
def connection_webhook(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    """The webhook address to enter at the remote; says so when the first webhook has come."""
    connector = connector_or_404(kind)
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    context = {"connector": connector, "connection": connection, "hook_url": hook_url(connection)}
    template = "integrations/_first_webhook.html" if request.htmx else "integrations/webhook.html"
    return render(request, template, context)
