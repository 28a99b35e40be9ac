"""Prepared answers beside the composer of a task (S25)."""

from __future__ import annotations

import json
from typing import NamedTuple

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import quick_replies, rights, variables
from otklik.desk.actions import mentions, quick_reply_files
from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import QuickReply
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.files import shape

LONGEST = 100


class Offer(NamedTuple):
    reply: QuickReply
    text: str
    missing: list[str]

    @property
    def files(self) -> str:
        """What its files are called, as scripts read it."""
        return json.dumps([{"name": file.name, "size": file.size} for file in self.reply.files.all()])


@require_GET
@for_employees
def offered(request: EmployeeRequest, number: int) -> HttpResponse:
    """What fits the words, filled in for this task."""
    task = visible_task(request, number)
    asked = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    scene = variables.Scene(task, request.employee)
    found = quick_replies.offered(task, asked, to=request.employee)
    offers = [Offer(reply, *variables.fill(reply.text, scene)) for reply in found]
    return render(request, "desk/_quick_replies.html", {"task": task, "offers": offers})


@require_GET
@for_employees
def offered_to_all(request: EmployeeRequest) -> HttpResponse:
    """For the description of a task that is not there yet: its variables are filled in when it is made."""
    asked = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    found = quick_replies.offered_to_all(asked, to=request.employee)
    offers = [Offer(reply, reply.text, []) for reply in found]
    return render(request, "desk/_quick_replies.html", {"offers": offers})


@require_GET
@for_employees
def colleagues(request: EmployeeRequest, number: int) -> HttpResponse:
    """Whom a note can call with an @ or a + (§7), and whether they are in the task."""
    task = visible_task(request, number)
    found = mentions.offered(request.GET.get("q", "").replace("\0", "")[:LONGEST])
    people = [(one, rights.may_view(task, one)) for one in found if one.pk != request.employee.pk]
    return render(request, "desk/_colleagues.html", {"people": people})


@require_POST
@for_employees
def use(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    """Somebody has put it into his text: what is much used is offered first. Brings its files, each as `uploads` tells
    of one: {files}, or {error} as a sentence."""
    task = visible_task(request, number)
    reply = get_object_or_404(QuickReply.objects.offered_to(request.employee), pk=pk)
    actions.note_use(reply)
    try:
        brought = quick_reply_files.bring(reply, task, by=request.employee)
    except DeskError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"files": [shape(number, file) for file in brought]})
