"""The scripts that a website's page fetches from us."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from otklik.chat import looks, sightings, widget_scripts
from otklik.chat.models import Site
from otklik.chat.widget_scripts import Script

# Pages ask for the loader often: short-lived in caches, then checked by its ETag.
SHORT = "public, max-age=600, stale-while-revalidate=86400"
LONG = "public, max-age=31536000, immutable"
KEY = re.compile(r"[\w-]{1,64}")


@login_not_required
@require_safe
def loader(request: HttpRequest) -> HttpResponseBase:
    """The script of the snippet; `?key=` adds the look of a site. An unknown key changes nothing: the page waits for
    its own ChatraID."""
    key = request.GET.get("key", "")
    site = Site.objects.filter(public_key=key).first() if KEY.fullmatch(key) else None
    if site is not None:
        sightings.note(site, request.headers.get("Referer", ""))
    script = widget_scripts.loader(site.public_key, looks.look_of(site)) if site else widget_scripts.loader()
    return _served(request, script, SHORT)


@login_not_required
@require_safe
def rest(request: HttpRequest) -> HttpResponseBase:
    """What the loader fetches when the chat is wanted."""
    return _by_version(request, widget_scripts.rest())


@login_not_required
@require_safe
def frame(request: HttpRequest) -> HttpResponseBase:
    return _by_version(request, widget_scripts.frame())


@login_not_required
@require_safe
def later(request: HttpRequest) -> HttpResponseBase:
    """What a frame fetches when it has something to ask, or to hand out."""
    return _by_version(request, widget_scripts.later())


@login_not_required
@require_safe
def frame_styles(request: HttpRequest) -> HttpResponseBase:
    return _by_version(request, widget_scripts.frame_styles(), "text/css")


def _by_version(request: HttpRequest, script: Script, kind: str = "text/javascript") -> HttpResponseBase:
    """With its version in the query it never changes."""
    return _served(request, script, LONG if script.version in request.GET else SHORT, kind)


def _served(request: HttpRequest, script: Script, caching: str, kind: str = "text/javascript") -> HttpResponseBase:
    # Weak, because the packed and the plain script share it.
    etag = f'W/"{script.version}"'
    headers = {
        "Content-Type": f"{kind}; charset=utf-8",
        "Cache-Control": caching,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
        "ETag": etag,
    }
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(script.packed, headers=headers | {"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(script.plain, headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response
