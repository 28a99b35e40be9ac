"""Quick replies as a table: taken in after a look at it, and handed out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import QuickReply
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management.quick_reply_rows import Table, TableForm, kept_rows
from otklik.lib.spreadsheet import as_csv

PREVIEWED = 10


@require_GET
@for_account_management
def export(request: EmployeeRequest) -> HttpResponse:
    rows = QuickReply.objects.offered().values_list("question", "text", "group", "language")
    answer = HttpResponse(as_csv([actions.FIELDS, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="quick-replies.csv"'
    return answer


@require_http_methods(["GET", "POST"])
@for_account_management
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
