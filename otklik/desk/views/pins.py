from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from otklik.desk.actions import pins
from otklik.desk.models import Comment
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import done

WRITTEN = (Comment.Kind.CLIENT, Comment.Kind.REPLY, Comment.Kind.NOTE)


@require_POST
@for_employees
def pinning(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """Puts a comment above the feed, or takes it off there."""
    task = visible_task(request, number)
    found = get_object_or_404(task.comments.visible_to(request.employee).filter(kind__in=WRITTEN), number=comment)
    act = pins.unpin if request.POST.get("off") else pins.pin
    return done(request, number, lambda: act(found, by=request.employee))
