from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import quick_replies as searching
from otklik.desk import variables
from otklik.desk.actions import company, file_links
from otklik.desk.actions import quick_replies as actions
from otklik.desk.actions import quick_reply_files as reply_files
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import File, QuickReply, ReplyAudience, Task
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.files import led
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.management.quick_reply_forms import QuickReplyForm

SHOWN = 300
# Tasks on which an answer can be looked at before it is saved.
OFFERED = 20


@require_GET
@for_account_management
def directory(request: EmployeeRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "")[:100]
    is_archive = bool(request.GET.get("archive"))
    found = searching.found(asked).filter(archived_at__isnull=not is_archive)
    replies = list(found.prefetch_related("files")[:SHOWN])
    audiences = {one.name.casefold(): one for one in ReplyAudience.objects.prefetch_related("groups")}
    groups = [
        (name, _for_whom(audiences.get(name.casefold())), list(rows))
        for name, rows in groupby(replies, key=lambda reply: reply.group)
    ]
    context = {"groups": groups, "asked": asked, "is_archive": is_archive, "more": max(0, found.count() - SHOWN)}
    context["is_on"] = company.stored().has_quick_replies
    return render(request, "desk/management/quick_replies.html", context)


def _for_whom(audience: ReplyAudience | None) -> str:
    if audience is None:
        return _("for all")
    return ", ".join(sorted(group.name for group in audience.groups.all())) or _("for administrators only")


@require_http_methods(["GET", "POST"])
@for_account_management
def new(request: EmployeeRequest) -> HttpResponse:
    form = QuickReplyForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or "preview" in request.POST or not form.is_valid():
        return _page(request, form)
    try:
        with transaction.atomic():
            reply = actions.make(form.values, by=request.employee)
            reply_files.change(reply, add=form.cleaned_data["attached"], remove=[], by=request.employee)
    except DeskError as error:
        add_error(form, error, files="attached")
        return _page(request, form)
    return _saved(request, form)


@require_http_methods(["GET", "POST"])
@for_account_management
def quick_reply(request: EmployeeRequest, pk: int) -> HttpResponse:
    reply = get_object_or_404(QuickReply, pk=pk)
    form = QuickReplyForm(request.POST or None, request.FILES or None, initial=actions.values_of(reply))
    if request.method == "GET" or "preview" in request.POST or not form.is_valid():
        return _page(request, form, reply)
    seen, given = before.read(request.POST.get("seen", "")), form.cleaned_data
    try:
        with transaction.atomic():
            actions.change(reply, form.values, seen=seen, by=request.employee)
            reply_files.change(reply, add=given["attached"], remove=request.POST.getlist("gone"), by=request.employee)
    except Outdated as outdated:
        mine = before.merged(seen, form.values, actions.values_of(get_object_or_404(QuickReply, pk=pk)))
        return _page(request, QuickReplyForm(initial=mine), reply, outdated)
    except DeskError as error:
        add_error(form, error, files="attached")
        return _page(request, form, reply)
    return _saved(request, form)


@require_GET
@for_account_management
def file(request: EmployeeRequest, pk: int, key: str) -> HttpResponse:
    """Leads to an address that holds for a minute."""
    return led(file_links.address(get_object_or_404(File, quick_reply=pk, key=key)))


def _saved(request: EmployeeRequest, form: QuickReplyForm) -> HttpResponse:
    messages.success(request, _("Saved."))
    if unknown := variables.all_unknown_in(form.values["text"]):
        sentence = _("There is no such variable, so nothing will stand there: %(names)s.")
        messages.warning(request, sentence % {"names": ", ".join(unknown)})
    return redirect("quick_replies")


@require_POST
@for_account_management
def directory_change(request: EmployeeRequest) -> HttpResponse:
    """What concerns many: the switch of the account, a whole group to the archive and back."""
    deed, heading = request.POST.get("do", ""), request.POST.get("group", "").replace("\0", "")[:100]
    if deed in ("on", "off"):
        company.offer_quick_replies(is_wanted=deed == "on", by=request.employee)
        messages.success(request, _("Saved."))
    elif deed in ("archive", "restore") and heading:
        count = actions.archive_group(heading, by=request.employee, is_wanted=deed == "archive")
        sentence = ngettext("%(count)s quick reply changed.", "%(count)s quick replies changed.", count)
        messages.success(request, sentence % {"count": count})
    return redirect("quick_replies")


@require_POST
@for_account_management
def archive(request: EmployeeRequest, pk: int) -> HttpResponse:
    reply = get_object_or_404(QuickReply, pk=pk)
    if request.POST.get("back"):
        actions.restore(reply, by=request.employee)
        messages.success(request, _("“%(name)s” is offered again.") % {"name": reply.question})
    else:
        actions.archive(reply, by=request.employee)
        messages.success(
            request, _("“%(name)s” is in the archive, and not offered any more.") % {"name": reply.question}
        )
    return redirect("quick_replies")


def _page(
    request: EmployeeRequest, form: QuickReplyForm, reply: QuickReply | None = None, outdated: Outdated | None = None
) -> HttpResponse:
    seen: str = ""
    changed: list[Any] = []
    if reply:
        reply.refresh_from_db()
        seen = before.write(actions.values_of(reply))
    if outdated:
        changed = [(form.fields[name].label, value) for name, value in outdated.now.items()]
    shown = None
    if "preview" in request.POST:
        # Nothing is saved yet: what was shown at first stays what the change is compared with.
        form.errors.clear()
        seen, shown = request.POST.get("seen", seen), _preview(request)
    groups = QuickReply.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    context = {
        "form": form,
        "reply": reply,
        "seen": seen,
        "outdated": outdated,
        "changed": changed,
        "groups": groups,
        "variables": variables.listed(request.employee),
        "tasks": _tasks(request)[:OFFERED],
        "preview": shown,
        "files": reply.files.order_by("place", "pk") if reply else [],
        "gone": request.POST.getlist("gone"),
    }
    status = 422 if outdated or form.errors else 200
    return render(request, "desk/management/quick_reply.html", context, status=status)


def _tasks(request: EmployeeRequest) -> QuerySet[Task]:
    return Task.objects.visible_to(request.employee).kept().order_by("-last_event")


def _preview(request: EmployeeRequest) -> dict[str, Any]:
    """The answer as typed, filled in for the chosen task."""
    tasks = _tasks(request).select_related("contact__company", "status", "project", "source")
    task = tasks.filter(number=whole(request.POST.get("preview_task"))).first()
    if task is None:
        return {"task": None}
    text = request.POST.get("text", "")
    found = variables.fill(text, variables.Scene(task, request.employee))
    return {"task": task, "text": found.text, "missing": found.missing, "unknown": variables.all_unknown_in(text)}
