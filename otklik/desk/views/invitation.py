"""Where an invitation leads: whoever has no account chooses name, e-mail and password, and is in."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import invitations
from otklik.desk.models import EmployeeInvitation
from otklik.desk.views.setup import BACKEND
from otklik.people.forms import FirstAdministrator
from otklik.people.models import User


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.find(token)
    if invitation is None:
        return _ended(request)
    if request.user.is_authenticated:
        return _join_as(request, token, request.user)
    form = FirstAdministrator(request.POST or None, initial=_known(invitation))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            given = form.cleaned_data
            user = User.objects.create_user(given["email"], given["password"], name=given["name"])
            if invitations.accept(token, user) is None:
                # Somebody else was quicker: nobody is made.
                transaction.set_rollback(True)
                return _ended(request)
        login(request, user, backend=BACKEND)
        return redirect("home")
    context = {"form": form, "invitation": invitation}
    return render(request, "desk/invitation.html", context, status=422 if form.errors else 200)


def _known(invitation: EmployeeInvitation) -> dict[str, str]:
    """Of a contact's card one knows his name; otherwise it is only said for whom the link is."""
    contact = invitation.contact
    return {"email": invitation.email or (contact.email if contact else ""), "name": invitation.name if contact else ""}


def _join_as(request: HttpRequest, token: str, user: User) -> HttpResponse:
    """Somebody who has an account already, such as an agent of the chat."""
    if request.method == "POST":
        return redirect("home") if invitations.accept(token, user) else _ended(request)
    return render(request, "desk/invitation.html", {"invitation": invitations.find(token)})


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/invitation_ended.html", status=410)
