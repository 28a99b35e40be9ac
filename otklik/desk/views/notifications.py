from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk.actions import notification_mail, notification_settings, notifying, push
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Notification, NotificationSettings
from otklik.desk.models.notification import EVERY_DAY
from otklik.desk.notification_words import CHANNELS, IMPOSSIBLE, KINDS, QUIET_KINDS, STATES, WHY
from otklik.desk.notification_words import told as told_of
from otklik.desk.views.access import EmployeeRequest, for_employees, whole
from otklik.lib import letters

PAGE = 50
QUIET_HOURS = (1, 4, 8, 24)
DAYS = {str(day) for day in EVERY_DAY}
# What a page reports of itself, and what it means for a notification.
PERMISSIONS = {"granted": "", "denied": "forbidden", "default": "forbidden"}


@require_http_methods(["GET", "POST"])
@for_employees
def page(request: EmployeeRequest) -> HttpResponse:
    """Kinds × channels, quiet hours, patience (§9)."""
    own = notification_settings.of(request.employee)
    if request.method == "GET":
        return _page(request, own, _shown(own))
    given = {name: request.POST.get(name, "").strip() for name in ("from", "to", "waits_minutes", "mail_minutes")}
    wanted = {kind: request.POST.getlist(kind) for kind in KINDS}
    days = [int(one) for one in request.POST.getlist("day") if one in DAYS]
    try:
        notification_settings.choose(
            request.employee,
            wanted=wanted,
            quiet=(_clock(given["from"]), _clock(given["to"])),
            days=days,
            minutes=(whole(given["waits_minutes"]), whole(given["mail_minutes"])),
            zone=timezone.get_current_timezone_name(),
            warns_alone=bool(request.POST.get("warns_alone")),
        )
    except Refused as error:
        own.wanted, own.quiet_days, own.warns_alone = wanted, days, bool(request.POST.get("warns_alone"))
        return _page(request, own, given, error)
    messages.success(request, _("Saved."))
    return redirect("notifications")


@require_POST
@for_employees
def quiet(request: EmployeeRequest) -> HttpResponse:
    """Do not disturb for some hours, or no longer."""
    hours = whole(request.POST.get("hours"))
    until = timezone.now() + timedelta(hours=hours) if hours in QUIET_HOURS else None
    notification_settings.be_quiet(request.employee, until)
    return redirect("notifications")


@require_POST
@for_employees
def trial(request: EmployeeRequest) -> HttpResponse:
    """A letter at once; what came of it is told in words."""
    one = notification_mail.send_trial(request.employee)
    if one.state == Notification.State.SENT:
        messages.success(request, _("The mail server has taken a letter for %(address)s.") % {"address": one.words})
    else:
        messages.error(request, " ".join(filter(None, [str(WHY[one.why]), one.words])))
    return redirect("notifications")


@require_POST
@for_employees
def due(request: EmployeeRequest) -> HttpResponse:
    """What an open page is to show or to play now; it says what it is able to."""
    told = request.POST
    able = notifying.Able(
        browser=PERMISSIONS.get(told.get("browser", ""), "forbidden"),
        sound="" if told.get("sound") == "running" else "silent",
        task=whole(told.get("task")),
    )
    notifying.plan_for(request.employee)
    rows = notifying.hand_out(request.employee, able, after=whole(told.get("after")))
    return JsonResponse({"notifications": [_as_json(one) for one in rows]}, headers={"Cache-Control": "no-store"})


def _as_json(one: Notification) -> dict[str, Any]:
    return {"id": one.pk, "channel": one.channel, **told_of(one)}


@require_GET
@for_employees
def history(request: EmployeeRequest) -> HttpResponse:
    """Why did I (not) get this? Administrators ask it for everybody."""
    who = request.employee
    asked = whole(request.GET.get("employee"))
    if asked and asked != who.pk:
        if not who.is_administrator:
            raise Http404
        who = get_object_or_404(Employee.objects.active().select_related("user"), pk=asked)
    rows = Notification.objects.filter(employee=who).select_related("task", "event").order_by("-pk")
    offered: dict[str, dict[str, Any]] = {"state": STATES, "kind": KINDS | QUIET_KINDS, "channel": CHANNELS}
    asked_for = {name: told for name, known in offered.items() if (told := request.GET.get(name, "")) in known}
    shown = Paginator(rows.filter(**asked_for), PAGE).get_page(request.GET.get("page"))
    seen = set(notifying.visible_ids(request.employee, [one.task_id for one in shown if one.task_id]))
    context = {
        "who": who,
        "is_own": who.pk == request.employee.pk,
        "shown": shown,
        "groups": _groups([_line(one, seen) for one in shown]),
        "offered": {name: known.items() for name, known in offered.items()},
        "asked": asked_for,
        "query": urlencode({"employee": who.pk, **asked_for}),
        "people": Employee.objects.active().select_related("user").order_by("user__name")
        if request.employee.is_administrator
        else [],
    }
    return render(request, "desk/notification_history.html", context)


@dataclass(frozen=True)
class Line:
    one: Notification
    kind: str
    channel: str
    state: str
    why: str
    # What the reader may open; a task that is closed to him keeps its name to itself.
    is_open: bool


def _groups(lines: list[Line]) -> list[tuple[bool, list[Line]]]:
    """Neighbours together; True: of what is switched off in the settings, which few want to read."""
    return [(is_off, list(group)) for is_off, group in groupby(lines, lambda line: line.one.why == "off")]


def _line(one: Notification, seen: set[int]) -> Line:
    return Line(
        one,
        str({**KINDS, **QUIET_KINDS}.get(one.kind, _("Trial of notifications"))),
        str(CHANNELS.get(one.channel, one.channel)),
        str(STATES[one.state]),
        str(WHY.get(one.why, "")),
        one.task_id in seen,
    )


def _page(
    request: EmployeeRequest, own: NotificationSettings, given: dict[str, str], error: Refused | None = None
) -> HttpResponse:
    now = timezone.now()
    context = {
        "rows": [(kind, name, [_cell(own, kind, one) for one in CHANNELS]) for kind, name in KINDS.items()],
        "channels": CHANNELS.values(),
        "given": given,
        "warns_alone": own.warns_alone,
        "error": error,
        "quiet_until": own.quiet_until if own.quiet_until and own.quiet_until > now else None,
        "is_quiet": own.is_quiet(now),
        "quiet_hours": QUIET_HOURS,
        "days": [(day, WEEKDAYS_ABBR[day], WEEKDAYS[day], day in own.quiet_days) for day in EVERY_DAY],
        "push_key": push.keys().for_browsers,
        "browsers": list(request.employee.push_subscriptions.all()),
        "has_mail": letters.has_server(),
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "desk/notifications.html", context, status=422 if error else 200)


def _cell(own: NotificationSettings, kind: str, channel: str) -> tuple[str, str, bool, bool]:
    return channel, str(CHANNELS[channel]), own.wants(kind, channel), (kind, channel) not in IMPOSSIBLE


def _shown(own: NotificationSettings) -> dict[str, str]:
    return {
        "from": own.quiet_from.strftime("%H:%M") if own.quiet_from else "",
        "to": own.quiet_to.strftime("%H:%M") if own.quiet_to else "",
        "waits_minutes": str(own.waits_minutes),
        "mail_minutes": str(own.mail_minutes),
    }


def _clock(told: str) -> time | None:
    try:
        return datetime.strptime(told, "%H:%M").time()
    except ValueError:
        return None
