"""The own fields of a task, filled in on a page of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk import own_fields
from otklik.desk.actions import task_fields as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.own_field_forms import ValuesForm
from otklik.desk.views.task_plan import Plan


@require_http_methods(["GET", "POST"])
@for_employees
def values(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    fields = list(actions.of_task(task))
    form = ValuesForm(fields, actions.values_of(task), request.POST or None, by=request.employee)
    outdated = None
    if request.method == "POST" and form.is_valid():
        seen = {int(pk): value for pk, value in before.read(request.POST.get("seen", "")).items() if pk.isdigit()}
        try:
            actions.fill(task, form.values, seen=seen, by=request.employee)
        except Outdated as error:
            outdated = error
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("task", number)
    now = {str(pk): value for pk, value in actions.values_of(task).items()}
    context = {
        "task": task,
        "form": form,
        "plan": Plan(task, request.employee),
        "seen": before.write(now),
        "outdated": outdated,
        "changed": [(one.name, own_fields.shown(one, now.get(str(one.pk)))) for one in fields] if outdated else [],
    }
    return render(request, "desk/task_values.html", context, status=422 if outdated or form.errors else 200)
