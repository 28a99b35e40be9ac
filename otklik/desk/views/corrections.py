"""What becomes of a comment after it was written: changed, taken back, withdrawn; and how it went to the client."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from otklik.desk import rights
from otklik.desk.actions import carrying
from otklik.desk.actions import corrections as actions
from otklik.desk.actions.comments import HOLDS
from otklik.desk.errors import DeskError
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.answers import changed, done, refused

WRITTEN = (Comment.Kind.REPLY, Comment.Kind.NOTE)


def _find(request: EmployeeRequest, number: int, comment: int) -> tuple[Task, Comment]:
    task = visible_task(request, number)
    comments = task.comments.visible_to(request.employee).select_related(
        "employee__user", "identity", "target__identity", "task"
    )
    return task, get_object_or_404(comments.filter(kind__in=WRITTEN), number=comment)


@require_http_methods(["GET", "POST"])
@for_employees
def text(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """The form for another text, and what was entered there."""
    task, found = _find(request, number, comment)
    given, error = request.POST.get("text", found.text), None
    if request.method == "POST":
        try:
            actions.edit(found, by=request.employee, text=given)
            return changed(request, number)
        except DeskError as refused:
            error = refused
    limit = actions.limit_of(found)
    context: dict[str, object] = {"task": task, "comment": found, "given": given, "error": error, "limit": limit}
    return _dialog(request, "desk/_edit_form.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@for_employees
def withdrawal(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    task, found = _find(request, number, comment)
    error = None
    if request.method == "POST":
        try:
            actions.withdraw(found, by=request.employee)
            return changed(request, number)
        except DeskError as refused:
            error = refused
    context: dict[str, object] = {"task": task, "comment": found, "error": error}
    return _dialog(request, "desk/_withdraw_form.html", context, status=422 if error else 200)


def _dialog(request: EmployeeRequest, form: str, context: dict[str, object], *, status: int) -> HttpResponse:
    """The form alone for a dialog that is open, with its dialog for a page, a page of its own without scripts."""
    context |= {"form": form}
    if request.htmx:
        template = form if request.method == "POST" else "desk/_correction.html"
        return render(request, template, context, status=status)
    return render(request, "desk/correction.html", context, status=status)


@require_POST
@for_employees
def undoing(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """During the hold: the reply does not leave, and its text goes back to where it was written."""
    _task, found = _find(request, number, comment)
    try:
        actions.undo(found, by=request.employee)
    except DeskError as error:
        return refused(request, number, error)
    if not request.htmx:
        return redirect("task", number)
    return trigger_client_event(changed(request, number), "comment-undone", {"kind": found.kind, "text": found.text})


@require_POST
@for_employees
def correcting(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """Asks once more for a change that the channel did not take."""
    _task, found = _find(request, number, comment)
    return done(request, number, lambda: actions.correct_again(found, by=request.employee))


@require_POST
@for_employees
def arrival(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """A person says that the client has what nobody knew of."""
    _task, found = _find(request, number, comment)
    return done(request, number, lambda: actions.say_arrived(found, by=request.employee))


@require_GET
@for_employees
def report(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """All tries to bring a reply to the client (§8.3)."""
    task, found = _find(request, number, comment)
    is_with_client = found.mark in actions.ARRIVED and not found.withdrawn_at
    context: dict[str, object] = {
        "task": task,
        "comment": found,
        "sendings": carrying.report(found),
        "cannot_correct": is_with_client
        and rights.may_correct(task, found, request.employee)
        and found.pk not in carrying.correctable([found]),
    }
    return _dialog(request, "desk/_report.html", context, status=200)


@require_POST
@for_employees
def hold(request: EmployeeRequest) -> HttpResponse:
    """For how long replies of this employee wait, so that he may take them back."""
    seconds = whole(request.POST.get("hold"))
    if seconds in HOLDS:
        Employee.objects.filter(pk=request.employee.pk).update(hold_seconds=seconds)
    return HttpResponse(status=204)
