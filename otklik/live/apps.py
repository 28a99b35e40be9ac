from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "otklik.live"
    label = "live"
