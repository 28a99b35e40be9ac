"""All files of the conversations with a contact, page by page (§4.4)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk.models import Contact
from otklik.desk.views import contact_panels
from otklik.desk.views.access import EmployeeRequest, for_client_base, visible_contact, whole

PAGE = 50


@require_GET
@for_client_base
def files(request: EmployeeRequest, number: int) -> HttpResponse:
    contact = visible_contact(request, number, Contact.objects.select_related("template"))
    found = contact_panels.files_of(contact, request.employee)
    if before := whole(request.GET.get("before")):
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return render(request, "desk/contact_files.html", {"contact": contact, "files": rows[:PAGE], "older": older})
