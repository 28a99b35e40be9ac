from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from otklik.chat.actions import api_keys
from otklik.chat.actions.api_keys import NewKey
from otklik.chat.models import ApiKey, Site
from otklik.chat.site_forms import KeyForm, RotationForm
from otklik.chat.views.mine import person, site_of


@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = KeyForm(request.POST or None)
    if form.is_valid():
        return _page(request, site, KeyForm(), api_keys.make(site, form.cleaned_data["name"], by=person(request)))
    return _page(request, site, form)


@never_cache
@require_POST
def rotation(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    old, form = _find(site, id), RotationForm(request.POST)
    if not form.is_valid():
        return redirect("site_keys", key)
    overlap = timedelta(days=form.cleaned_data["days"])
    return _page(request, site, KeyForm(), api_keys.rotate(old, by=person(request), overlap=overlap))


@require_POST
def revocation(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    api_keys.revoke(_find(site, id), by=person(request))
    notices.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect("site_keys", key)


def _find(site: Site, id: int) -> ApiKey:
    return get_object_or_404(ApiKey.objects.usable().select_related("site"), site=site, pk=id)


def _page(request: HttpRequest, site: Site, form: KeyForm, made: NewKey | None = None) -> HttpResponse:
    """A new secret is shown with this answer and never again."""
    context = {
        "site": site,
        "api": f"{settings.PUBLIC_URL}/api",
        "form": form,
        "rotation": RotationForm(auto_id=False),
        "made": made,
        "keys": ApiKey.objects.usable().filter(site=site).select_related("created_by").order_by("-id"),
        "ended": ApiKey.objects.filter(site=site).exclude(pk__in=ApiKey.objects.usable()).order_by("-id")[:20],
    }
    return render(request, "chat/site_keys.html", context, status=422 if form.errors else 200)
