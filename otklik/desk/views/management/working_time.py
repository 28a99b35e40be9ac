from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import company
from otklik.desk.errors import Refused
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.people import calendars, hours_picture
from otklik.people.hours_form import HoursForm


@require_http_methods(["GET", "POST"])
@for_account_management
def working_time(request: EmployeeRequest) -> HttpResponse:
    """When the company works: the week, single days, holidays."""
    stored = company.stored()
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = HoursForm(data, files, calendar=stored.calendar, is_used=stored.has_hours)
    form.fields["is_used"].label = _("The company has working hours")
    form.fields["is_used"].help_text = _("Scenarios may count by them. Without them all time is working time.")
    if form.is_valid():
        _save(request, form)
        return redirect("working_time")
    counted = stored.calendar.hours()
    context = {
        "form": form,
        "calendar": stored.calendar,
        "problem": _(stored.calendar.holidays_error) if stored.calendar.holidays_error else "",
        "is_used": stored.has_hours,
        "language": stored.language,
        "languages": settings.LANGUAGES,
        "week": hours_picture.week(counted) if stored.has_hours else hours_picture.whole_week(),
        "days": hours_picture.next_days(counted, timezone.now().astimezone(counted.zone).date()),
    }
    return render(request, "desk/management/working_time.html", context, status=422 if form.errors else 200)


@require_POST
@for_account_management
def language(request: EmployeeRequest) -> HttpResponse:
    """The language of the company."""
    try:
        company.choose_language(request.POST.get("language", ""), by=request.employee)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("working_time")


def _save(request: EmployeeRequest, form: HoursForm) -> None:
    given = form.cleaned_data
    calendar = company.change_hours(
        is_used=given["is_used"],
        timezone=given["timezone"],
        week=form.week(),
        special=form.special(),
        by=request.employee,
    )
    if calendars.take_holidays(calendar, given):
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("The hours are saved, but the calendar could not be read."))
