from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from otklik.chat import snippet_check
from otklik.chat.flood import Flood
from otklik.chat.views.mine import person, site_of
from otklik.lib.text import clean_name

# Each one is a call to somebody's server.
_checks = Flood(burst=10, a_minute=5)


@require_POST
def check(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    if _checks.wait(person(request).pk):
        return HttpResponse(status=429)
    result = snippet_check.check(site, clean_name(request.POST.get("address", ""), 2000))
    (notices.success if result.is_good else notices.error)(request, result.sentence)
    return redirect("site", key)
