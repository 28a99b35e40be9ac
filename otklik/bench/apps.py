from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "otklik.bench"
    label = "bench"
