from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import rights, task_lists
from otklik.desk.actions import trash as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import Comment, Task, TaskMerge
from otklik.desk.views.access import EmployeeRequest, for_administrators, for_employees
from otklik.desk.views.statuses import changed


@require_GET
@for_employees
def trash(request: EmployeeRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    merged = TaskMerge.objects.filter(undone_at=None).values("task")
    trashed = Task.objects.visible_to(request.employee).filter(trashed_at__isnull=False).exclude(pk__in=merged)
    page = task_lists.page(request.employee, trashed, before=before)
    may_delete = rights.deletable(page.tasks, request.employee)
    context = {"page": page, "before": before, "may_delete": may_delete, "me": request.employee}
    return render(request, "desk/_trash_rows.html" if request.htmx else "desk/trash.html", context)


@require_POST
@for_employees
def trashing(request: EmployeeRequest, number: int) -> HttpResponse:
    return changed(request, number, lambda task: actions.trash(task, by=request.employee))


@require_POST
@for_employees
def restoration(request: EmployeeRequest, number: int) -> HttpResponse:
    if "list" not in request.POST:
        return changed(request, number, lambda task: actions.restore(task, by=request.employee))

    task = get_object_or_404(Task.objects.visible_to(request.employee), number=number)
    try:
        actions.restore(task, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("trash")


@require_http_methods(["GET", "POST"])
@for_administrators
def purge(request: EmployeeRequest, number: int) -> HttpResponse:
    """Says what goes with the task before it goes."""
    task = get_object_or_404(Task.objects.visible_to(request.employee).select_related("contact"), number=number)
    error = None
    if request.method == "POST":
        try:
            actions.purge(task, by=request.employee)
        except DeskError as refused:
            error = refused
        else:
            messages.success(request, _("Task %(number)s is deleted for good.") % {"number": number})
            return redirect("trash")

    unsent = task.comments.filter(mark__in=[Comment.Mark.DUE, Comment.Mark.SENDING]).count()
    context = {"task": task, "unsent": unsent, "error": error}
    return render(request, "desk/purge.html", context, status=422 if error else 200)
