"""The widget's two documents: the loader that stands on a website, and the frame that it opens."""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from otklik.chat.actions import files
from otklik.chat.models import Site
from otklik.chat.widget_texts import frame_texts, known_language, loader_texts
from otklik.chat.wire import FILES_LIMIT, TEXT_LIMIT

STATIC = Path(__file__).parent.parent / "static" / "chat"

FRAME_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:", *([settings.FILES_URL] if settings.FILES_URL != settings.PUBLIC_URL else [])],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}

# A host name as an administrator enters it, perhaps with a leading `*.`: nothing that could end the directive.
HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


@login_not_required
@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """The script of the snippet. Pages ask for it often: short-lived in caches, then checked by its ETag."""
    script, packed, etag = _loader_script(_changed_at())
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "public, max-age=600, stale-while-revalidate=86400",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
        "ETag": etag,
    }
    response = HttpResponse(script, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, headers=headers | {"Content-Encoding": "gzip"})
    return get_conditional_response(request, etag=etag, response=response) or response


def _changed_at() -> int:
    return (STATIC / "chatra.js").stat().st_mtime_ns


@lru_cache(maxsize=1)
def _loader_script(changed_at: int) -> tuple[bytes, bytes, str]:
    """The file with its texts filled in, without the comment lines and indents that only developers need."""
    source = (STATIC / "chatra.js").read_text(encoding="utf-8")
    texts = json.dumps(loader_texts(), ensure_ascii=False, separators=(",", ":"))
    lines = (line.strip() for line in source.replace("{/* texts */}", texts).splitlines())
    script = "\n".join(line for line in lines if line and not line.startswith("//")).encode()
    # Weak, because the packed and the plain script share it.
    return script, gzip.compress(script, 9, mtime=0), f'W/"{sha256(script).hexdigest()[:20]}"'


@login_not_required
@xframe_options_exempt
@require_safe
def frame(request: HttpRequest) -> HttpResponseBase:
    """The conversation's page, the same for every visitor of a site: who he is he tells by the widget's own calls."""
    key = request.GET.get("key", "")
    site = Site.objects.filter(public_key=key).first() if re.fullmatch(r"[\w-]{1,64}", key) else None
    language = known_language([request.GET.get("lang", ""), site.language if site else ""])
    ancestors = [_ancestor(host) for host in site.hosts if HOST.fullmatch(host)] if site else []
    policy = FRAME_POLICY | {"frame-ancestors": ancestors or ["*"]}
    with translation.override(language):
        return csp_replace(policy)(lambda request: _page(request, site, language))(request)


def _ancestor(host: str) -> str:
    # To a policy http means https too; the port is the site's own affair.
    return f"http://{host}:*"


def _page(request: HttpRequest, site: Site | None, language: str) -> HttpResponse:
    if site is None:
        return render(request, "chat/frame_unknown.html", {"language": language}, status=404)
    texts = frame_texts(language)
    config = {
        "key": site.public_key,
        "siteName": site.name,
        "language": language,
        "texts": texts,
        "limit": TEXT_LIMIT,
        "files": {"largest": files.LIMIT, "most": FILES_LIMIT},
    }
    modules = sorted(f"chat/frame/{path.name}" for path in (STATIC / "frame").glob("*.js"))
    context = {"site": site, "language": language, "texts": texts, "config": config, "modules": modules}
    response = render(request, "chat/frame.html", context)
    response["Cache-Control"] = "public, max-age=300"
    return response
