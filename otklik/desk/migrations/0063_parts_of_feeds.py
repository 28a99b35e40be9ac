from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0062_likes'),
    ]

    operations = [
        migrations.AddField(
            model_name='employee',
            name='feed_parts',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
