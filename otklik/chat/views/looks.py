from __future__ import annotations

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.chat.actions import looks
from otklik.chat.languages import is_right_to_left, name_of
from otklik.chat.look_form import LookForm
from otklik.chat.looks import stored_look
from otklik.chat.models import Site
from otklik.chat.texts_form import LanguageForm, TextsForm
from otklik.chat.views.mine import person, site_of
from otklik.chat.widget_texts import frame_texts, known_language, own_words


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    language = known_language([site.language], own=own_words(site))
    words = own_words(site).get(language, {})
    form = LookForm(
        request.POST or None,
        instance=stored_look(site),
        initial={"greeting": words.get("greeting", "")},
        standard_greeting=frame_texts(language)["greeting"],
    )
    if form.is_valid():
        looks.wear(form.instance, by=person(request))
        looks.say(site, language, {"greeting": form.cleaned_data["greeting"]}, by=person(request))
        notices.success(request, _("Saved."))
        return redirect("site_look", key)
    context = {"site": site, "form": form, "colors": form.colors, "page": _preview_of(site, language)}
    return render(request, "chat/site_look.html", context, status=422 if form.errors else 200)


@xframe_options_sameorigin
@require_safe
def preview(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """A page of nothing with the site's own widget, for a frame in the administration."""
    site = site_of(request, key)
    context = {"site": site, "language": known_language([language], own=own_words(site))}
    response = render(request, "chat/look_preview.html", context)
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest, key: str, language: str = "") -> HttpResponse:
    site = site_of(request, key)
    own = own_words(site)
    language = language or known_language([site.language], own=own)
    if language not in _spoken(own):
        raise Http404
    form = TextsForm(request.POST or None, language=language, words=own.get(language, {}))
    if form.is_valid():
        looks.say(site, language, form.cleaned_data, by=person(request))
        notices.success(request, _("Saved."))
        return redirect("site_texts_in", key, language)
    return _texts_page(request, site, language, form, LanguageForm())


def _texts_page(
    request: HttpRequest, site: Site, language: str, form: TextsForm, another: LanguageForm
) -> HttpResponse:
    own = own_words(site)
    context = {
        "site": site,
        "form": form,
        "another": another,
        "language": language,
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "languages": [(tag, name_of(tag)) for tag in _spoken(own)],
        "name": name_of(language),
        "is_own": language not in dict(settings.LANGUAGES),
        "page": _preview_of(site, language),
    }
    return render(request, "chat/site_texts.html", context, status=422 if form.errors or another.errors else 200)


@require_POST
def new_language(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    another = LanguageForm(request.POST)
    if another.is_valid():
        language = another.cleaned_data["language"]
        looks.add_language(site, language, by=person(request))
        return redirect("site_texts_in", key, language)
    language = known_language([site.language])
    form = TextsForm(language=language, words=own_words(site).get(language, {}))
    return _texts_page(request, site, language, form, another)


@require_POST
def language_removal(request: HttpRequest, key: str, language: str) -> HttpResponse:
    looks.remove_language(site_of(request, key), language, by=person(request))
    notices.success(request, _("The language is removed."))
    return redirect("site_texts", key)


def _spoken(own: dict[str, dict[str, str]]) -> list[str]:
    return list(dict.fromkeys([*dict(settings.LANGUAGES), *sorted(own)]))


def _preview_of(site: Site, language: str) -> str:
    return reverse("site_preview", args=[site.public_key, language])
