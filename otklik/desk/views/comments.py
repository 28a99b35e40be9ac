from __future__ import annotations

from typing import IO, cast

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from otklik.desk import queries, rights
from otklik.desk.actions import attending, drafts, files, notices
from otklik.desk.actions import comments as actions
from otklik.desk.actions.comments import HOLDS
from otklik.desk.actions.recipients import HIDDEN
from otklik.desk.errors import DeskError, Unseen
from otklik.desk.models import Comment, File, ReplyTarget, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.answers import done
from otklik.desk.views.recipients import NobodyNotified, chosen, codes_of


@require_POST
@for_employees
def comments(request: EmployeeRequest, number: int) -> HttpResponse:
    """A reply or a note. The feed of every page fetches it by itself; this page is told by an event."""
    task = visible_task(request, number)
    kind = Comment.Kind.REPLY if request.POST.get("kind") == "reply" else Comment.Kind.NOTE
    text = request.POST.get("text", "")
    try:
        with transaction.atomic():
            actions.add(
                task,
                by=request.employee,
                text=text,
                kind=kind,
                target=target_of(request, task),
                files=_files(request, task),
                key=key_of(request),
                hold=_hold(request),
                seen=_seen(request),
                notified=chosen(request, task, kind, text),
                is_hidden=HIDDEN in (codes_of(request) or []),
            )
    except Unseen as error:
        return render(request, "desk/_unseen.html", {"error": error, "lines": error.lines}, status=422)
    except NobodyNotified:
        return render(request, "desk/_composer_alone.html", status=422)
    except DeskError as error:
        return render(request, "desk/_composer_error.html", {"error": error}, status=422)

    notices.read(task, by=request.employee)
    if not request.htmx:
        return redirect("task", number)
    added = {"kind": kind, "text": text.replace("\r\n", "\n").strip(), "files": request.POST.getlist("file")}
    return trigger_client_event(HttpResponse(status=204), "comment-added", added)


@require_POST
@for_employees
def draft(request: EmployeeRequest, number: int) -> HttpResponse:
    """What stands in the composer now; an empty text takes the draft away."""
    task = visible_task(request, number)
    kind = Comment.Kind.REPLY if request.POST.get("kind") == "reply" else Comment.Kind.NOTE
    text, key = request.POST.get("text", ""), key_of(request)
    drafts.keep(task, by=request.employee, kind=kind, text=text, key=key, who=codes_of(request))
    return HttpResponse(status=204)


@require_POST
@for_employees
def typing(request: EmployeeRequest, number: int) -> HttpResponse:
    """He is writing: colleagues see it, and of a reply the client may see it."""
    task = visible_task(request, number)
    is_reply = request.POST.get("kind") != "note"
    attending.colleague_is_here(task, request.employee, "reply" if is_reply else "note")
    if not is_reply:
        return HttpResponse(status=204)
    target = target_of(request, task) or queries.default_target(task)
    if target is not None and target.is_open and rights.may_reply(task, request.employee):
        attending.writes(target, request.employee)
    return HttpResponse(status=204)


def key_of(request: EmployeeRequest) -> str:
    """By which a text that is sent twice, because its answer was lost, is known."""
    key = request.POST.get("key", "")
    return key if key.isascii() and key.isprintable() and len(key) <= 64 else ""


def _hold(request: EmployeeRequest) -> int:
    """What the composer showed; without it, what this employee has chosen."""
    shown = whole(request.POST.get("hold"), -1)
    return shown if shown in HOLDS else request.employee.hold_seconds


def _seen(request: EmployeeRequest) -> int | None:
    """The last line that the page showed when this was sent; nothing when its author wants it sent all the same."""
    if request.POST.get("anyway") or "seen" not in request.POST:
        return None
    return max(whole(request.POST.get("seen")), whole(request.POST.get("after")))


def _files(request: EmployeeRequest, task: Task) -> list[File]:
    """Uploaded before by the composer's script, or sent along by a browser without it."""
    key = key_of(request)
    if key and actions.made_with(task, request.employee, key):
        return []  # They belong to that comment already.
    sent = [file for file in request.FILES.getlist("files") if file.name]
    files.check_count(sent)
    made = [
        files.upload(
            task, by=request.employee, name=file.name or "", content=cast("IO[bytes]", file), size=file.size or 0
        )
        for file in sent
    ]
    return [*files.uploaded(task, by=request.employee, keys=request.POST.getlist("file")), *made]


def target_of(request: EmployeeRequest, task: Task) -> ReplyTarget | None:
    chosen = whole(request.POST.get("target"))
    return get_object_or_404(task.targets, pk=chosen) if chosen else None


@require_POST
@for_employees
def presence(request: EmployeeRequest, number: int) -> HttpResponse:
    """He has the task before him: colleagues who have it, too, see it."""
    task = visible_task(request, number)
    attending.colleague_is_here(task, request.employee, "asks" if request.POST.get("asks") else "looks")
    return HttpResponse(status=204)


@require_POST
@for_employees
def sending(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """Asks for another attempt of a reply that did not arrive."""
    task = visible_task(request, number)
    reply = get_object_or_404(task.comments.filter(kind=Comment.Kind.REPLY), number=comment)
    return done(request, number, lambda: actions.send_again(reply, by=request.employee))


@require_POST
@for_employees
def no_mail(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """The client shall not get this reply by mail."""
    task = visible_task(request, number)
    reply = get_object_or_404(task.comments.filter(kind=Comment.Kind.REPLY), number=comment)
    if rights.may_reply(task, request.employee):
        attending.cancel_mail(reply)
    return HttpResponse(status=204) if request.htmx else redirect("task", number)
