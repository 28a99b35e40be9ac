from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk import task_filter
from otklik.desk.actions import saved_views as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import Employee, Group, SavedView
from otklik.desk.views import task_filters
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.desk.views.management.forms import add_error, name_field


class ViewForm(forms.Form):
    name = name_field(gettext_lazy("Give the view a name."), actions.NAME_LIMIT)
    audience = forms.ChoiceField(label=gettext_lazy("For whom"))
    is_first = forms.BooleanField(label=gettext_lazy("Tasks open with this view"), required=False)

    def __init__(self, *args: Any, employee: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.all() if employee.is_administrator else employee.groups.all()
        own, everybody = pgettext_lazy("a view", "Only for me"), pgettext_lazy("a view", "For everybody")
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        audience.choices = [
            ("own", own),
            *[(f"group-{group.pk}", _("For the group “%(name)s”") % {"name": group.name}) for group in groups],
            ("all", everybody),
        ]

    def wanted(self, filter: task_filter.TaskFilter) -> actions.Wanted:
        audience, _dash, group = self.cleaned_data["audience"].partition("-")
        return actions.Wanted(self.cleaned_data["name"], filter, audience, int(group) if group else None)


@require_http_methods(["GET", "POST"])
@for_employees
def new(request: EmployeeRequest) -> HttpResponse:
    """Keeps the filter of the address."""
    return _edited(request, None, {"audience": "own"})


@require_http_methods(["GET", "POST"])
@for_employees
def saved_view(request: EmployeeRequest, pk: int) -> HttpResponse:
    """A view's name and audience; with a filter in the address that one takes the place of the kept one."""
    view = _offered(request, pk)
    audience = f"group-{view.group_id}" if view.group_id else view.audience
    is_first = request.employee.first_view_id == view.pk
    return _edited(request, view, {"name": view.name, "audience": audience, "is_first": is_first})


@require_POST
@for_employees
def first(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Of a view that belongs to somebody else one may still say that tasks open with it."""
    view = _offered(request, pk)
    actions.open_first(view if request.POST.get("is_first") else None, by=request.employee)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('tasks')}?view={view.pk}")


@require_POST
@for_employees
def place(request: EmployeeRequest, pk: int) -> HttpResponse:
    view = _offered(request, pk)
    try:
        actions.move(view, by=request.employee, up=request.POST.get("to") == "left")
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("saved_view", pk)


@require_POST
@for_employees
def removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    view = _offered(request, pk)
    try:
        actions.delete(view, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("saved_view", pk)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect(f"{reverse('tasks')}?show=active")


def _offered(request: EmployeeRequest, pk: int) -> SavedView:
    return get_object_or_404(
        SavedView.objects.offered_to(request.employee).select_related("owner__user", "group"), pk=pk
    )


def _edited(request: EmployeeRequest, view: SavedView | None, initial: dict[str, Any]) -> HttpResponse:
    is_new_filter = bool(request.GET) or view is None
    kept = task_filter.read(dict(request.GET.lists()) if is_new_filter else view.filter if view else {})
    there = task_filters.choices(kept, request.employee)
    kept = task_filters.known(kept, there)
    may_change = view is None or actions.may_change(view, request.employee)
    form = ViewForm(request.POST or None, initial=initial, employee=request.employee)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = form.wanted(kept)
            saved = (
                actions.change(view, wanted, by=request.employee) if view else actions.save(wanted, by=request.employee)
            )
        except DeskError as error:
            add_error(form, error)
        else:
            is_first, was_first = form.cleaned_data["is_first"], bool(initial.get("is_first"))
            if is_first != was_first:
                actions.open_first(saved if is_first else None, by=request.employee)
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('tasks')}?view={saved.pk}")
    context = {
        "form": form,
        "view": view,
        "may_change": may_change,
        "is_first": bool(initial.get("is_first")),
        "chips": task_filters.chips(kept, there),
        "kept": kept,
    }
    return render(request, "desk/saved_view.html", context, status=422 if form.errors else 200)
