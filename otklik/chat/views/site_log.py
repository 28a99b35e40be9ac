from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.chat.models import SiteChange
from otklik.chat.site_changes import sentence
from otklik.chat.views.mine import site_of

ON_A_PAGE = 50


@require_safe
def log(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    page = Paginator(SiteChange.objects.filter(site=site).order_by("-id"), ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [(change, sentence(change.kind, change.about)) for change in page.object_list]
    return render(request, "chat/site_log.html", {"site": site, "page": page, "lines": lines})
