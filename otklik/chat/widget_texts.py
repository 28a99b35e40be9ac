"""Every word that a visitor reads in the widget, by language. The scripts have no strings of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext

from otklik.chat.models import Site, SiteText


def known_language(wanted: Sequence[str], default: str = "en", own: Collection[str] = ()) -> str:
    """The first of the wanted language tags that we speak, or that a site speaks by words of its own. `pt-BR` is
    answered in `pt` where there is no closer one."""
    spoken = {*dict(settings.LANGUAGES), *own}
    for tag in wanted:
        tag = tag.strip().lower().replace("_", "-")
        for language in (tag, tag.partition("-")[0]):
            if language in spoken:
                return language
    return default


def standard_of(language: str) -> str:
    """The language of our standard words where a site speaks one that we do not."""
    return language if language in dict(settings.LANGUAGES) else "en"


def own_words(site: Site) -> dict[str, dict[str, str]]:
    """A site's words instead of the standard ones: {language: {name: words}}."""
    return dict(SiteText.objects.filter(site=site).values_list("language", "words"))


def loader_texts() -> dict[str, dict[str, str]]:
    """What the button may have to say before our server has said anything."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = _loader_texts()
    return texts


def _loader_texts() -> dict[str, str]:
    return {
        "chat": gettext("Chat"),
        "open": gettext("Open the chat"),
        "close": gettext("Close the chat"),
        "unread": gettext("New messages:"),
        "unreachable": gettext("The chat does not answer. We keep trying."),
    }


def frame_texts(language: str) -> dict[str, str]:
    """The standard words."""
    with translation.override(standard_of(language)):
        return {name: words for part in PARTS.values() for name, words in part().items()}


def _page_texts() -> dict[str, str]:
    return {
        "close": gettext("Close the chat"),
        "reconnecting": gettext("No connection. Trying again…"),
        "conversation": gettext("Conversation"),
        "greeting": gettext("Hello! Write your question here: we read every message."),
        "placeholder": gettext("Your message"),
        "send": gettext("Send"),
        "counter": gettext("{count} of {limit} characters"),
        "tooLong": gettext("The message is too long: at most {limit} characters fit, now there are {count}."),
        "toNewest": gettext("New messages"),
    }


def _promise_texts() -> dict[str, str]:
    return {
        "away": gettext("Nobody is here just now."),
        "leaveMessage": gettext("Leave us a message"),
        "opensToday": gettext("We open today at {time}."),
        "opensTomorrow": gettext("We open tomorrow at {time}."),
        "opensOn": gettext("We open on {weekday}, {date}, at {time}."),
        "taken": gettext("Your message is kept, and we answer as soon as we can."),
        "takenMail": gettext("Your message is kept, and the answer comes to your e-mail too."),
    }


def _message_texts() -> dict[str, str]:
    return {
        "you": gettext("You"),
        "sending": gettext("sending…"),
        "sent": pgettext("message", "sent"),
        "read": pgettext("message", "read"),
        "notSent": gettext("not sent"),
        "tryAgain": gettext("try again"),
        "discard": pgettext("message", "remove"),
        "edited": pgettext("message", "edited"),
        "deleted": gettext("Message withdrawn"),
    }


def _talk_texts() -> dict[str, str]:
    return {
        "typing": gettext("{name} is typing"),
        "typingSomebody": gettext("An answer is being written"),
        "hide": gettext("Hide this message"),
        "watched": gettext("The team sees what you type."),
        "emoji": gettext("Emoji"),
        "menu": pgettext("chat", "More"),
        "sound": gettext("Sound of new answers"),
        "transcript": gettext("Download the conversation"),
        "transcriptFailed": gettext("The conversation could not be loaded: no connection. Please try again."),
    }


def _file_texts() -> dict[str, str]:
    return {
        "attach": gettext("Attach files"),
        "attached": gettext("Attached files"),
        "removeFile": gettext("Remove {name}"),
        "openFile": gettext("Open {name}"),
        "fileTooLarge": gettext("{name} is too large: at most {limit} fit."),
        "fileEmpty": gettext("{name} is empty."),
        "fileProgram": gettext("{name} is a program; programs are not sent."),
        "tooManyFiles": gettext("At most {limit} files fit into one message."),
        "fileLost": gettext("The file is not here any more. Attach it again."),
    }


def _introduction_texts() -> dict[str, str]:
    return {
        "introduce": gettext("Your name and e-mail"),
        "introduceReason": gettext("Leave your name and e-mail, so that the answer finds you when you are gone."),
        "introduceShort": gettext("Leave your name and e-mail, so that we know who is writing."),
        "name": gettext("Name"),
        "email": gettext("E-mail"),
        "phone": gettext("Phone"),
        "choose": gettext("Choose…"),
        "startChat": gettext("Start the chat"),
        "save": gettext("Save"),
        "saving": gettext("Saving…"),
        "notNow": gettext("Not now"),
        "saved": gettext("Thank you, we have noted it."),
        "savedName": gettext("Thank you, {name}, we have noted it."),
        "notSaved": gettext("It could not be saved: no connection. Please try again."),
        "nothingGiven": gettext("Please fill in something, or choose “Not now”."),
        "fillIn": gettext("Please fill this in."),
        "noEmail": gettext("This does not look like an e-mail address."),
        "noPhone": gettext("This does not look like a phone number."),
        "agree": gettext("Please agree first."),
        "held": pgettext("message", "waits for the form"),
        "formFirst": gettext("Fill in the form, then your message is sent."),
    }


# In the order in which a site's administrator meets them.
PARTS = {
    "page": _page_texts,
    "promise": _promise_texts,
    "introduction": _introduction_texts,
    "messages": _message_texts,
    "talk": _talk_texts,
    "files": _file_texts,
}
