from django.apps import AppConfig


class ChatraConfig(AppConfig):
    name = "otklik.integrations.chatra"
    label = "chatra"
