from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk.views.access import EmployeeRequest, for_account_management


@require_GET
@for_account_management
def management(request: EmployeeRequest) -> HttpResponse:
    """Account management: where everything that is set for the whole account begins (S01)."""
    return render(request, "desk/management/cards.html")
