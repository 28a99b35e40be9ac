"""When somebody works, and when he is away: his own page, which administrators see too (§7)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import absences, company, own_hours
from otklik.desk.errors import DeskError
from otklik.desk.models import Absence, Employee
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.desk.views.management.forms import add_error
from otklik.people import hours_picture
from otklik.people.hours_form import HoursForm
from otklik.people.models import Calendar


class OwnHoursForm(HoursForm):
    never_open = gettext_lazy("Give at least one shift, or let the person work as the company does.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("holidays_file", "holidays_address", "no_holidays"):
            del self.fields[name]
        self.fields["is_used"].label = _("Own working hours")
        self.fields["is_used"].help_text = _(
            "Without them the hours of the company count. Its holidays are free anyway."
        )


class AbsenceForm(forms.Form):
    since = forms.DateField(
        label=pgettext_lazy("date", "From"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the date.")},
    )
    until = forms.DateField(
        label=pgettext_lazy("date", "Until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the date.")},
        help_text=gettext_lazy("The last day of the absence."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Why"), choices=Absence.Kind.choices)
    substitute = forms.ModelChoiceField(
        Employee.objects.none(), label=gettext_lazy("Substitute"), required=False, empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Tasks that he does alone are offered to the substitute meanwhile."),
    )  # fmt: skip

    def __init__(self, *args: Any, employee: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        substitute = self.fields["substitute"]
        assert isinstance(substitute, forms.ModelChoiceField)
        others = Employee.objects.active().exclude(pk=employee.pk)
        substitute.queryset = others.select_related("user").order_by("user__name", "pk")


@require_http_methods(["GET", "POST"])
@for_employees
def own_time(request: EmployeeRequest, pk: int) -> HttpResponse:
    """The week of one employee; below it his absences."""
    found = _found(request, pk)
    calendar = found.calendar or Calendar(timezone=company.stored().calendar.timezone)
    form = OwnHoursForm(request.POST or None, calendar=calendar, is_used=found.calendar is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        own_hours.change(
            found, is_used=given["is_used"], timezone=given["timezone"], week=form.week(), special=form.special(),
            by=request.employee,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("employee_time", pk)
    return _page(request, found, form, AbsenceForm(employee=found))


@require_POST
@for_employees
def adding(request: EmployeeRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = AbsenceForm(request.POST, employee=found)
    if form.is_valid():
        try:
            absences.add(found, **form.cleaned_data, by=request.employee)
            messages.success(request, _("Saved."))
            return redirect("employee_time", pk)
        except DeskError as error:
            add_error(form, error)
    calendar = found.calendar or Calendar(timezone=company.stored().calendar.timezone)
    return _page(request, found, OwnHoursForm(calendar=calendar, is_used=found.calendar is not None), form)


@require_POST
@for_employees
def removal(request: EmployeeRequest, pk: int, absence: int) -> HttpResponse:
    found = _found(request, pk)
    gone = Absence.objects.filter(pk=absence, employee=found).select_related("employee__user").first()
    if gone:
        absences.remove(gone, by=request.employee)
        messages.success(request, _("The absence is removed."))
    return redirect("employee_time", pk)


def _found(request: EmployeeRequest, pk: int) -> Employee:
    people = Employee.objects.exclude(role=Employee.AccountRole.ROBOT).select_related("user", "calendar")
    found = get_object_or_404(people, pk=pk)
    if not absences.may_change(found, request.employee):
        raise Http404
    return found


def _page(request: EmployeeRequest, found: Employee, form: OwnHoursForm, absence: AbsenceForm) -> HttpResponse:
    counted = own_hours.of([found.pk])[found.pk]
    ahead = Absence.objects.filter(employee=found, until__gte=absences.today()).select_related("substitute__user")
    context = {
        "employee": found,
        "form": form,
        "absence": absence,
        "absences": ahead.order_by("since"),
        "is_own": found.pk == request.employee.pk,
        "is_used": found.calendar is not None,
        "week": hours_picture.week(counted),
        "days": hours_picture.next_days(counted, timezone.now().astimezone(counted.zone).date()),
    }
    status = 422 if form.errors or absence.errors else 200
    return render(request, "desk/own_time.html", context, status=status)
