"""Merging contacts by hand: chosen in the list or found from a card, looked at side by side, merged; and undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk.actions import merging as actions
from otklik.desk.actions import offers, separating
from otklik.desk.errors import Refused
from otklik.desk.models import Contact
from otklik.desk.views import duplicates
from otklik.desk.views.access import EmployeeRequest, for_client_base, visible_contact, whole
from otklik.desk.views.contact_list import found_by, with_tasks


@require_http_methods(["GET", "POST"])
@for_client_base
def merge(request: EmployeeRequest) -> HttpResponse:
    """GET shows the chosen contacts side by side and what will happen; POST does it."""
    given = request.POST if request.method == "POST" else request.GET
    numbers = list(dict.fromkeys(whole(value) for value in given.getlist("contact")))[: actions.MOST + 1]
    visible = Contact.objects.current().visible_to(request.employee)
    chosen = list(visible.filter(number__in=numbers).prefetch_related("merged", "identities__source"))
    chosen.sort(key=lambda contact: contact.number)
    into = next((one for one in chosen if one.number == whole(given.get("into"))), chosen[0] if chosen else None)
    name = given.get("name") or (into.name if into else "")
    if request.method == "GET" or into is None:
        return _page(request, chosen, into, name)

    try:
        if len(chosen) < len(numbers):
            raise Refused("contacts", _("One of these contacts has been merged in the meantime; choose again."))
        actions.merge(into, chosen, by=request.employee, name=name)
    except Refused as error:
        return _page(request, chosen, into, name, error)
    return redirect("contact", into.number)


def _page(
    request: EmployeeRequest, chosen: list[Contact], into: Contact | None, name: str, error: Refused | None = None
) -> HttpResponse:
    with_tasks(chosen, request.employee)
    context: dict[str, Any] = {"chosen": chosen, "into": into, "chosen_name": name, "error": error}
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context["query"] = query
    context["found"] = (
        found_by(query, request.employee).exclude(pk__in=[one.pk for one in chosen]).order_by("-number")[:10]
        if query
        else []
    )
    context["names"] = list(dict.fromkeys(contact.name for contact in chosen))
    return render(request, "desk/contact_merge.html", context, status=422 if error else 200)


@require_POST
@for_client_base
def unmerge(request: EmployeeRequest, number: int) -> HttpResponse:
    """Takes a merged contact out again; both cards are there afterwards."""
    contact = visible_contact(request, number)
    into = contact.merged_into
    try:
        actions.unmerge(contact, by=request.employee)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("contact", (into or contact).number)


@require_POST
@for_client_base
def device(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    """Somebody else writes from this device; or, with `undo`, the same person after all."""
    contact = visible_contact(request, number, Contact.objects.current())
    identity = get_object_or_404(contact.identities.select_related("contact", "separated_from__merged_into"), pk=pk)
    try:
        if "undo" in request.POST:
            contact = separating.put_back(identity, by=request.employee)
        else:
            contact = separating.separate(identity, by=request.employee)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("contact", contact.number)


@require_POST
@for_client_base
def distinct(request: EmployeeRequest, number: int) -> HttpResponse:
    """Not the same person."""
    contact = visible_contact(request, number, Contact.objects.current())
    other = visible_contact(request, whole(request.POST.get("other")), Contact.objects.current())
    try:
        actions.say_distinct(contact, other, by=request.employee)
    except Refused as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "duplicates":
        return redirect("duplicates")
    return redirect("contact", number)


@require_POST
@for_client_base
def offer(request: EmployeeRequest, number: int) -> HttpResponse:
    """Takes over what the client said of a field, or dismisses it."""
    contact = visible_contact(request, number)
    field = request.POST.get("field", "")
    try:
        if request.POST.get("answer") == "take":
            offers.take_over(contact, by=request.employee, field=field)
        else:
            offers.dismiss(contact, by=request.employee, field=field)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("contact", number)


@require_GET
@for_client_base
def suggested(request: EmployeeRequest) -> HttpResponse:
    """All pairs that may be one person, with the reason."""
    return render(request, "desk/duplicates.html", {"suggestions": duplicates.suggest(None, request.employee)})
