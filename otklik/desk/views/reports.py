"""Reports: figures of chats as plots and tables; every figure leads to the chats behind it (report_chats)."""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import reports, rights
from otklik.desk.actions import company
from otklik.desk.models import Contact, ContactTemplate, Employee, Group, Source
from otklik.desk.time_limit import TooBroad
from otklik.desk.views import report_sections
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.lib.spreadsheet import as_csv
from otklik.people.hours import Hours

DAYS = 28
# Columns of a table for a spreadsheet program that tell times.
SECONDS = (3, 4, 6, 7, 9, 10)


class ReportForm(forms.Form):
    since = forms.DateField(label=pgettext_lazy("date", "From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=pgettext_lazy("date", "Until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    site = forms.ModelChoiceField(
        Source.objects.order_by("name", "pk"), label=gettext_lazy("Site"), required=False,
        empty_label=gettext_lazy("All sites"),
    )  # fmt: skip
    employee = forms.ModelChoiceField(
        Employee.objects.select_related("user").order_by("user__name"), label=gettext_lazy("Who answered"),
        required=False, empty_label=gettext_lazy("Anybody"),
    )  # fmt: skip
    group = forms.ModelChoiceField(
        Group.objects.order_by("name"), label=gettext_lazy("Group"), required=False, empty_label=gettext_lazy("All")
    )
    template = forms.ModelChoiceField(
        ContactTemplate.objects.all_in_order(), label=gettext_lazy("Template of the client"), required=False,
        empty_label=gettext_lazy("All"),
    )  # fmt: skip
    time = forms.ChoiceField(
        label=gettext_lazy("Times"), required=False,
        choices=[("", gettext_lazy("All hours")), ("working", gettext_lazy("Working time only"))],
    )  # fmt: skip
    # From his card, or from that of a company: then its people, too (§4.4).
    client = forms.ModelChoiceField(
        Contact.objects.select_related("template"), to_field_name="number", required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        elif since and until and (until - since).days >= reports.LONGEST_DAYS:
            self.add_error("until", _("A report covers a year at most."))
        return given

    def asked(self) -> reports.Asked:
        given = self.cleaned_data
        employees = {given["employee"].pk} if given["employee"] else None
        if given["group"]:
            members = set(given["group"].members.values_list("pk", flat=True))
            employees = members if employees is None else employees & members
        return reports.Asked(
            given["since"],
            given["until"],
            given["site"].pk if given["site"] else 0,
            None if employees is None else tuple(sorted(employees)),
            _family(given["client"]) if given["client"] else None,
            given["template"].pk if given["template"] else 0,
            self.hours,
        )

    @cached_property
    def hours(self) -> Hours | None:
        """Those that were asked for and that the company has."""
        return company.hours() if self.cleaned_data.get("time") == "working" else None


def _family(client: Contact) -> tuple[int, ...]:
    """The client; of a company all who work there as well."""
    # What a batch wrote while a merge was being made still names the merged contact.
    cards = [client.pk, *client.merged.order_by("pk").values_list("pk", flat=True)]
    if not client.template.is_company:
        return tuple(cards)
    people = Contact.objects.filter(company__in=cards)
    return (*cards, *people.order_by("pk").values_list("pk", flat=True))


def form_of(request: EmployeeRequest) -> ReportForm:
    """Raises Http404 for whom reports are not."""
    if not rights.may_see_reports(request.employee):
        raise Http404
    today = timezone.localdate()
    first = {"since": (today - timedelta(days=DAYS - 1)).isoformat(), "until": today.isoformat()}
    return ReportForm(first | {name: value for name, value in request.GET.items() if value})


def chosen(form: ReportForm) -> dict[str, str]:
    """What the form asks for, as an address says it."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


@require_GET
@for_employees
def page(request: EmployeeRequest) -> HttpResponse:
    form = form_of(request)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            found = reports.figures(form.asked())
        except TooBroad:
            context["is_too_broad"] = True
        else:
            context |= {
                "found": found, "measures": report_sections.MEASURES,
                "sections": report_sections.sections(found, reports.step(form.asked()), chosen(form)),
                "total": report_sections.total(found, chosen(form)),
            }  # fmt: skip
            context["export"] = "chats.csv?" + urlencode(chosen(form))
    return render(request, "desk/reports.html", context)


@require_GET
@for_employees
def table(request: EmployeeRequest, by: str) -> HttpResponse:
    """One of the page's tables for a spreadsheet program, times in seconds."""
    form = form_of(request)
    if by not in report_sections.TITLES or not form.is_valid():
        raise Http404
    try:
        rows = report_sections.named(reports.figures(form.asked()), by)
    except TooBroad:
        return HttpResponse(_("This is too much at once. Choose a shorter time or one site."), status=503)
    head = [
        report_sections.TITLES[by].column, _("Chats"), _("Answered"), _("First answer, seconds"),
        _("First answer of nine in ten, seconds"), _("Chats with waits that ended"), _("Waiting, seconds"),
        _("Waiting of nine in ten, seconds"), pgettext("of chats", "Completed"), _("Resolution, seconds"),
        _("Resolution of nine in ten, seconds"), _("Waiting now"),
    ]  # fmt: skip
    measures = (
        "chats", "answered", "first_answer", "first_answer_90", "waited", "wait", "wait_90", "resolved", "resolution",
        "resolution_90", "waiting",
    )  # fmt: skip
    cells = [[name, *(whole(row[measure]) for measure in measures)] for name, _part, row in rows]
    return spreadsheet([of_working_time(head, SECONDS) if form.hours else head, *cells], f"{by}.csv")


def spreadsheet(rows: list[list[Any]], name: str) -> HttpResponse:
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def of_working_time(head: list[Any], columns: Container[int]) -> list[str]:
    """Names of columns, where those with times say that working time alone counts."""
    return [
        _("%(column)s (working time)") % {"column": one} if n in columns else str(one) for n, one in enumerate(head)
    ]


def whole(seconds: Any) -> int | None:
    return None if seconds is None else round(seconds)
