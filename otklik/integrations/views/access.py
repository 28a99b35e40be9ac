"""Who stands before a page of the integrations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from otklik.desk.models import Employee
from otklik.integrations.connector import Connector
from otklik.integrations.registry import connectors

P = ParamSpec("P")


class ManagementRequest(HttpRequest):
    employee: Employee
    htmx: HtmxDetails


View = Callable[Concatenate[ManagementRequest, P], HttpResponse]


def for_account_management(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Who manages the account manages its integrations (contracts/planfix-behaviour.md §1, §7)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **given: P.kwargs) -> HttpResponse:
        user = request.user.pk
        employee = Employee.objects.active().select_related("user").filter(user=user).first() if user else None
        if employee is None or not employee.manages_account:
            raise Http404
        request.employee = employee  # type: ignore[attr-defined]
        return view(request, *args, **given)  # type: ignore[arg-type]

    return guarded


def connector_or_404(kind: str) -> Connector:
    connector = connectors().get(kind)
    if connector is None:
        raise Http404
    return connector
