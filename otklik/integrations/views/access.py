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


class AdministratorRequest(HttpRequest):
    employee: Employee
    htmx: HtmxDetails


View = Callable[Concatenate[AdministratorRequest, P], HttpResponse]


def for_administrators(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only account administrators manage integrations (contracts/planfix-behaviour.md §1); others find nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **given: P.kwargs) -> HttpResponse:
        user = request.user.pk
        employee = Employee.objects.active().select_related("user").filter(user=user).first() if user else None
        if employee is None or not employee.is_administrator:
            raise Http404
        request.employee = employee  # type: ignore[attr-defined]
        return view(request, *args, **given)  # type: ignore[arg-type]

    return guarded


def connector_or_404(kind: str) -> Connector:
    connector = connectors().get(kind)
    if connector is None:
        raise Http404
    return connector
