from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    # To look through all comments must not keep anybody from writing: it happens under a weaker lock of its own.
    atomic = False

    dependencies = [
        ('desk', '0060_rejections_heard'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='is_hidden',
            field=models.BooleanField(db_default=False, default=False),
        ),
        AddConstraintNotValid(
            model_name='comment',
            constraint=models.CheckConstraint(
                condition=Q(('is_hidden', False), ('kind', 'note'), _connector='OR'), name='comment_hidden_is_note',
            ),
        ),
        ValidateConstraint(model_name='comment', name='comment_hidden_is_note'),
    ]
