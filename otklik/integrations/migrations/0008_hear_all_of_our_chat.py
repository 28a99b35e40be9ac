from django.db import migrations

# What our own chat has learnt to tell since the first connections were made.
ADDED = ["visitorTyping", "messageMail"]


def hear_all(apps, schema_editor):
    """Connections of our own chat hear of these events too. The token in the address is secret, so nobody else's
    webhook ends with it; a chat elsewhere learns it when somebody connects anew."""
    Hook = apps.get_model("chat", "Hook")
    for token in (
        apps.get_model("integrations", "Connection")
        .objects.filter(kind="chatra", removed_at=None)
        .values_list("token", flat=True)
    ):
        for hook in Hook.objects.filter(address__endswith=f"/hooks/chatra/{token}/"):
            missing = [event for event in ADDED if event not in hook.events]
            if missing:
                Hook.objects.filter(pk=hook.pk).update(events=[*hook.events, *missing])


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0007_dismissed_gaps"),
        ("chat", "0015_hours"),
    ]

    operations = [migrations.RunPython(hear_all, migrations.RunPython.noop)]
