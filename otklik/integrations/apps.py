from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "otklik.integrations"
    label = "integrations"
