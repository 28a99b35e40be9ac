"""What a person reads who sent more, or something else, than a page takes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Where the door leads whose body it did not even read.
PATHS = {"desk": "/too-large/", "chat": "/chat/too-large/"}


@login_not_required
def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", status=400)
