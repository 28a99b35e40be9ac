"""The panel «Access rights» of a card: who sees it, and for what its contact can be used (§4.4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import contact_access as actions
from otklik.desk.actions import people
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Contact
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import PeopleChips, add_error


class AccessForm(forms.Form):
    is_restricted = forms.TypedChoiceField(
        label=gettext_lazy("Who sees this card"), widget=forms.RadioSelect, coerce=lambda told: told == "1",
        choices=[
            ("0", gettext_lazy("Everybody who works here")), ("1", gettext_lazy("Those chosen, and administrators")),
        ],
    )  # fmt: skip
    who = forms.MultipleChoiceField(
        label=gettext_lazy("Chosen employees and groups"), required=False, widget=PeopleChips,
        help_text=gettext_lazy("Whoever has a role in a task of this client sees his name there all the same."),
    )  # fmt: skip
    may_be_counterparty = forms.BooleanField(
        label=gettext_lazy("Can be the counterparty of tasks"), required=False,
        help_text=gettext_lazy("Otherwise he is not offered as the client of a new task."),
    )  # fmt: skip
    may_participate = forms.BooleanField(
        label=gettext_lazy("Can be a participant of tasks"), required=False,
        help_text=gettext_lazy("Otherwise he is not offered where a contact is chosen in a task."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, now: actions.Values) -> None:
        """`now`: what it shows until somebody chooses."""
        super().__init__(data, initial=now | {"is_restricted": "1" if now["is_restricted"] else "0"})
        who = self.fields["who"]
        assert isinstance(who, forms.MultipleChoiceField)
        who.choices = people.choices(now["who"])

    @property
    def values(self) -> actions.Values:
        return self.cleaned_data | {"who": sorted(self.cleaned_data["who"])}


@require_http_methods(["GET", "POST"])
@for_administrators
def access(request: EmployeeRequest, number: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.current(), number=number)
    now = actions.values_of(contact)
    form = AccessForm(request.POST if request.method == "POST" else None, now=now)
    outdated = None
    if request.method == "POST" and form.is_valid():
        shown = before.read(request.POST.get("seen", ""))
        try:
            actions.change(contact, form.values, seen=shown, by=request.employee)
        except Outdated as error:
            outdated = error
            there = actions.values_of(get_object_or_404(Contact, pk=contact.pk))
            form = AccessForm(now=before.merged(shown, form.values, there))
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("contact", number)
    seen = before.write(actions.values_of(get_object_or_404(Contact, pk=contact.pk)))
    context = {"contact": contact, "form": form, "seen": seen, "outdated": outdated}
    status = 422 if outdated or form.errors else 200
    return render(request, "desk/contact_access.html", context, status=status)
