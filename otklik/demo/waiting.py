"""Chats of the shop that wait for an answer when one signs in for the first time. They come the way of all others:
through the webhooks."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from otklik.chat.models import Conversation, Site
from otklik.chat.wire import Page
from otklik.config import env
from otklik.demo.guests import IPHONE, Guest, come

GUESTS = (
    Guest("Глеб Соснин", "gleb@example.com", ("Здравствуйте! Можно ли поменять заказанную гирлянду на тёплый свет?",)),
    Guest(
        "Вера Ланская",
        "vera@example.com",
        ("Добрый день! Сколько часов фонарь горит от одной зарядки?", "Беру в поход на три ночи."),
        IPHONE,
    ),
)


def make(site: Site) -> None:
    """Once: where somebody has written already, nobody is added."""
    if Conversation.objects.filter(site=site).exists():
        return
    now, shop = timezone.now(), f"http://localhost:{env.port() + 1}"
    pages = (
        Page("Свет и музыка для вечеров на воздухе — Полевой свет", f"{shop}/", now - timedelta(minutes=4)),
        Page("Фонарь «Светлячок» — Полевой свет", f"{shop}/lantern/", now - timedelta(minutes=1)),
    )
    for guest in GUESTS:
        come(site, guest, pages)
