"""Comments that are to be written later (§8.2, «Отправить позже»)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import delaying
from otklik.desk.actions import files as uploads
from otklik.desk.errors import DeskError
from otklik.desk.models import Comment, DelayedComment, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed, done
from otklik.desk.views.comments import key_of, target_of
from otklik.desk.views.entry_times import LATER, moment_of
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.recipients import codes_of

OWN = "own"
MOMENT = "%Y-%m-%dT%H:%M"


class DelayForm(forms.Form):
    """`at`: the chosen time, in the reader's zone."""

    text = forms.CharField(
        label=gettext_lazy("Text"), strip=False, error_messages={"required": gettext_lazy("Write something first.")},
        widget=forms.Textarea({"rows": 4, "class": "correction__text"}),
    )  # fmt: skip
    when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=[*LATER.items(), (OWN, gettext_lazy("At the time below"))]
    )
    own = forms.DateTimeField(
        label=gettext_lazy("Own time"), required=False, input_formats=[MOMENT, f"{MOMENT}:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
    )  # fmt: skip
    yields = forms.BooleanField(label=gettext_lazy("Not if the client writes before"), required=False)

    def __init__(
        self, data: Any = None, *, is_reply: bool, has_files: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, auto_id="delay-%s", initial=initial)
        self.fields["text"].required = not has_files
        now = timezone.localtime()
        offered = [(key, name) for key, name in LATER.items() if moment_of(key, now)]
        when = self.fields["when"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [*offered, (OWN, _("At the time below"))]
        if not is_reply:
            del self.fields["yields"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == OWN and "own" not in self.errors and not data.get("own"):
            self.add_error("own", _("Choose the time."))
        return data

    @property
    def at(self) -> datetime:
        when = self.cleaned_data["when"]
        chosen: datetime | None = self.cleaned_data["own"] if when == OWN else moment_of(when, timezone.localtime())
        # What was offered a moment ago may be past.
        return chosen or timezone.now()


def of(task: Task, request: EmployeeRequest) -> dict[str, Any]:
    """What waits in the task, for its page."""
    me = request.employee
    rows = task.delayed.select_related("employee__user").prefetch_related("files")
    # A hidden one is seen by those chosen only when it is written.
    waiting = [one for one in rows if not one.is_hidden or me.is_administrator or one.employee_id == me.pk]
    mine = {one.pk for one in waiting if me.is_administrator or one.employee_id == me.pk}
    return {"delayed": waiting, "delayed_changeable": mine}


@require_GET
@for_employees
def mine(request: EmployeeRequest) -> HttpResponse:
    """All that this person has put off, in all tasks."""
    tasks = Task.objects.visible_to(request.employee)
    rows = DelayedComment.objects.filter(employee=request.employee, task__in=tasks).select_related("task__status")
    return render(request, "desk/delayed.html", {"rows": rows})


@require_POST
@for_employees
def asking(request: EmployeeRequest, number: int) -> HttpResponse:
    """The dialog for what stands in the composer."""
    task = visible_task(request, number)
    is_reply = _kind(request) == Comment.Kind.REPLY
    given = {"text": request.POST.get("text", ""), "when": "tomorrow", "yields": True}
    form = DelayForm(is_reply=is_reply, has_files="file" in request.POST, initial=given)
    return _dialog(request, task, form)


@require_POST
@for_employees
def delay(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    kind = _kind(request)
    form = DelayForm(request.POST, is_reply=kind == Comment.Kind.REPLY, has_files="file" in request.POST)
    if form.is_valid():
        try:
            delaying.delay(
                task, by=request.employee, kind=kind, text=form.cleaned_data["text"], at=form.at,
                key=key_of(request), target=target_of(request, task),
                files=uploads.uploaded(task, by=request.employee, keys=request.POST.getlist("file")),
                yields=form.cleaned_data.get("yields", False), who=codes_of(request),
            )  # fmt: skip
        except DeskError as error:
            add_error(form, error)
        else:
            return _written(request, number, kind)
    return _dialog(request, task, form)


def _written(request: EmployeeRequest, number: int, kind: str) -> HttpResponse:
    """The composer is told that its text is kept, as after sending."""
    if not request.htmx:
        return redirect("task", number)
    was = request.POST.get("was", "").replace("\r\n", "\n").strip()
    taken = {"kind": kind, "text": was, "files": request.POST.getlist("file")}
    return trigger_client_event(changed(request, number), "comment-added", taken)


@require_http_methods(["GET", "POST"])
@for_employees
def change(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    task, found = _find(request, number, pk)
    is_reply = found.kind == Comment.Kind.REPLY
    first = {"text": found.text, "when": OWN, "own": timezone.localtime(found.at), "yields": found.yields}
    form = DelayForm(request.POST or None, is_reply=is_reply, has_files=found.files.exists(), initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            delaying.change(
                found, by=request.employee, text=given["text"], at=form.at, yields=given.get("yields", False)
            )
            return changed(request, number)
        except DeskError as error:
            add_error(form, error)
    return _dialog(request, task, form, found)


@require_POST
@for_employees
def removal(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    _task, found = _find(request, number, pk)
    return done(request, number, lambda: delaying.remove(found, by=request.employee))


@require_POST
@for_employees
def writing(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    """What waits is written at once."""
    _task, found = _find(request, number, pk)
    return done(request, number, lambda: delaying.write_now(found, by=request.employee))


def _find(request: EmployeeRequest, number: int, pk: int) -> tuple[Task, DelayedComment]:
    task = visible_task(request, number)
    found = get_object_or_404(task.delayed.select_related("employee__user", "task"), pk=pk)
    if found.is_hidden and not delaying.may_change(found, task, request.employee):
        raise Http404
    return task, found


def _kind(request: EmployeeRequest) -> str:
    return Comment.Kind.REPLY if request.POST.get("kind") == "reply" else Comment.Kind.NOTE


def _dialog(
    request: EmployeeRequest, task: Task, form: DelayForm, delayed: DelayedComment | None = None
) -> HttpResponse:
    """The form alone in a dialog that is open, with its dialog on a page, a page of its own without scripts."""
    # What the composer sends along, so that nothing of it is lost.
    kept = {name: request.POST.get(name, "") for name in ("kind", "target", "key")}
    if "circle" in request.POST:
        kept["circle"] = request.POST["circle"]
    context: dict[str, Any] = {
        "task": task,
        "delay_form": form,
        "who": request.POST.getlist("who"),
        "delayed": delayed,
        "kept": kept,
        "was": request.POST.get("was", request.POST.get("text", "")),
        "files": request.POST.getlist("file"),
        "is_reply": "yields" in form.fields,
        "form": "desk/_delay_form.html",
    }
    status = 422 if form.errors else 200
    if request.htmx:
        template = "desk/_delay_form.html" if form.is_bound else "desk/_correction.html"
        return render(request, template, context, status=status)
    return render(request, "desk/correction.html", context, status=status)
