"""Who stands before a view of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from otklik.desk.models import Contact, Employee, Task, TaskMember
from otklik.people.models import User

P = ParamSpec("P")
WHOLE_LIMIT = 2**63 - 1


class EmployeeRequest(HttpRequest):
    employee: Employee
    htmx: HtmxDetails


class NoTask(Http404):
    """No task with this number is open to the one who asks; whether there is one he does not learn."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


View = Callable[Concatenate[EmployeeRequest, P], HttpResponse]


def for_employees(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets employees in; somebody who is signed in but none of them is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        employee = Employee.objects.active().select_related("user").filter(user=cast(User, request.user)).first()
        if employee is None:
            raise PermissionDenied(_("You are signed in, but not as an employee of this desk."))
        request.employee = employee  # type: ignore[attr-defined]
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except NoTask as gone:
            return render(request, "desk/no_task.html", {"number": gone.number}, status=404)
        except Task.DoesNotExist as gone:
            # Somebody deleted it for good between the look and the deed.
            raise Http404 from gone

    return guarded


def for_administrators(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets account administrators in; for other employees there is nothing here."""

    @wraps(view)
    def guarded(request: EmployeeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.employee.is_administrator:
            raise Http404
        return view(request, *args, **kwargs)

    return for_employees(guarded)


def for_account_management(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets in whoever has the settings of the account: administrators, and technical ones without its data (§7)."""

    @wraps(view)
    def guarded(request: EmployeeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.employee.manages_account:
            raise Http404
        return view(request, *args, **kwargs)

    return for_employees(guarded)


def for_client_base(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets in whoever has the client base; a technical administrator sees only the clients of tasks of his (§7)."""

    @wraps(view)
    def guarded(request: EmployeeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.employee.sees_clients:
            number = kwargs.get("number")
            mine = Task.objects.visible_to(request.employee)
            if request.method != "GET" or not isinstance(number, int):
                raise Http404
            if not mine.filter(contact__number=number).exists():
                raise Http404
        return view(request, *args, **kwargs)

    return for_employees(guarded)


def visible_task(request: EmployeeRequest, number: int) -> Task:
    """The task with all that its page shows of it; 404 for whoever may not see it."""
    members = TaskMember.objects.select_related("role", "employee__user", "group", "contact").order_by("role", "pk")
    tasks = Task.objects.visible_to(request.employee).select_related(
        "status__set", "contact", "source", "project__parent__parent", "previous", "due", "template"
    )
    task = tasks.prefetch_related(Prefetch("members", members)).filter(number=number).first()
    if task is None:
        raise NoTask(number)
    return task


def visible_contact(request: EmployeeRequest, number: int, among: QuerySet[Contact] | None = None) -> Contact:
    """404 for whoever may not see the card; a merged one is seen with the card that it is part of."""
    contacts = Contact.objects.all() if among is None else among
    contact = get_object_or_404(contacts, number=number)
    if not Contact.objects.visible_to(request.employee).filter(pk=contact.merged_into_id or contact.pk).exists():
        raise Http404
    return contact


def whole(value: str | None, default: int = 0) -> int:
    """A whole number from an address; the default for anything else."""
    if not value or not value.isascii() or not value.isdigit() or len(value) > 19:
        return default
    return min(int(value), WHOLE_LIMIT)
