"""The active tasks of one employee go to another assignee, as when he leaves (§7)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from otklik.desk.actions import mass
from otklik.desk.errors import DeskError
from otklik.desk.models import Employee, MassAction, Task
from otklik.desk.models.task import TaskQuerySet
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.desk.views.mass import begin


@require_POST
@for_administrators
def passing_on(request: EmployeeRequest, pk: int) -> HttpResponse:
    """His active tasks go to another assignee, `heir`; the list shows how far it is, and takes it back."""
    found, heir = find(pk), request.POST.get("heir", "")
    try:
        value = f"{found.pk} {heir}"
        action = mass.ask(active_tasks(found), MassAction.Operation.PASS_ON, value, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("employee", pk)
    begin(action)
    return redirect(f"{reverse('tasks')}?{urlencode({'people': heir})}")


def active_tasks(employee: Employee) -> TaskQuerySet:
    mine = Q(members__employee=employee, members__role__key="assignee")
    return Task.objects.kept().filter(mine, status__is_active=True)


def find(pk: int) -> Employee:
    people = Employee.objects.exclude(role=Employee.AccountRole.ROBOT).select_related("user")
    return get_object_or_404(people, pk=pk)
