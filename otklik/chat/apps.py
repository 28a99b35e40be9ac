from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "otklik.chat"
    label = "chat"
