"""Chatra, and our own chat, which speaks the same."""

from __future__ import annotations

from typing import Any

import httpx2
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.integrations.chatra import client, consent
from otklik.integrations.chatra.forms import CloudKeys
from otklik.integrations.chatra.read import enquiry_of, read, user_of, writing_in
from otklik.integrations.envelope import ChatUser, Enquiry, Incoming, Outgoing

# All that our chat tells.
EVENTS = [
    "chatStarted",
    "chatFragment",
    "chatTranscript",
    "visitorLeft",
    "visitorReturned",
    "messageRead",
    "visitorTyping",
    "messageMail",
]
# As in contracts/chatra.md §4: what our own chat takes from both sides.
OWN_CHAT_LIMIT = 10 * 1024 * 1024


class ChatraConnector:
    kind = "chatra"
    label = "Chatra"
    our_name = client.OUR_NAME
    group = "chats"
    sentence: str | Promise = _(
        "Talk to the visitors of your site from here: with the chat on this server, or with an account of the Chatra "
        "cloud, which has to be a paid one."
    )
    icon = "chatra/icon.svg"
    consent_label: str | Promise = _("Our chat on this server")
    keys_label: str | Promise = _("A Chatra cloud account")
    keys_help: str | Promise = _(
        "Both keys are in Chatra, on the page of the API settings. Only paid Chatra accounts have an API: without it "
        "the keys are refused."
    )
    hook_help: str | Promise = _("Enter this address in Chatra, in the settings of webhooks, and save there.")
    keys_form: type[forms.Form] = CloudKeys

    def __init__(self, http: httpx2.Client | None = None) -> None:
        self._http = http

    def read(self, body: bytes) -> Incoming:
        return read(body)

    def send(self, settings: dict[str, Any], outgoing: Outgoing) -> str:
        message = {
            "clientId": outgoing.client,
            "text": outgoing.text,
            "agentEmail": outgoing.author_email,
            "agentName": outgoing.author_name,
            "receivedFrom": self.our_name,
        }
        files = [(file.name, file.content(), file.content_type) for file in outgoing.files if file.content]
        return client.post_message(settings, key=outgoing.key, message=message, files=files, client=self._http)

    def file_limit(self, settings: dict[str, Any]) -> int:
        # Our own chat takes files, as it knows repeated sends; of the cloud's API no such call is known.
        return OWN_CHAT_LIMIT if settings.get("has_idempotency") else 0

    def corrects(self, settings: dict[str, Any]) -> bool:
        # Chatra documents both calls for agents' messages (contracts/chatra.md §1), and ours are always such.
        return True

    def edit(self, settings: dict[str, Any], remote_id: str, text: str) -> None:
        client.put_message(settings, remote_id, text, self._http)

    def withdraw(self, settings: dict[str, Any], remote_id: str) -> None:
        client.delete_message(settings, remote_id, self._http)

    def tells_attention(self, settings: dict[str, Any]) -> bool:
        # Additions of our own chat, which is known by its repeatable sends.
        return bool(settings.get("has_idempotency"))

    def tell_writing(self, settings: dict[str, Any], client_id: str, *, name: str, email: str) -> None:
        client.post_typing(settings, client_id, name=name, email=email, client=self._http)

    def tell_read(self, settings: dict[str, Any], client_id: str, remote_id: str) -> None:
        client.post_read(settings, client_id, remote_id, self._http)

    def cancel_mail(self, settings: dict[str, Any], remote_id: str) -> None:
        client.delete_mail(settings, remote_id, self._http)

    def writing_in(self, body: bytes) -> str:
        return writing_in(body)

    def ask(self, settings: dict[str, Any], client_id: str) -> Enquiry:
        return enquiry_of(client.get_client(settings, client_id, self._http))

    def is_repeatable(self, settings: dict[str, Any]) -> bool:
        # Our own chat knows a repeated send by its key; the cloud would show the message twice.
        return bool(settings.get("has_idempotency"))

    def lists_users(self, settings: dict[str, Any]) -> bool:
        # The same chat that knows repeated sends: ours.
        return bool(settings.get("has_idempotency"))

    def users(self, settings: dict[str, Any]) -> list[ChatUser]:
        found = (user_of(agent) for agent in client.get_agents(settings, self._http))
        return [user for user in found if user]

    def make_user(self, settings: dict[str, Any], user: ChatUser, *, with_picture: bool = False) -> ChatUser:
        avatar = user.picture if with_picture else None
        made = client.post_agent(settings, email=user.email, name=user.name, avatar=avatar, client=self._http)
        return user_of(made) or user

    def account(self, settings: dict[str, Any]) -> str:
        return str(settings.get("public_key") or "")

    def try_keys(self, keys: dict[str, str]) -> dict[str, Any]:
        settings = {"base_url": client.cloud(), **keys}
        client.try_keys(settings, self._http)
        return settings

    def consents(self, settings: dict[str, Any]) -> bool:
        # Only our own chat knows repeated sends, and only it has a consent page.
        return bool(settings.get("has_idempotency"))

    def consent_address(self, *, state: str, verifier: str, back: str) -> str:
        return consent.address(state=state, verifier=verifier, back=back)

    def take_consent(self, *, code: str, verifier: str, back: str) -> dict[str, Any]:
        return consent.take(self._http or client.shared_client(), code=code, verifier=verifier, back=back)

    def set_hook(self, settings: dict[str, Any], address: str) -> None:
        client.put_hook(settings, address=address, events=EVENTS, client=self._http)

    def remove_hook(self, settings: dict[str, Any], address: str) -> None:
        client.put_hook(settings, address=address, events=[], client=self._http)

    def author(self, settings: dict[str, Any], name: str) -> tuple[str, str]:
        email = str(settings.get("agent_email") or "")
        return str(settings.get("agent_name") or name), email or f"{settings['public_key']}@otklik.invalid".lower()


connector = ChatraConnector()
