from django.db import migrations

# Whoever chose for himself hears of a rejected task as a new one does: before, it came with changes of the status.
REJECTED = """
UPDATE desk_notificationsettings SET wanted = wanted || '{"rejected": ["chronicle", "browser", "push", "email"]}'
WHERE NOT wanted ? 'rejected'
"""


class Migration(migrations.Migration):
    dependencies = [('desk', '0059_quick_replies_switch')]

    operations = [migrations.RunSQL(REJECTED, migrations.RunSQL.noop)]
