from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from otklik.desk.actions import likes
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import done


@require_POST
@for_employees
def liking(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    """Likes a comment, or does not any more."""
    task = visible_task(request, number)
    comments = task.comments.visible_to(request.employee).filter(kind__in=likes.WRITTEN)
    found = get_object_or_404(comments, number=comment)
    act = likes.unlike if request.POST.get("off") else likes.like
    return done(request, number, lambda: act(found, by=request.employee))
