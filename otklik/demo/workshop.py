"""A second site of the demo, which works without the desk: its chats are answered in the chat's own console."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from otklik.chat.actions import assigning, conversations, notes, replies, sites
from otklik.chat.models import Agent, AgentGroup, Conversation, Site
from otklik.chat.wire import Page
from otklik.demo import company
from otklik.demo.guests import IPHONE, Guest, come
from otklik.people.models import User

NAME = "Мастерская «Полевой свет»"
GROUP = "Поддержка"
# Nobody sits before these visitors' pages: their chats shall not be over after half an hour.
OPEN_FOR = 30 * 24 * 3600

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
    now = timezone.now()
    pages = (
        Page("Мастерская", "https://workshop.example/", now - timedelta(minutes=3)),
        Page("Ремонт фонарей", "https://workshop.example/repair/", now - timedelta(minutes=1)),
    )
    return come(site, guest, pages)
