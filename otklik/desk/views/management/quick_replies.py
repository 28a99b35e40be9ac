from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import quick_replies as searching
from otklik.desk import variables
from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import QuickReply
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.management.quick_reply_forms import QuickReplyForm, Table, TableForm, kept_rows
from otklik.lib.spreadsheet import as_csv

SHOWN = 300
PREVIEWED = 10


@require_GET
@for_administrators
def directory(request: EmployeeRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "")[:100]
    is_archive = bool(request.GET.get("archive"))
    found = searching.found(asked).filter(archived_at__isnull=not is_archive)
    replies = list(found[:SHOWN])
    groups = [(name, list(rows)) for name, rows in groupby(replies, key=lambda reply: reply.group)]
    context = {"groups": groups, "asked": asked, "is_archive": is_archive, "more": max(0, found.count() - SHOWN)}
    return render(request, "desk/management/quick_replies.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: EmployeeRequest) -> HttpResponse:
    form = QuickReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make(form.values, by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("quick_replies")
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@for_administrators
def quick_reply(request: EmployeeRequest, pk: int) -> HttpResponse:
    reply = get_object_or_404(QuickReply, pk=pk)
    form = QuickReplyForm(request.POST or None, initial=actions.values_of(reply))
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, reply)
    seen = before.read(request.POST.get("seen", ""))
    try:
        actions.change(reply, form.values, seen=seen, by=request.employee)
    except Outdated as outdated:
        mine = before.merged(seen, form.values, actions.values_of(get_object_or_404(QuickReply, pk=pk)))
        return _page(request, QuickReplyForm(initial=mine), reply, outdated)
    except DeskError as error:
        add_error(form, error)
        return _page(request, form, reply)
    messages.success(request, _("Saved."))
    return redirect("quick_replies")


@require_POST
@for_administrators
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


@require_GET
@for_administrators
def export(request: EmployeeRequest) -> HttpResponse:
    rows = QuickReply.objects.offered().values_list("question", "text", "group", "language")
    answer = HttpResponse(as_csv([actions.FIELDS, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="quick-replies.csv"'
    return answer


@require_http_methods(["GET", "POST"])
@for_administrators
def take_table(request: EmployeeRequest) -> HttpResponse:
    """First shows what a table would bring, then takes it in."""
    form, table = TableForm(), None
    if "rows" in request.POST:
        try:
            made = actions.make_many(kept_rows(request.POST["rows"]), by=request.employee)
        except DeskError as error:
            messages.error(request, str(error))
            return redirect("quick_reply_import")
        said = ngettext("%(count)s quick reply is added.", "%(count)s quick replies are added.", len(made))
        messages.success(request, said % {"count": len(made)})
        return redirect("quick_replies")
    if request.method == "POST":
        form = TableForm(request.POST, request.FILES)
        if form.is_valid():
            table = form.cleaned_data["table"]
    return _table_page(request, form, table)


def _table_page(request: EmployeeRequest, form: TableForm, table: Table | None) -> HttpResponse:
    context = {"form": form, "table": table, "shown": table.rows[:PREVIEWED] if table else []}
    return render(request, "desk/management/quick_reply_import.html", context, status=422 if form.errors else 200)


def _page(
    request: EmployeeRequest, form: QuickReplyForm, reply: QuickReply | None = None, outdated: Outdated | None = None
) -> HttpResponse:
    seen, changed = "", []
    if reply:
        reply.refresh_from_db()
        seen = before.write(actions.values_of(reply))
    if outdated:
        changed = [(form.fields[name].label, value) for name, value in outdated.now.items()]
    groups = QuickReply.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    context = {
        "form": form,
        "reply": reply,
        "seen": seen,
        "outdated": outdated,
        "changed": changed,
        "groups": groups,
        "variables": variables.listed(request.employee),
    }
    status = 422 if outdated or form.errors else 200
    return render(request, "desk/management/quick_reply.html", context, status=status)
