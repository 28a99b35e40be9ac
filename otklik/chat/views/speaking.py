"""What an agent says in the console: answers to the visitor, notes for colleagues, corrections of his own answers."""

from __future__ import annotations

from typing import IO, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from otklik.chat import file_links
from otklik.chat.actions import files, notes, replies
from otklik.chat.actions.files import Given
from otklik.chat.actions.typing import by_agent
from otklik.chat.errors import ChatError
from otklik.chat.models import Agent, Conversation, File, Message
from otklik.chat.views.mine import agent_of, chat_of, speaker_of
from otklik.chat.wire import FILES_LIMIT, TEXT_LIMIT
from otklik.lib.text import clean


@require_POST
def messages(request: HttpRequest, id: str) -> HttpResponse:
    """An answer or a note. Every page that shows the chat fetches it by itself; this page is told by an event."""
    chat = chat_of(request, id)
    kind = "reply" if request.POST.get("kind") == "reply" else "note"
    text = request.POST.get("text", "")
    try:
        with transaction.atomic():
            _say(request, chat, kind, text)
    except ChatError as error:
        return render(request, "chat/_error.html", {"error": error.message}, status=422)
    if not request.headers.get("HX-Request"):
        return redirect("chat", id)
    said = {"kind": kind, "text": text.replace("\r\n", "\n").strip(), "files": request.POST.getlist("file")}
    return trigger_client_event(HttpResponse(status=204), "comment-added", said)


@require_POST
def typing(request: HttpRequest, id: str) -> HttpResponse:
    """He is writing an answer. Nobody becomes an agent by it: who has never answered has no name for visitors yet."""
    chat = chat_of(request, id)
    me = agent_of(request, chat.site)
    if me is not None and chat.blocked_at is None:
        by_agent(chat, me.name)
    return HttpResponse(status=204)


def _say(request: HttpRequest, chat: Conversation, kind: str, text: str) -> None:
    me, key = speaker_of(request, chat.site), _key(request)
    if kind == "note":
        notes.add(chat, by=me, text=text, key=key)
        return
    if chat.blocked_at is not None:
        raise ChatError(_("This visitor is blocked: no answer reaches him."), code="blocked")
    # A text that is sent twice, because its answer was lost, has its files already.
    is_repeat = key is not None and chat.messages.filter(idempotency_key=key).exists()
    uploaded = [] if is_repeat else _files(request, chat, me)
    replies.post(chat, agent=me, text=_text(text, may_be_empty=bool(uploaded)), idempotency_key=key, uploaded=uploaded)


def _key(request: HttpRequest) -> str | None:
    key = request.POST.get("key", "")
    return f"console:{key}" if key.isascii() and key.isprintable() and 0 < len(key) <= 50 else None


def _text(text: str, *, may_be_empty: bool = False) -> str:
    text = clean(text).strip()
    if not text and not may_be_empty:
        raise ChatError(_("Write something first."), code="empty")
    if len(text) > TEXT_LIMIT:
        sentence = _("This message is too long: at most %(limit)s characters.") % {"limit": TEXT_LIMIT}
        raise ChatError(sentence, code="too_long")
    return text


def _files(request: HttpRequest, chat: Conversation, me: Agent) -> list[File]:
    """Uploaded before by the composer's script, or sent along by a browser without it."""
    keys = request.POST.getlist("file")
    sent = [file for file in request.FILES.getlist("files") if file.name]
    if len(keys) + len(sent) > FILES_LIMIT:
        raise ChatError(_("At most %(limit)s files fit into one message.") % {"limit": FILES_LIMIT})
    made = [files.keep(chat, Given(one.name or "", cast("IO[bytes]", one), one.size or 0), by=me) for one in sent]
    return [*files.uploaded_by(me, chat, keys), *made]


@require_POST
def uploads(request: HttpRequest, id: str) -> HttpResponse:
    """One file for an answer to come: {key, name, size, preview}, or {error} as a sentence."""
    chat = chat_of(request, id)
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"error": _("No file has come.")}, status=422)
    try:
        kept = Given(given.name or "", cast("IO[bytes]", given), given.size or 0)
        file = files.keep(chat, kept, by=speaker_of(request, chat.site))
    except ChatError as error:
        return JsonResponse({"error": error.message}, status=422)
    preview = file_links.preview(file.facts())
    return JsonResponse({"key": file.key, "name": file.name, "size": file.size, "preview": preview})


@require_POST
def removal(request: HttpRequest, id: str, key: str) -> HttpResponse:
    """An upload shall not be sent after all."""
    chat = chat_of(request, id)
    files.discard(speaker_of(request, chat.site), chat, key)
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """Another text for an own answer."""
    chat, message = _own(request, id, number)
    given, error = request.POST.get("text", message.text), ""
    if request.method == "POST":
        try:
            replies.edit(message, _text(given, may_be_empty=bool(message.files)))
            return _changed(request, id)
        except ChatError as refused:
            error = refused.message
    context = {"chat": chat, "message": message, "given": given, "error": error, "form": "chat/_edit_form.html"}
    return _dialog(request, context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def withdrawal(request: HttpRequest, id: str, number: int) -> HttpResponse:
    chat, message = _own(request, id, number)
    if request.method == "POST":
        replies.delete(message)
        return _changed(request, id)
    return _dialog(request, {"chat": chat, "message": message, "form": "chat/_withdraw_form.html"}, status=200)


def _own(request: HttpRequest, id: str, number: int) -> tuple[Conversation, Message]:
    chat = chat_of(request, id)
    own = chat.messages.filter(type=Message.Type.AGENT, agent=agent_of(request, chat.site), agent__isnull=False)
    return chat, get_object_or_404(own.filter(deleted_at=None), number=number)


def _changed(request: HttpRequest, id: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("chat", id)
    return trigger_client_event(HttpResponse(status=204), "feed-changed", {})


def _dialog(request: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    """The form alone for a dialog that is open, with its dialog for a page, a page of its own without scripts."""
    if not request.headers.get("HX-Request"):
        return render(request, "chat/correction.html", context, status=status)
    template = str(context["form"]) if request.method == "POST" else "chat/_dialog.html"
    return render(request, template, context, status=status)
