from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "otklik.integrations"
    label = "integrations"

    def ready(self) -> None:
        from otklik.desk.actions import carrying, speaking
        from otklik.desk.signals import event_recorded
        from otklik.integrations import carrier, correcting, outbox, registry, voices

        event_recorded.connect(outbox.add_deliveries, dispatch_uid="outbox")
        event_recorded.connect(correcting.add_corrections, dispatch_uid="corrections")
        carrying.register(carrier.carrier)
        speaking.register(voices.speaker)
        assert registry.check_connectors  # registered with Django's system checks by its import
