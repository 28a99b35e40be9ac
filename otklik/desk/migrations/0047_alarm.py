from django.db import migrations

# Whoever chose for himself hears of stopped scenarios as a new one does; it concerns administrators alone.
ALARM = """
UPDATE desk_notificationsettings SET wanted = wanted || '{"alarm": ["chronicle", "browser", "push", "email"]}'
WHERE NOT wanted ? 'alarm'
"""


class Migration(migrations.Migration):
    dependencies = [('desk', '0046_parts_of_cards')]

    operations = [migrations.RunSQL(ALARM, migrations.RunSQL.noop)]
