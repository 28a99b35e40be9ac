"""Files on a host of their own, to which browsers send no cookie of ours."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase


class FilesHostMiddleware:
    """With a FILES_URL beside PUBLIC_URL, files are read there alone, and nothing but files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.FILES_URL == settings.PUBLIC_URL:
            return self.get_response(request)
        is_there = request.get_host() == urlsplit(settings.FILES_URL).netloc
        is_file = request.path.startswith("/files/")
        if is_file and not is_there:
            # Links that left the house before hold as long as they were promised to.
            return HttpResponseRedirect(settings.FILES_URL + request.get_full_path())
        # What a page about an expired link is drawn with.
        if is_there and not is_file and not request.path.startswith("/static/"):
            raise Http404
        return self.get_response(request)
