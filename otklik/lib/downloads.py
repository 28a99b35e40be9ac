"""How a stored file is handed out: it may be read, never run."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from otklik.lib.media import PICTURES, UNKNOWN

HEADERS = {
    # Whatever it is, it has no scripts, no forms and no origin of ours.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class StoredFile(FileResponse):
    # Through WSGI each block is a message of its own.
    block_size = 64 * 1024


def hand_out(stored: str, name: str, kind: str, *, is_picture: bool, seconds: int) -> FileResponse:
    """The file of this name in the storage. Shown by the browser only if it is a picture that was read to its end;
    anything else is saved to disk. The browser may keep it as long as its address holds."""
    try:
        file = default_storage.open(stored)
    except FileNotFoundError:
        raise Http404 from None
    is_shown = is_picture and kind in PICTURES.values()
    content_type = kind if is_shown else UNKNOWN
    response = StoredFile(file, as_attachment=not is_shown, filename=name, content_type=content_type)
    for header, value in HEADERS.items():
        response[header] = value
    # Pages show pictures from the files' own host.
    is_own_host = settings.FILES_URL != settings.PUBLIC_URL
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_own_host else "same-origin"
    response["Cache-Control"] = f"private, max-age={seconds}"
    return response
