"""A second site of the demo, which works without the desk: its chats are answered in the chat's own console."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from otklik.chat.actions import assigning, conversations, messages, notes, replies, sites
from otklik.chat.actions.messages import Post
from otklik.chat.actions.visitors import Arrival
from otklik.chat.models import Agent, AgentGroup, Conversation, Site
from otklik.chat.wire import Page
from otklik.demo import company
from otklik.lib.tokens import digest
from otklik.people.models import User

NAME = "Мастерская «Полевой свет»"
GROUP = "Поддержка"
# Nobody sits before these visitors' pages: their chats shall not be over after half an hour.
OPEN_FOR = 30 * 24 * 3600
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@dataclass(frozen=True)
class Guest:
    name: str
    email: str
    says: tuple[str, ...]
    user_agent: str = CHROME


MARINA = Guest(
    "Марина Котова",
    "marina@example.com",
    ("Добрый день! Почините фонарь «Светлячок», если разбито стекло?", "Он мне очень дорог."),
)
IGOR = Guest("", "", ("Сколько стоит замена аккумулятора в колонке?",), IPHONE)
TIMUR = Guest("Тимур", "timur@example.com", ("Можно забрать заказ в субботу?",))
ANNA = Guest("Анна Белова", "anna@example.com", ("Спасибо, фонарь снова светит!",), IPHONE)


def make(owner: User) -> Site:
    """The site with its agents and a few chats: unassigned, the owner's own, a group's, a closed one. What is there
    already stays."""
    found = Site.objects.filter(name=NAME).first()
    if found is not None:
        return found
    site = sites.make(NAME, owner, language="ru")
    site.transcript_after = OPEN_FOR
    site.save(update_fields=["transcript_after"])
    group = AgentGroup.objects.create(site=site, name=GROUP)
    me = Agent.objects.get(site=site, user=owner)
    for sign_in in ("pavel", "alice"):
        user = User.objects.get(email=company.email_of(sign_in))
        Agent.objects.create(site=site, user=user, name=user.name, email=user.email, group=group)
    _fill(site, me, group)
    return site


def _fill(site: Site, me: Agent, group: AgentGroup) -> None:
    _come(site, IGOR)
    marina = _come(site, MARINA)
    notes.add(marina, by=me, text="Постоянный клиент: стекло заменим бесплатно.")
    replies.post(marina, agent=me, text="Здравствуйте, Марина! Починим. Пришлите, пожалуйста, фотографию.")
    assigning.assign(_come(site, TIMUR), group, by=me)
    anna = _come(site, ANNA)
    replies.post(anna, agent=me, text="Очень рады! Если что, пишите.")
    conversations.close(anna, by=me)


def _come(site: Site, guest: Guest) -> Conversation:
    told = {name: value for name, value in (("name", guest.name), ("email", guest.email)) if value}
    now = timezone.now()
    pages = (
        Page("Мастерская", "https://workshop.example/", now - timedelta(minutes=3)),
        Page("Ремонт фонарей", "https://workshop.example/repair/", now - timedelta(minutes=1)),
    )
    arrival = Arrival(
        site.pk, site.language, digest(secrets.token_urlsafe()), language="ru", ip="127.0.0.1",
        user_agent=guest.user_agent,
    )  # fmt: skip
    for text in guest.says:
        messages.post([Post(arrival, secrets.token_hex(12), text, pages=pages, integration=told or None)])
    return Conversation.objects.get(visitor__secret_hash=arrival.secret_hash)
