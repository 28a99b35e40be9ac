from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages as notices
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.chat.actions import sites
from otklik.chat.models import Conversation, Message, Site, Visitor
from otklik.chat.site_forms import RemovalForm, SiteForm
from otklik.chat.views.mine import is_owner, owned_site_of, person, site_of, sites_of

SHOWN = 10


@require_safe
def list_sites(request: HttpRequest) -> HttpResponse:
    counted = sites_of(request).annotate(
        open_chats=Count("conversations", filter=Q(conversations__is_open=True), distinct=True)
    )
    return render(request, "chat/sites.html", {"sites": counted.order_by("name", "id")})


@require_safe
def site(request: HttpRequest, key: str) -> HttpResponse:
    found = site_of(request, key)
    context = {
        "site": found,
        "script": f"{settings.PUBLIC_URL}/chatra.js",
        "sightings": found.sightings.order_by("-last_at")[:SHOWN],
        "day_ago": timezone.now() - timedelta(days=1),
        "conversations": latest(found)[:SHOWN],
    }
    return render(request, "chat/site.html", context)


def latest(site: Site) -> QuerySet[Conversation]:
    spoken = Conversation.objects.filter(site=site, last_message_at__isnull=False)
    return spoken.select_related("visitor").order_by("-last_message_at", "-id")


@require_http_methods(["GET", "POST"])
def new_site(request: HttpRequest) -> HttpResponse:
    form = SiteForm(request.POST or None, initial={"language": get_language()})
    if form.is_valid():
        given = form.cleaned_data
        made = sites.make(given["name"], person(request), given["language"], given["hosts"])
        return redirect("site", made.public_key)
    return render(request, "chat/site_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def settings_of(request: HttpRequest, key: str) -> HttpResponse:
    found = site_of(request, key)
    form = SiteForm(request.POST or None, site=found)
    if form.is_valid():
        sites.change(found, **form.cleaned_data, by=person(request))
        notices.success(request, _("Saved."))
        return redirect("site_settings", key)
    context = {"site": found, "form": form, "is_owner": is_owner(request, found)}
    return render(request, "chat/site_settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, key: str) -> HttpResponse:
    found = site_of(request, key)
    name = _("%(name)s (copy)") % {"name": found.name}
    form = SiteForm(request.POST or None, site=found, initial={"name": name[:200]})
    del form.fields["language"]
    if form.is_valid():
        given = form.cleaned_data
        made = sites.copy(found, given["name"], hosts=given["hosts"], by=person(request))
        notices.success(request, _("This is the copy. Put its own snippet on its pages."))
        return redirect("site", made.public_key)
    return render(request, "chat/site_copy.html", {"site": found, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, key: str) -> HttpResponse:
    found = owned_site_of(request, key)
    form = RemovalForm(request.POST or None, site=found)
    if form.is_valid():
        name = found.name
        sites.remove(found)
        notices.success(request, _("“%(name)s” is removed.") % {"name": name})
        return redirect("sites")
    lost = {
        "visitors": Visitor.objects.filter(site=found).count(),
        "conversations": found.conversations.filter(last_message_at__isnull=False).count(),
        "messages": Message.objects.filter(conversation__site=found).count(),
        "hooks": found.hooks.count(),
        "keys": found.keys.filter(revoked_at=None).count(),
    }
    context = {"site": found, "form": form, "lost": lost}
    return render(request, "chat/site_removal.html", context, status=422 if form.errors else 200)
