"""Browsers that are told of news while no page of the desk is open (§9)."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.actions import notification_push, push
from otklik.desk.errors import Refused
from otklik.desk.models import Notification
from otklik.desk.notification_words import WHY
from otklik.desk.views.access import EmployeeRequest, for_employees, whole

FILE = "desk/push-worker.js"


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The script at the root, because it may only serve pages below its own address. A browser looks for a newer one
    also when nobody is signed in."""
    script = Path(str(finders.find(FILE))).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_POST
@for_employees
def subscription(request: EmployeeRequest) -> HttpResponse:
    """This browser wants to be told, or no longer."""
    given = request.POST
    if given.get("off"):
        push.forget(request.employee, endpoint=given.get("endpoint", ""))
        return HttpResponse(status=204)
    try:
        push.subscribe(
            request.employee,
            endpoint=given.get("endpoint", ""),
            p256dh=given.get("p256dh", ""),
            auth=given.get("auth", ""),
            user_agent=request.headers.get("User-Agent", ""),
        )
    except Refused as error:
        return HttpResponse(str(error), status=422, content_type="text/plain")
    return HttpResponse(status=204)


@require_POST
@for_employees
def removal(request: EmployeeRequest) -> HttpResponse:
    push.forget(request.employee, pk=whole(request.POST.get("browser")))
    messages.success(request, _("This browser is told no more."))
    return redirect("notifications")


@require_POST
@for_employees
def trial(request: EmployeeRequest) -> HttpResponse:
    """A message at once; what came of it is told in words."""
    one = notification_push.send_trial(request.employee)
    if one.state == Notification.State.SENT:
        messages.success(request, _("A message is on its way to your browsers."))
    else:
        first = _("First let this browser be told, above.") if one.why == "no_push" else ""
        messages.error(request, " ".join(filter(None, [str(WHY[one.why]), first, one.words])))
    return redirect("notifications")
