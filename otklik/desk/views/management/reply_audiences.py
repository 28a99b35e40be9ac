from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import reply_audiences as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import Group, QuickReply
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management.forms import add_error, name_field

if TYPE_CHECKING:
    GroupField = forms.ModelMultipleChoiceField[Group]
else:
    GroupField = forms.ModelMultipleChoiceField


class AudienceForm(forms.Form):
    name = name_field(gettext_lazy("Give the group a name."), actions.NAME_LIMIT)
    groups = GroupField(
        Group.objects.order_by("name", "pk"), label=gettext_lazy("For whom"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody chosen: for all employees. Administrators have all quick replies."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_account_management
def audience(request: EmployeeRequest) -> HttpResponse:
    """`of`: the heading under which the replies stand."""
    heading = request.GET.get("of", "").replace("\0", "")
    if not heading or not QuickReply.objects.filter(group__iexact=heading).exists():
        raise Http404
    groups = actions.of(heading)
    form = AudienceForm(request.POST or None, initial={"name": heading, "groups": groups or []})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.save(heading, name=given["name"], groups=list(given["groups"]), by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("quick_replies")
    context = {"form": form, "heading_name": heading, "is_nobodys": groups == []}
    return render(request, "desk/management/reply_audience.html", context, status=422 if form.errors else 200)
