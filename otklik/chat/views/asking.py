"""What a site asks its visitors: the page of its administration, and the preview beside it."""

from __future__ import annotations

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.chat import contact_forms, looks
from otklik.chat.actions import contact_forms as asking
from otklik.chat.asking_forms import Editor
from otklik.chat.languages import is_right_to_left, name_of
from otklik.chat.models import Agreement, ContactForm, Site
from otklik.chat.views.mine import person, site_of
from otklik.chat.widget_texts import frame_texts, known_language, own_words


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, key: str, occasion: str = contact_forms.ONLINE, language: str = "") -> HttpResponse:
    site = site_of(request, key)
    language = language or known_language([site.language], own=own_words(site))
    editor = _editor(request, site, occasion, language)
    if request.method == "POST" and editor.is_valid():
        _save(request, editor)
        notices.success(request, _("Saved."))
        return redirect("site_form_in", key, occasion, language)
    context = {
        "site": site,
        "editor": editor,
        "occasion": occasion,
        "occasions": ContactForm.Occasion.choices,
        "language": language,
        "languages": [(tag, name_of(tag)) for tag in _spoken(site)],
        "name": name_of(language),
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "agreed": Agreement.objects.filter(version=editor.latest).count() if editor.latest else 0,
        "page": reverse("site_form_preview", args=[key, language]),
        "draft": reverse("site_form_draft", args=[key, occasion, language]),
    }
    return render(request, "chat/site_form.html", context, status=422 if request.method == "POST" else 200)


def _save(request: HttpRequest, editor: Editor) -> None:
    form, given = editor.form, editor.settings.cleaned_data
    form.is_on, form.when, form.is_required = given["is_on"], given["when"], given["is_required"]
    form.fields, form.words = editor.fields(), editor.words()
    asking.ask(form, consents=editor.consents, by=person(request))


def _editor(request: HttpRequest, site: Site, occasion: str, language: str) -> Editor:
    if occasion not in ContactForm.Occasion or language not in _spoken(site):
        raise Http404
    form = ContactForm.objects.filter(site=site, occasion=occasion).first()
    if form is None:
        form = contact_forms.standard(site)
        form.occasion, form.is_on = occasion, occasion == contact_forms.ONLINE
    return Editor(form, language, request.POST if request.method == "POST" else None)


def _spoken(site: Site) -> list[str]:
    """The site's own language first."""
    return list(dict.fromkeys([known_language([site.language]), *dict(settings.LANGUAGES), *sorted(own_words(site))]))


@require_POST
def draft(request: HttpRequest, key: str, occasion: str, language: str) -> HttpResponse:
    """What is in the page, as visitors would see it; nothing is kept."""
    editor = _editor(request, site_of(request, key), occasion, language)
    shown = editor.draft()
    return JsonResponse({"form": contact_forms.as_json(shown, language) if request.POST.get("is_on") else None})


@xframe_options_sameorigin
@require_safe
def preview(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """A page with the frame's own styles, for a frame beside the form."""
    site = site_of(request, key)
    if language not in _spoken(site):
        raise Http404
    texts = {**frame_texts(language), **own_words(site).get(language, {})}
    config = {"language": language, "look": looks.look_of(site), "texts": texts}
    direction = "rtl" if is_right_to_left(language) else "ltr"
    context = {"site": site, "language": language, "direction": direction, "texts": texts, "config": config}
    response = render(request, "chat/form_preview.html", context)
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response
