import django.contrib.postgres.fields
from django.db import migrations, models

import otklik.desk.models.notification


class Migration(migrations.Migration):
    dependencies = [('desk', '0072_orders_of_many')]

    operations = [
        migrations.AddField(
            model_name='notificationsettings',
            name='quiet_days',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), db_default=[0, 1, 2, 3, 4, 5, 6],
                default=otklik.desk.models.notification.every_day, size=None,
            ),
        ),
    ]
