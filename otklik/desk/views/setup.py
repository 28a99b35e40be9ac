from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from otklik.desk.models import Employee
from otklik.desk.scenarios import shipped
from otklik.people import first_admin as invitation
from otklik.people.forms import FirstAdministrator
from otklik.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Any number, the same in all processes.
LOCK = 7_302_001


@login_not_required
@require_http_methods(["GET", "POST"])
@transaction.atomic
def first_admin(request: HttpRequest, token: str) -> HttpResponse:
    """Where the account owner chooses e-mail and password, once."""
    with connection.cursor() as cursor:
        # Two who open the address at once do not both become the first.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not invitation.is_ours(token):
        raise Http404
    if not invitation.is_needed():
        return render(request, "desk/first_admin_used.html", status=410)

    form = FirstAdministrator(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, _owner(form), backend=BACKEND)
        return redirect("home")
    return render(request, "desk/first_admin.html", {"form": form}, status=422 if form.errors else 200)


def _owner(form: FirstAdministrator) -> User:
    given = form.cleaned_data
    user = User.objects.create_user(given["email"], given["password"], name=given["name"])
    owner = Employee.objects.create(user=user, role=Employee.AccountRole.OWNER)
    shipped.add_first(owner)
    return user
