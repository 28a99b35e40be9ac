from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.chat import seats
from otklik.chat.actions import mails
from otklik.chat.mail import accounts, letters, smtp, tokens
from otklik.chat.mail_forms import MailForm
from otklik.chat.models import Mail, PageView, Site, StoppedAddress
from otklik.chat.views.mine import chat_of, person, site_of
from otklik.lib.links import clean_link
from otklik.lib.notes import told

SHOWN = 10


@require_http_methods(["GET", "POST"])
def settings_of(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = MailForm(request.POST or None, instance=accounts.settings_of(site))
    if form.is_valid():
        form.save()
        notices.success(request, _("Saved."))
        return redirect("site_mail", key)
    # An invalid form has written what was typed into its own copy of the settings.
    return _page(request, site, form, 422 if form.errors else 200)


@require_POST
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """A mail to whoever asks, through the saved servers; the server's own words are shown."""
    site = site_of(request, key)
    sender, said = accounts.sender_of(site), None
    if sender is not None:
        to = person(request).email
        try:
            words = smtp.send(sender.server, letters.trial(sender, to), sender.address, to)
            said = {"is_sent": True, "words": words, "to": to}
        except smtp.NotSent as error:
            said = {"is_sent": False, "words": error.words, "cause": error.cause, "to": to}
    return _page(request, site, MailForm(instance=accounts.settings_of(site)), 200, said)


def _page(
    request: HttpRequest, site: Site, form: MailForm, status: int, said: dict[str, object] | None = None
) -> HttpResponse:
    mailbox = getattr(site, "mailbox", None)
    context = {
        "site": site,
        "form": form,
        "said": said,
        "sender": accounts.sender_of(site),
        "mailbox": mailbox,
        "mailbox_note": told(mailbox.note) if mailbox else "",
        "unplaced": mailbox.unplaced.order_by("-pk")[:SHOWN] if mailbox else [],
        "latest": Mail.objects.filter(conversation__site=site).order_by("-pk")[:SHOWN],
        "stopped": StoppedAddress.objects.filter(site=site).order_by("-pk")[:SHOWN],
    }
    return render(request, "chat/site_mail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def of_chat(request: HttpRequest, id: str) -> HttpResponse:
    """How the latest answer fares by mail, for the console; posting keeps it from being sent."""
    chat = chat_of(request, id)
    if request.method == "POST":
        mails.cancel(chat)
        if not request.headers.get("HX-Request"):
            return redirect("chat", id)
    mail = mails.latest(chat)
    left = round((mail.due_at - timezone.now()).total_seconds()) if mail else 0
    context = {"chat": chat, "mail": mail, "left": left, "is_overdue": left <= 0}
    return render(request, "chat/_chat_mail.html", context)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post here by themselves when their reader asks (one click); looking alone stops nothing."""
    mail = _mail_of("stop", token, None)
    if request.method == "POST":
        mails.stop(mail, StoppedAddress.Reason.ASKED)
    is_done = mails.is_stopped(mail.conversation.site_id, mail.address)
    return render(request, "chat/mail/stop.html", {"site": mail.conversation.site, "is_done": is_done})


@login_not_required
@never_cache
@require_safe
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail back into its chat: on any device here, and on the page where it was for the device that wrote there.
    The link proves the address of its visitor, and opens his conversation alone (I7)."""
    mail = _mail_of("resume", token, tokens.RESUME_FOR)
    visitor, site = mail.conversation.visitor, mail.conversation.site
    seat = seats.seat_of(mail)
    views = PageView.objects.filter(visitor=visitor).order_by("-viewed_at")
    page = clean_link(next(iter(views.values_list("link", flat=True)[:1]), "")) or _home(site)
    if seat is None and not page:
        raise Http404
    frame = reverse("widget_frame", urlconf=settings.ROOT_URLCONF)
    context = {
        "site": site,
        "seat": seat,
        "frame": f"{frame}?{urlencode({'key': site.public_key, 'lang': visitor.language})}",
        "page": f"{page.partition('#')[0]}#chatraChatExpanded" if page else "",
    }
    response = render(request, "chat/mail/resume.html", context)
    # The link stays between the mail and us.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _home(site: Site) -> str:
    host = next((host for host in site.hosts if "*" not in host), "")
    return f"https://{host}/" if host else ""


def _mail_of(purpose: str, token: str, max_age: int | None) -> Mail:
    pk = tokens.of_link(purpose, token, max_age)
    if pk is None:
        raise Http404
    return get_object_or_404(Mail.objects.select_related("conversation__site", "conversation__visitor"), pk=pk)
