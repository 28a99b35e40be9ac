"""The search page and the quick switcher."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import search as searching
from otklik.desk.actions import indexing
from otklik.desk.models import Employee, Source, Status
from otklik.desk.time_limit import TooBroad
from otklik.desk.views.access import EmployeeRequest, for_employees

KIND_NAMES = {"task": _("Tasks"), "comment": _("Comments"), "contact": _("Contacts"), "file": _("Files")}
# Fewer events than this are a moment's work, and nothing to speak of.
BEHIND = 5000
LONGEST = 200


class FilterForm(forms.Form):
    since = forms.DateField(
        label=pgettext_lazy("date", "From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("date", "Until"), required=False, widget=forms.DateInput({"type": "date"})
    )
    assignee = forms.ModelChoiceField(
        Employee.objects.active().select_related("user").order_by("user__name"),
        label=_("Assignee"), required=False, empty_label=_("Anybody"),
    )  # fmt: skip
    author = forms.ModelChoiceField(
        Employee.objects.select_related("user").order_by("user__name"),
        label=_("Author of comments and files"), required=False, empty_label=_("Anybody"),
    )  # fmt: skip
    site = forms.ModelChoiceField(
        Source.objects.order_by("name", "pk"), label=_("Site"), required=False, empty_label=_("All sites")
    )
    status = forms.ModelChoiceField(
        Status.objects.order_by("set", "place"), label=_("Status"), required=False, empty_label=_("Any")
    )

    def filters(self) -> searching.Filters:
        """Of what is given well; a field that is not says so beside itself."""
        self.full_clean()
        given = getattr(self, "cleaned_data", {})
        return searching.Filters(
            since=given.get("since"),
            until=given.get("until"),
            **{name: given[name].pk if given.get(name) else 0 for name in ("assignee", "site", "status", "author")},
        )


@require_GET
@for_employees
def page(request: EmployeeRequest) -> HttpResponse:
    text = _text(request)
    kind = request.GET.get("kind", "")
    kinds = (kind,) if kind in searching.KINDS else searching.KINDS
    form = FilterForm(request.GET, prefix=None)
    context: dict[str, Any] = {"text": text, "kind": kind if kind in searching.KINDS else "", "form": form}
    filters = form.filters()
    context["is_filtered"] = filters != searching.Filters()
    context |= _found(request, text, filters, kinds, 50 if len(kinds) == 1 else 6)
    left = indexing.left()
    if left > BEHIND:
        context["progress"] = 100 - min(99, 100 * left // max(1, indexing.latest()))
    return render(request, "desk/_search_results.html" if request.htmx else "desk/search.html", context)


def _found(
    request: EmployeeRequest, text: str, filters: searching.Filters, kinds: tuple[str, ...], limit: int
) -> dict[str, Any]:
    offered = searching.kinds_for(request.employee)
    links = {kind: _link(request, kind) for kind in ("", *offered)}
    tabs = [("", _("Everything"), links[""]), *((kind, KIND_NAMES[kind], links[kind]) for kind in offered)]
    context: dict[str, Any] = {"tabs": tabs}
    if not text and not filters.author:
        return context
    context["colleagues"] = [] if kinds == ("file",) or filters.author else searching.colleagues(text)
    try:
        found = searching.find(request.employee, text, filters, kinds, limit)
    except TooBroad:
        return context | {"is_too_broad": True}
    sections = [
        {"kind": kind, "name": KIND_NAMES[kind], "hits": hits, "more": kind in found.more, "link": links[kind]}
        for kind, hits in found.hits.items()
        if hits
    ]
    return context | {"sections": sections, "is_similar": found.is_similar, "meant": found.meant, "limit": limit}


def _link(request: EmployeeRequest, kind: str) -> str:
    kept = [(name, value) for name, value in request.GET.items() if name != "kind" and value]
    return "?" + urlencode([*kept, *([("kind", kind)] if kind else [])])


@require_GET
@for_employees
def quick(request: EmployeeRequest) -> HttpResponse:
    """Tasks and contacts by name while somebody types."""
    text = _text(request)
    context: dict[str, Any] = {"text": text}
    if text:
        try:
            found = searching.find(request.employee, text, searching.Filters(), ("task", "contact"), 6)
            context |= {"tasks": found.hits.get("task", []), "contacts": found.hits.get("contact", [])}
        except TooBroad:
            context["is_too_broad"] = True
        context["numbered"] = searching.by_number(request.employee, text)
    return render(request, "desk/_quick_hits.html", context)


def _text(request: EmployeeRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
