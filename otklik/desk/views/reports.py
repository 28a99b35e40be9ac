"""Reports: figures of chats as plots and tables; every figure leads to the chats behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import reports, rights
from otklik.desk.models import Contact, Employee, Group, Source
from otklik.desk.search import TooBroad
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.lib.spreadsheet import as_csv

DAYS = 28
SHOWN = 200
EXPORTED = 50_000
ONLY = ("answered", "waited", "resolved", "waiting")


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
    # From his card (§4.4).
    client = forms.ModelChoiceField(
        Contact.objects.all(), to_field_name="number", required=False, widget=forms.HiddenInput
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
            given["client"].pk if given["client"] else 0,
        )


@dataclass(frozen=True)
class Bar:
    """A bar of a plot, in units of its picture, and what it tells."""

    x: float
    y: float
    width: float
    height: float
    name: str
    count: int
    link: str
    # Written below the plot; not every day has room for it.
    sign: str = ""


WIDTH, HEIGHT = 960, 180


def bars(values: list[tuple[str, int, str]], every: int) -> list[Bar]:
    """`values`: name, count, link. Each `every`th bar has its name below it."""
    most = max([count for _name, count, _link in values], default=0) or 1
    step = WIDTH / max(1, len(values))
    return [
        Bar(
            round(place * step + step * 0.12, 2),
            round(HEIGHT - HEIGHT * count / most, 2),
            round(step * 0.76, 2),
            round(HEIGHT * count / most, 2),
            name,
            count,
            link,
            name if place % every == 0 else "",
        )
        for place, (name, count, link) in enumerate(values)
    ]


def _form(request: EmployeeRequest) -> ReportForm:
    if not rights.may_see_reports(request.employee):
        raise Http404
    today = timezone.localdate()
    first = {"since": (today - timedelta(days=DAYS - 1)).isoformat(), "until": today.isoformat()}
    return ReportForm(first | {name: value for name, value in request.GET.items() if value})


@require_GET
@for_employees
def page(request: EmployeeRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= _shown(form, reports.figures(form.asked()))
        except TooBroad:
            context["is_too_broad"] = True
    return render(request, "desk/reports.html", context)


def _shown(form: ReportForm, found: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: form.data[name] for name in form.fields if form.data.get(name)}

    def link(**more: Any) -> str:
        return "chats/?" + urlencode(chosen | more)

    days = [(date_format(day, "j M"), count, link(day=day.isoformat())) for day, count in found["days"]]
    hours = [(f"{hour:02}", count, link(hour=hour)) for hour, count in found["hours"]]
    for row in found["employees"] or []:
        row["link"] = link(employee=row["id"], only="waited")
    for row in found["sites"] or []:
        row["link"] = link(site=row["id"])
    for row in found["channels"] or []:
        row["link"] = link(channel=row["name"])
    return {
        "found": found,
        "links": {"all": link(), **{only: link(only=only) for only in ONLY}},
        "plots": [
            {"id": "days", "title": _("Chats by day"), "about": _("Each chat on the day on which it began."),
             "column": _("Day"), "bars": bars(days, max(1, len(days) // 10))},
            {"id": "hours", "title": _("Chats by hour"),
             "about": _("By the hour at which a chat began, in your time zone."),
             "column": _("Hour"), "bars": bars(hours, 3)},
        ],
        "export": "chats.csv?" + urlencode(chosen),
    }  # fmt: skip


@require_GET
@for_employees
def chats(request: EmployeeRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {"form": form, "limit": SHOWN, "query": request.GET.urlencode()}
    if form.is_valid():
        try:
            rows = reports.rows(form.asked(), _part(request), SHOWN + 1)
            context |= {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN}
        except TooBroad:
            context["is_too_broad"] = True
    return render(request, "desk/report_chats.html", context)


@require_GET
@for_employees
def export(request: EmployeeRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        raise Http404
    try:
        rows = reports.rows(form.asked(), _part(request), EXPORTED)
    except TooBroad:
        return HttpResponse(_("This is too much at once. Choose a shorter time or one site."), status=503)
    head = [
        _("No."), _("Task"), _("Client"), _("Site"), _("Began"), _("First answer, seconds"), _("First answered by"),
        _("Longest wait, seconds"), _("Resolution, seconds"), _("Waits for an answer"),
    ]  # fmt: skip
    cells = [
        [
            row["number"], row["name"], row["client"], row["site"],
            timezone.localtime(row["created_at"]).strftime("%Y-%m-%d %H:%M:%S"),
            _whole(row["first_answer"]), row["first_by"], _whole(row["longest"]), _whole(row["resolution"]),
            int(bool(row["is_waiting"])),
        ]
        for row in rows
    ]  # fmt: skip
    response = HttpResponse(as_csv([head, *cells]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chats.csv"'
    return response


def _whole(seconds: Any) -> int | None:
    return None if seconds is None else round(seconds)


def _part(request: EmployeeRequest) -> reports.Part:
    """What is not given well is not asked for."""
    day, hour, only = (request.GET.get(name, "") for name in ("day", "hour", "only"))
    return reports.Part(
        day=_day(day),
        hour=int(hour) if hour.isascii() and hour.isdigit() and len(hour) < 3 else None,
        channel=request.GET.get("channel", "").replace("\0", "")[:100],
        only=only if only in ONLY else "",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
