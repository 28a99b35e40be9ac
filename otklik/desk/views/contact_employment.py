"""From a contact's card: he becomes an employee, or is one of those who work here (§4.3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import becoming, invitation_mail, invitations
from otklik.desk.actions.invitations import NewInvitation
from otklik.desk.errors import DeskError
from otklik.desk.models import Contact, Employee
from otklik.desk.views.access import EmployeeRequest, for_administrators, whole
from otklik.desk.views.management.employee_forms import InvitationForm
from otklik.desk.views.management.forms import add_error


@require_http_methods(["GET", "POST"])
@for_administrators
def employment(request: EmployeeRequest, number: int) -> HttpResponse:
    """Says what becomes of the card; a POST makes the invitation, whose link is shown this once."""
    contact = _found(number)
    form, made = _form(request, contact, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = invitations.make(
                by=request.employee, name=given["name"], role=given["role"], position=given["position"],
                groups=list(given.get("groups", ())), email=given.get("email", ""), days=given["days"],
                contact=contact,
            )  # fmt: skip
        except DeskError as error:
            add_error(form, error)
    return _page(request, contact, form, made)


def _page(
    request: EmployeeRequest, contact: Contact, form: InvitationForm, made: NewInvitation | None = None, fault: str = ""
) -> HttpResponse:
    link = request.build_absolute_uri(reverse("employee_invitation", args=[made.token])) if made else ""
    is_sent = bool(made and form.cleaned_data.get("email") and invitation_mail.send(made.invitation, link))
    context: dict[str, Any] = {
        "contact": contact,
        "form": form,
        "made": made,
        "link": link,
        "is_sent": is_sent,
        "employees": Employee.objects.active().select_related("user").order_by("user__name", "pk"),
        "fault": fault,
    }
    status = 422 if form.errors or fault else 200
    return render(request, "desk/contact_employment.html", context, status=status)


@require_POST
@for_administrators
def joining(request: EmployeeRequest, number: int) -> HttpResponse:
    contact = _found(number)
    employee = Employee.objects.active().select_related("user").filter(pk=whole(request.POST.get("employee"))).first()
    fault = "" if employee else _("Choose an employee who works here.")
    if employee:
        try:
            becoming.join(contact, employee, by=request.employee)
        except DeskError as error:
            fault = str(error)
    if fault:
        return _page(request, contact, _form(request, contact), fault=fault)
    messages.success(request, _("Saved."))
    return redirect("contact", number)


def _found(number: int) -> Contact:
    return get_object_or_404(Contact.objects.current().filter(template__is_company=False), number=number)


def _form(request: EmployeeRequest, contact: Contact, given: Any = None) -> InvitationForm:
    return InvitationForm(given, by=request.employee, initial={"name": contact.name, "email": contact.email})
