from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "otklik.integrations"
    label = "integrations"

    def ready(self) -> None:
        from otklik.desk.actions import attending, carrying, file_limits, speaking
        from otklik.desk.signals import event_recorded
        from otklik.integrations import attention, carrier, correcting, outbox, registry, sent_files, voices

        event_recorded.connect(outbox.add_deliveries, dispatch_uid="outbox")
        event_recorded.connect(outbox.note_arrived, dispatch_uid="arrived")
        event_recorded.connect(correcting.add_corrections, dispatch_uid="corrections")
        carrying.register(carrier.carrier)
        attending.register(attention.attention)
        speaking.register(voices.speaker)
        file_limits.register(sent_files.file_limit)
        assert registry.check_connectors  # registered with Django's system checks by its import
