"""Who is on a site at this moment, and the first word to somebody who has not written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.db.models import Min, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.chat import rights, watching
from otklik.chat.actions import replies
from otklik.chat.actions import watching as acts
from otklik.chat.errors import ChatError
from otklik.chat.models import OpenTab, PageView, Site, Visitor
from otklik.chat.views.mine import person, site_of, sites_of, speaker_of
from otklik.chat.wire import TEXT_LIMIT
from otklik.lib import pg
from otklik.lib.text import clean

SHOWN = 200


class WatchingForm(forms.Form):
    sees_visitors = forms.BooleanField(
        label=gettext_lazy("See who is on the site before he writes"),
        required=False,
        help_text=gettext_lazy(
            "Once somebody has touched the chat's button, the pages that he opens in this tab tell the chat every 20 "
            "seconds which page that is. Only the tab remembers it until it is closed, and a minute after he leaves "
            "all is forgotten here. Say so in your privacy notice."
        ),
    )
    sees_typing = forms.BooleanField(
        label=gettext_lazy("See what a visitor types before he sends it"),
        required=False,
        help_text=gettext_lazy(
            "Below his text box the visitor reads that the team sees what he types. It is stored nowhere."
        ),
    )


@require_safe
def visitors(request: HttpRequest) -> HttpResponse:
    """The first site on which this person answers."""
    first = rights.worked_by(person(request)).order_by("name", "id").first()
    return redirect("site_visitors", first.public_key) if first else redirect("home")


@require_safe
def of_site(request: HttpRequest, key: str) -> HttpResponse:
    site = _site(request, key)
    is_admin = sites_of(request).filter(pk=site.pk).exists()
    context = _now(site) | {
        "is_admin": is_admin,
        "layout": "chat/site_page.html" if is_admin else "chat/visitors_alone.html",
        "sites": rights.worked_by(person(request)).order_by("name", "id"),
        "form": WatchingForm(initial={name: getattr(watching.of(site), name) for name in WatchingForm.base_fields}),
    }
    return render(request, "chat/site_visitors.html", context)


@require_safe
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The list alone, for pages that show it."""
    return render(request, "chat/_visitors_now.html", _now(_site(request, key)))


@require_POST
def choice(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = WatchingForm(request.POST)
    form.is_valid()
    acts.choose(site, **form.cleaned_data, by=person(request))
    notices.success(request, _("Saved."))
    return redirect("site_visitors", key)


@require_http_methods(["GET", "POST"])
def first_word(request: HttpRequest, key: str, kind: str, id: int) -> HttpResponse:
    """An agent writes first: to an open page (`tab`), or to a known visitor (`visitor`)."""
    site = _site(request, key)
    text, error = request.POST.get("text", ""), ""
    found = _whom(site, kind, id)
    if request.method == "POST":
        try:
            said = _text(text)
            if isinstance(found, Visitor):
                return _push(request, found, said)
            if found is None:
                raise ChatError(_("He has left the site."), code="gone")
            acts.write(found, said, by=speaker_of(request, site))
        except ChatError as refused:
            error = refused.message
        else:
            notices.success(request, _("He sees it at the chat's button within half a minute."))
            return redirect("site_visitors", key)
    elif found is None:
        raise Http404
    context = {"site": site, "whom": found, "kind": kind, "given": text, "error": error, "limit": TEXT_LIMIT}
    return render(request, "chat/first_word.html", context, status=422 if error else 200)


def _whom(site: Site, kind: str, id: int) -> OpenTab | Visitor | None:
    if kind == "tab":
        return acts.present(site).select_related("site").filter(pk=id).first()
    return get_object_or_404(Visitor.objects.select_related("conversation", "site"), site=site, pk=id)


def _push(request: HttpRequest, visitor: Visitor, text: str) -> HttpResponse:
    chat = visitor.conversation
    if chat.blocked_at is not None:
        raise ChatError(_("This visitor is blocked: no answer reaches him."), code="blocked")
    replies.post(chat, agent=speaker_of(request, visitor.site), text=text, is_pushed=True)
    return redirect("chat", chat.public_id)


def _text(given: str) -> str:
    text = clean(given).strip()
    if not text:
        raise ChatError(_("Write something first."), code="empty")
    if len(text) > TEXT_LIMIT:
        sentence = _("This message is too long: at most %(limit)s characters.") % {"limit": TEXT_LIMIT}
        raise ChatError(sentence, code="too_long")
    return text


def _site(request: HttpRequest, key: str) -> Site:
    return get_object_or_404(rights.worked_by(person(request)), public_key=key)


def _now(site: Site) -> dict[str, Any]:
    latest = PageView.objects.filter(visitor=OuterRef("pk")).order_by("-viewed_at")
    known = (
        Visitor.objects.filter(site=site, presences__isnull=False)
        .annotate(since=Min("presences__opened_at"))
        .annotate(link=Subquery(latest.values("link")[:1]), title=Subquery(latest.values("title")[:1]))
        .select_related("conversation")
        .order_by("since")[:SHOWN]
    )
    people = list(known)
    visits = _visits([visitor.pk for visitor in people])
    return {
        "site": site,
        "known": [{"visitor": visitor, "visits": visits.get(visitor.pk, 1)} for visitor in people],
        "tabs": list(acts.present(site).order_by("opened_at")[:SHOWN]),
        "watched": watching.of(site),
    }


def _visits(ids: list[int]) -> dict[int, int]:
    """How often each came: page views half an hour apart are of two visits."""
    if not ids:
        return {}
    return dict(
        pg.run(
            """
            SELECT visitor_id, count(*) FILTER (WHERE before IS NULL OR viewed_at - before > interval '30 minutes')
            FROM (
                SELECT visitor_id, viewed_at, lag(viewed_at) OVER (PARTITION BY visitor_id ORDER BY viewed_at) AS before
                FROM chat_pageview WHERE visitor_id = ANY(%b)
            ) views GROUP BY visitor_id
            """,
            ids,
        )
    )
