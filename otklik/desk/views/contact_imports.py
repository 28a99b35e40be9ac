"""A table of clients: uploaded, looked at, brought in by a job, and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import contact_encodings, contact_tables, jobs
from otklik.desk.actions import contact_batch_values
from otklik.desk.actions import contact_imports as actions
from otklik.desk.actions.contact_batch import Outcome, Told
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import ContactImport, ContactTemplate
from otklik.desk.templatetags.contacts_words import field_name
from otklik.desk.views.access import EmployeeRequest, for_administrators, whole
from otklik.lib.spreadsheet import csv_lines

SHOWN = 8
LATEST = 20


@require_http_methods(["GET", "POST"])
@for_administrators
def imports(request: EmployeeRequest) -> HttpResponse:
    """The latest ones, and the place to begin another."""
    error = ""
    given = request.FILES.get("file")
    if request.method == "POST" and given is None:
        error = _("Choose a file.")
    if given is not None:
        try:
            if (given.size or 0) > contact_tables.LARGEST:
                raise Refused("file", _("The table is too large: at most %(size)s MB fit.") % {"size": 25})
            order = actions.take(given.read(), given.name or "", by=request.employee)
        except DeskError as refused:
            error = str(refused)
        else:
            return redirect("contact_import", order.pk)
    latest = ContactImport.objects.exclude(state="draft").defer("body").select_related("by__user").order_by("-pk")
    context = {"latest": latest[:LATEST], "error": error}
    return render(request, "desk/contact_imports.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def page(request: EmployeeRequest, pk: int) -> HttpResponse:
    """A draft with what would become of its first rows; else how far it is. POST reads the draft in another way."""
    order = get_object_or_404(ContactImport.objects.defer("body"), pk=pk)
    error = None
    if request.method == "POST":
        try:
            order = actions.arrange(order, by=request.employee, **_told(request, order))
        except DeskError as refused:
            error = refused
    return _page(request, order, error)


def _page(request: EmployeeRequest, order: ContactImport, error: DeskError | None = None) -> HttpResponse:
    context: dict[str, Any] = {"order": order, "error": error}
    if order.state != ContactImport.State.DRAFT:
        if order.state == ContactImport.State.UNDOING:
            context["left"] = order.lines.exclude(outcome=Outcome.FAILED).count()
        if order.failed:
            context["faulty"] = order.lines.filter(outcome=Outcome.FAILED).order_by("pk")[:SHOWN]
        return render(request, "desk/_contact_import.html" if request.htmx else "desk/contact_import.html", context)
    context |= _choices(order) | _preview(order)
    return render(request, "desk/contact_import_draft.html", context, status=422 if error else 200)


def _told(request: EmployeeRequest, order: ContactImport) -> dict[str, Any]:
    """What the form says; a value that there is not leaves things as they are."""
    given = request.POST
    template = ContactTemplate.objects.filter(pk=whole(given.get("template"))).first()
    known = {*contact_tables.FIELDS, *contact_batch_values.offered((template or order.template).pk)}
    columns = [field if field in known else "" for field in given.getlist("column")]
    encoding, delimiter = given.get("encoding", ""), given.get("delimiter", "")
    duplicates = given.get("duplicates", "")
    return {
        "encoding": encoding if encoding in contact_encodings.ENCODINGS else order.encoding,
        "delimiter": delimiter if delimiter in contact_tables.DELIMITERS else order.delimiter,
        "has_header": bool(given.get("has_header")),
        "columns": columns[: contact_tables.MOST_COLUMNS],
        "duplicates": duplicates if duplicates in ContactImport.Duplicates.values else order.duplicates,
        "template": template or order.template,
    }


def _choices(order: ContactImport) -> dict[str, Any]:
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical line")}
    return {
        "encodings": contact_encodings.ENCODINGS.items(),
        "delimiters": [(one, names[one]) for one in contact_tables.DELIMITERS],
        "ways": ContactImport.Duplicates.choices,
        "templates": ContactTemplate.objects.offered(order.template_id),
        "fields": [(name, field_name(name)) for name in contact_tables.FIELDS]
        + [(key, one.name) for key, one in contact_batch_values.offered(order.template_id).items()],
    }


def _preview(order: ContactImport) -> dict[str, Any]:
    table = actions.table_of(order)
    titles = next(table.records(), []) if order.has_header else []
    if order.is_of_cards:
        titles = [field_name(title) for title in titles]
    told = actions.preview(order)
    width = max([len(one.cells) for one in told] + [len(order.columns), len(titles)])
    columns = [*order.columns, *[""] * (width - len(order.columns))]
    heads = [
        {"title": titles[place] if place < len(titles) else "", "field": field, "place": place + 1}
        for place, field in enumerate(columns)
    ]
    return {
        "heads": heads,
        "rows": [(one, [*one.cells, *[""] * (width - len(one.cells))]) for one in told[:SHOWN]],
        "looked_at": len(told),
        "counts": _counts(told),
        "faulty": [one for one in told if one.outcome == Outcome.FAILED][:SHOWN],
    }


def _counts(told: list[Told]) -> dict[str, int]:
    return {name: sum(one.outcome == name for one in told) for name in ("made", "changed", "skipped", "failed")}


@require_POST
@for_administrators
def start(request: EmployeeRequest, pk: int) -> HttpResponse:
    """With what the form says at this moment."""
    order = get_object_or_404(ContactImport.objects.defer("body"), pk=pk)
    try:
        if order.state == ContactImport.State.DRAFT:
            order = actions.arrange(order, by=request.employee, **_told(request, order))
        actions.start(order, by=request.employee)
    except DeskError as refused:
        return _page(request, order, refused)
    jobs.defer_contact_import(pk)
    return redirect("contact_import", pk)


@require_POST
@for_administrators
def undo(request: EmployeeRequest, pk: int) -> HttpResponse:
    try:
        actions.undo(get_object_or_404(ContactImport.objects.defer("body"), pk=pk), by=request.employee)
    except DeskError as refused:
        messages.error(request, str(refused))
    else:
        jobs.defer_contact_import(pk)
    return redirect("contact_import", pk)


@require_GET
@for_administrators  # type: ignore[arg-type]  # its answer flows
def faults(request: EmployeeRequest, pk: int) -> HttpResponseBase:
    """Rows at fault with the reason: mended, the table can be imported again."""
    order = get_object_or_404(ContactImport.objects.defer("body"), pk=pk)
    table = actions.table_of(order)
    titles = next(table.records(), []) if order.has_header else []
    if order.is_of_cards:
        titles = [field_name(title) for title in titles]
    lines = order.lines.filter(outcome=Outcome.FAILED).order_by("pk").iterator(2000)
    rows = ([line.number, line.fault, *line.cells] for line in lines)
    head = [[_("Row"), _("What is wrong"), *titles]]
    answer = StreamingHttpResponse(
        csv_lines(row for part in (head, rows) for row in part), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return answer
