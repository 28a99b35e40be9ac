"""The frame that the widget opens on a website's page."""

from __future__ import annotations

import re

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from otklik.chat import contact_forms, looks, sightings, watching, widget_scripts
from otklik.chat.actions import files
from otklik.chat.models import Site
from otklik.chat.widget_texts import frame_texts, known_language, own_words, standard_of
from otklik.chat.wire import FILES_LIMIT, TEXT_LIMIT

FRAME_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:", *([settings.FILES_URL] if settings.FILES_URL != settings.PUBLIC_URL else [])],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}

# A page names its own language, then those of the browser.
LANGUAGES_LIMIT = 10

# A host name as an administrator enters it, perhaps with a leading `*.`: nothing that could end the directive.
HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


@login_not_required
@xframe_options_exempt
@require_safe
def frame(request: HttpRequest) -> HttpResponseBase:
    """The conversation's page, the same for every visitor of a site: who he is he tells by the widget's own calls."""
    key = request.GET.get("key", "")
    site = Site.objects.filter(public_key=key).first() if re.fullmatch(r"[\w-]{1,64}", key) else None
    wanted = request.GET.get("lang", "").split(",")[:LANGUAGES_LIMIT]
    if site is not None:
        sightings.note(site, request.headers.get("Referer", ""))
    own = own_words(site) if site else {}
    language = known_language([*wanted, site.language if site else ""], own=own)
    ancestors = [_ancestor(host) for host in site.hosts if HOST.fullmatch(host)] if site else []
    # Ourselves for the preview in the administration.
    policy = FRAME_POLICY | {"frame-ancestors": [*ancestors, SELF] if ancestors else ["*"]}
    texts = {**frame_texts(language), **own.get(language, {})}
    with translation.override(standard_of(language)):
        return csp_replace(policy)(lambda request: _page(request, site, language, texts))(request)


def _ancestor(host: str) -> str:
    # To a policy http means https too; the port is the site's own affair.
    return f"http://{host}:*"


def _page(request: HttpRequest, site: Site | None, language: str, texts: dict[str, str]) -> HttpResponse:
    if site is None:
        return render(request, "chat/frame_unknown.html", {"language": language}, status=404)
    watched = watching.of(site)
    config = {
        "key": site.public_key,
        "siteName": site.name,
        "language": language,
        "look": looks.look_of(site),
        "texts": texts,
        "watching": {"visitors": watched.sees_visitors, "typing": watched.sees_typing},
        "form": contact_forms.as_json(contact_forms.current(site), language),
        "later": f"chatra-later.js?{widget_scripts.later().version}",
        "limit": TEXT_LIMIT,
        "files": {"largest": files.LIMIT, "most": FILES_LIMIT},
    }
    scripts = {"script": widget_scripts.frame().version, "styles": widget_scripts.frame_styles().version}
    direction = "rtl" if translation.get_language_bidi() else "ltr"
    context = {"site": site, "language": language, "direction": direction, "texts": texts, "config": config, **scripts}
    response = render(request, "chat/frame.html", context)
    response["Cache-Control"] = "public, max-age=300"
    return response
