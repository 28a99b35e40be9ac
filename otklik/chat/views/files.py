from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from otklik.chat import file_links
from otklik.chat.models import File
from otklik.lib.downloads import hand_out


@login_not_required
@require_safe
def handed_out(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file of a message. Who has the address may read it, until a week is over or the message is deleted."""
    ticket = file_links.read(token)
    if ticket is None:
        raise Http404
    file = get_object_or_404(File.objects.filter(message__deleted_at=None), key=ticket.key)
    if ticket.is_preview:
        return hand_out(file.preview, "preview.webp", "image/webp", is_picture=True, seconds=file_links.GOOD_FOR)
    return hand_out(file.stored, file.name, file.type, is_picture=file.is_picture, seconds=3600)
