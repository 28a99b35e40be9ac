from django.db import migrations


class Migration(migrations.Migration):
    """Who has a page open is worth nothing after a crash: no write-ahead log for it."""

    dependencies = [("chat", "0002_people_of_sites")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE chat_presence SET UNLOGGED; ALTER TABLE chat_process SET UNLOGGED",
            "ALTER TABLE chat_presence SET LOGGED; ALTER TABLE chat_process SET LOGGED",
        ),
    ]
