from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import groups as actions
from otklik.desk.actions.invitations import NAME_LIMIT
from otklik.desk.errors import DeskError
from otklik.desk.models import Employee, Group
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management.forms import add_error, name_field


class EmployeeChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class GroupForm(forms.Form):
    name = name_field(gettext_lazy("Give the group a name."), NAME_LIMIT)
    members = EmployeeChoice(
        Employee.objects.none(), label=gettext_lazy("Members"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who joins later has all that the group has, too."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.fields["members"]
        assert isinstance(members, EmployeeChoice)
        members.queryset = Employee.objects.active().select_related("user").order_by("user__name", "pk")


@require_http_methods(["GET", "POST"])
@for_account_management
def new(request: EmployeeRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@for_account_management
def group(request: EmployeeRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Group, pk=pk))


def _form(request: EmployeeRequest, group: Group | None) -> HttpResponse:
    initial = {"name": group.name, "members": group.members.all()} if group else {}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.save(group, by=request.employee, name=given["name"], members=list(given["members"]))
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("employees")
    return _page(request, group, form)


def _page(
    request: EmployeeRequest, group: Group | None, form: GroupForm, error: DeskError | None = None
) -> HttpResponse:
    context = {
        "group": group,
        "form": form,
        "error": error,
        "uses": actions.uses(group) if group else 0,
        "others": Group.objects.exclude(pk=group.pk).order_by("name", "pk") if group else [],
    }
    return render(request, "desk/management/group.html", context, status=422 if form.errors or error else 200)


@require_POST
@for_account_management
def removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    """`into`: the group that takes its place."""
    group = get_object_or_404(Group, pk=pk)
    chosen = request.POST.get("into", "")
    into = Group.objects.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
    try:
        actions.remove(group, by=request.employee, into=into)
    except DeskError as error:
        form = GroupForm(initial={"name": group.name, "members": group.members.all()})
        return _page(request, group, form, error)
    messages.success(request, _("The group is gone."))
    return redirect("employees")
