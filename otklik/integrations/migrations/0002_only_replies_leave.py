from django.db import migrations

FOREIGN_KEY = """
ALTER TABLE integrations_delivery ADD CONSTRAINT delivery_of_reply
    FOREIGN KEY (comment_id, comment_kind) REFERENCES desk_comment (id, kind) DEFERRABLE INITIALLY DEFERRED
"""
# Bodies of two kilobytes would go through the compressor, which costs more than the disk that it saves.
RECEIPTS = "ALTER TABLE integrations_receipt SET (toast_tuple_target = 8160)"


class Migration(migrations.Migration):
    """A delivery can refer to nothing but a reply (I6)."""

    dependencies = [("integrations", "0001_initial"), ("desk", "0004_standards")]

    operations = [
        migrations.RunSQL(FOREIGN_KEY, "ALTER TABLE integrations_delivery DROP CONSTRAINT delivery_of_reply"),
        migrations.RunSQL(RECEIPTS, "ALTER TABLE integrations_receipt RESET (toast_tuple_target)"),
    ]
