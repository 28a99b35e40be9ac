from __future__ import annotations

from typing import cast

from allauth.account.views import password_reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from otklik.people.forms import OwnSettings
from otklik.people.models import Picture, User


@require_http_methods(["GET", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=cast(User, request.user).pk)
    form = OwnSettings(request.POST or None, request.FILES or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("own_settings")

    context = {"form": form, "picture": Picture.objects.filter(user=user).first()}
    return render(request, "people/own_settings.html", context, status=422 if form.errors else 200)


@login_not_required
@require_GET
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """For everybody who knows the address: a visitor sees who answers him."""
    shown = get_object_or_404(Picture, token=token)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(shown.body), content_type="image/webp", headers=headers)


@login_not_required
@require_POST
def own_language(request: HttpRequest) -> HttpResponseBase:
    """The language switch: kept with a signed-in person, in a cookie for everybody."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return set_language(request)


@login_not_required
def lost_password(request: HttpRequest) -> HttpResponseBase:
    """A letter helps somebody who cannot sign in any more; where no mail server is set up, a person does."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
        return render(request, "account/ask_for_password.html")
    return cast(HttpResponseBase, password_reset(request))
