"""The chats behind a figure of the report, on a page and for a spreadsheet program."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import reports
from otklik.desk.templatetags.durations import amount
from otklik.desk.time_limit import TooBroad
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.desk.views.report_sections import chats as counted
from otklik.desk.views.reports import ReportForm, chosen, form_of, of_working_time, spreadsheet, whole

SHOWN = 100
EXPORTED = 50_000
# Nobody turns further; all are in the file.
LAST_PAGE = 1000
ONLY = {
    "answered": gettext_lazy("First answer: chats that were answered"),
    "waited": gettext_lazy("Waiting: chats with waits that ended"),
    "resolved": gettext_lazy("Resolution: completed chats"),
    "waiting": gettext_lazy("Waiting now: chats in which the client wrote last"),
}
ORDERS = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "first": gettext_lazy("By first answer, longest first"),
    "wait": gettext_lazy("By longest wait"),
    "resolution": gettext_lazy("By resolution, longest first"),
    "client": gettext_lazy("By client"),
    "site": gettext_lazy("By site"),
}
# Columns of the file that tell times.
SECONDS = (5, 7, 8)
# What an address says beside the form of the report.
PARTS = ("day", "last_day", "hour", "channel", "only")


@require_GET
@for_employees
def chats(request: EmployeeRequest) -> HttpResponse:
    form, part = form_of(request), _part(request)
    order = request.GET.get("sort", "")
    order = order if order in ORDERS else reports.usual_order(part)
    place = _number(request.GET.get("page", ""), LAST_PAGE) or 1
    kept = {name: request.GET[name] for name in PARTS if request.GET.get(name)}
    context: dict[str, Any] = {
        "form": form, "part": part, "kept": kept, "orders": ORDERS, "order": order, "place": place,
        "only": ONLY.get(part.only, _("All chats")), "back": urlencode(chosen(form)),
        "query": urlencode(chosen(form) | kept), "chosen": chosen(form),
    }  # fmt: skip
    if form.is_valid():
        try:
            rows = reports.rows(form.asked(), part, SHOWN, order=order, offset=(place - 1) * SHOWN)
        except TooBroad:
            context["is_too_broad"] = True
        else:
            context |= _shown(rows, place) | {"filters": _filters(form, part)}
    return render(request, "desk/report_chats.html", context)


def _shown(rows: list[dict[str, Any]], place: int) -> dict[str, Any]:
    total = rows[0]["total"] if rows else 0
    return {
        "rows": rows,
        "total": total,
        "counted": counted(total),
        "has_more": place * SHOWN < total and place < LAST_PAGE,
        # The file ends there, and says so.
        "exported": EXPORTED if total > EXPORTED else 0,
    }


def _filters(form: ReportForm, part: reports.Part) -> list[str]:
    """In words, what the figure is of."""
    given = form.cleaned_data
    first, last = part.day or given["since"], part.last_day or part.day or given["until"]
    days = [date_format(day, "j E Y") for day in (first, last)]
    found = [days[0] if first == last else f"{days[0]} – {days[1]}"]
    if part.hour is not None:
        found.append(f"{part.hour:02}:00–{part.hour:02}:59")
    found += [str(given[name]) for name in ("site",) if given[name]]
    found += [part.channel] if part.channel else []
    if given["employee"]:
        found.append(_("answered by %(name)s") % {"name": given["employee"].name})
    if given["group"]:
        found.append(_("answered by the group %(name)s") % {"name": given["group"].name})
    if given["template"]:
        found.append(_("clients of the template %(name)s") % {"name": given["template"].name})
    found += [_("working time only")] if form.hours else []
    return found + ([given["client"].name] if given["client"] else [])


@require_GET
@for_employees
def export(request: EmployeeRequest) -> HttpResponse:
    form = form_of(request)
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
    head = of_working_time(head, SECONDS) if form.hours else head
    return spreadsheet([head, *map(_cells, rows), *_rest(rows)], "chats.csv")


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["number"], row["name"], row["client"], row["site"],
        timezone.localtime(row["created_at"]).strftime("%Y-%m-%d %H:%M:%S"),
        whole(row["first_answer"]), row["first_by"], whole(row["longest"]), whole(row["resolution"]),
        int(bool(row["is_waiting"])),
    ]  # fmt: skip


def _rest(rows: list[dict[str, Any]]) -> list[list[str]]:
    """A last line for whoever has the file alone."""
    if not rows or rows[0]["total"] <= len(rows):
        return []
    told = {"shown": amount(len(rows)), "total": amount(rows[0]["total"])}
    return [[_("Only %(shown)s of %(total)s chats are in this file. Choose a shorter time for the others.") % told]]


def _part(request: EmployeeRequest) -> reports.Part:
    """What is not given well is not asked for."""
    given = {name: request.GET.get(name, "").replace("\0", "") for name in PARTS}
    day, last = _day(given["day"]), _day(given["last_day"])
    return reports.Part(
        day=day,
        last_day=last if day else None,
        hour=_number(given["hour"], 23),
        channel=given["channel"][:100] if "channel" in request.GET else None,
        only=given["only"] if given["only"] in ONLY else "",
    )


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
