from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.chat.actions import hours
from otklik.chat.models import Agent, Site
from otklik.chat.views.mine import person, site_of
from otklik.people import calendars, hours_picture
from otklik.people.hours_form import HoursForm


@require_http_methods(["GET", "POST"])
def hours_of(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    stored = hours.stored(site)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = HoursForm(data, files, calendar=stored.calendar, is_used=stored.is_used)
    if form.is_valid():
        _save(request, site, form)
        return redirect("site_hours", key)
    counted = stored.calendar.hours()
    context = {
        "site": site,
        "form": form,
        "calendar": stored.calendar,
        "problem": _(stored.calendar.holidays_error) if stored.calendar.holidays_error else "",
        "is_used": stored.is_used,
        "week": hours_picture.week(counted),
        "days": hours_picture.next_days(counted, timezone.now().astimezone(counted.zone).date()),
    }
    return render(request, "chat/site_hours.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, site: Site, form: HoursForm) -> None:
    given = form.cleaned_data
    calendar = hours.change(
        site,
        is_used=given["is_used"],
        timezone=given["timezone"],
        week=form.week(),
        special=form.special(),
        by=person(request),
    )
    if calendars.take_holidays(calendar, given):
        notices.success(request, _("Saved."))
    else:
        notices.error(request, _("The hours are saved, but the calendar could not be read."))
    hours.tell(site.pk)


@require_POST
def own_presence(request: HttpRequest) -> HttpResponse:
    """The person says whether he is there; nothing else changes it (S22)."""
    chosen = request.POST.get("presence", "")
    if chosen in Agent.Presence.values:
        hours.set_own_presence(person(request), chosen)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_ours else "home")
