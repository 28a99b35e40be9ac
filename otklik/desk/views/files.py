"""Files of a task: uploaded by its people, and handed out at an address of their own, without cookies."""

from __future__ import annotations

from typing import IO, Any, cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from otklik.desk import rights
from otklik.desk.actions import fetching, file_links
from otklik.desk.actions import files as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import File
from otklik.desk.models.comment import seen_by
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed
from otklik.lib.downloads import hand_out


@require_POST
@for_employees
def uploads(request: EmployeeRequest, number: int) -> HttpResponse:
    """One file for a comment to come: {key, name, size, preview}, or {error} as a sentence."""
    task = visible_task(request, number)
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"error": _("No file has come.")}, status=422)
    try:
        file = actions.upload(
            task, by=request.employee, name=given.name or "", content=cast("IO[bytes]", given), size=given.size or 0
        )
    except DeskError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse(shape(number, file))


def shape(number: int, file: File) -> dict[str, Any]:
    preview = reverse("file_preview", args=[number, file.key]) if file.is_picture else ""
    return {"key": file.key, "name": file.name, "size": file.size, "preview": preview}


@require_POST
@for_employees
def removal(request: EmployeeRequest, number: int, key: str) -> HttpResponse:
    """An upload shall not be sent after all."""
    task = visible_task(request, number)
    actions.discard(File.objects.filter(task=task, key=key, created_by=request.employee, comment=None))
    return HttpResponse(status=204)


@require_GET
@for_employees
def file(request: EmployeeRequest, number: int, key: str) -> HttpResponse:
    """Leads whoever may see the file to an address that holds for a minute."""
    return led(file_links.address(_visible(request, number, key)))


@require_GET
@for_employees
def preview(request: EmployeeRequest, number: int, key: str) -> HttpResponse:
    found = _visible(request, number, key)
    if not found.is_picture:
        raise Http404
    return led(file_links.address(found, is_preview=True))


def _visible(request: EmployeeRequest, number: int, key: str) -> File:
    task = visible_task(request, number)
    own = Q(comment__isnull=False) | Q(created_by=request.employee)
    if not rights.may_reply(task, request.employee):
        # As the text of what was withdrawn: only who answers the client still reads it.
        own &= Q(comment__withdrawn_at=None)
    # Of a hidden comment, or of none as yet.
    own &= Q(comment=None) | seen_by(request.employee, "comment__")
    return get_object_or_404(File.objects.filter(own, task=task, state=File.State.STORED), key=key)


def led(address: str) -> HttpResponse:
    response = redirect(address)
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_safe
def handed_out(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The file itself. Who has the address may read it, as long as it holds."""
    ticket = file_links.read(token)
    if ticket is None:
        return render(request, "desk/file_expired.html", status=410)
    stored = File.objects.filter(key=ticket.key, state=File.State.STORED).select_related("comment").first()
    if stored is None or (ticket.is_for_client and not _is_open_to_clients(stored)):
        raise Http404
    if ticket.is_preview:
        return hand_out(stored.preview, "preview.webp", "image/webp", is_picture=True, seconds=ticket.seconds)
    return hand_out(
        stored.stored, stored.name, stored.type, is_picture=stored.is_picture, seconds=min(ticket.seconds, 3600)
    )


def _is_open_to_clients(file: File) -> bool:
    # What was taken back, or never was a reply, is not for him.
    return bool(file.comment and file.comment.kind == "reply" and not file.comment.withdrawn_at)


@require_POST
@for_employees
def fetching_again(request: EmployeeRequest, number: int, key: str) -> HttpResponse:
    task = visible_task(request, number)
    fetching.try_again(task, key, by=request.employee)
    return changed(request, number)
