from typing import Any

from django.db import migrations, models
from django.db.models import F


def put_in_order(apps: Any, schema_editor: Any) -> None:
    """As they stood in lists until now."""
    apps.get_model("desk", "ContactTemplate").objects.update(place=F("id"))


class Migration(migrations.Migration):
    dependencies = [('desk', '0073_quiet_days_of_the_week')]

    operations = [
        migrations.AddField(
            model_name='contacttemplate', name='place', field=models.PositiveIntegerField(default=0, db_default=0)
        ),
        migrations.AddField(
            model_name='contacttemplate', name='archived_at', field=models.DateTimeField(null=True, blank=True)
        ),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
    ]
