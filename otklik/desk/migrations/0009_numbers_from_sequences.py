from django.db import migrations

MAKE = """
CREATE SEQUENCE desk_number_seq;
SELECT setval('desk_number_seq', (SELECT value FROM desk_counter WHERE name = 'number'));
CREATE SEQUENCE desk_contact_number_seq;
SELECT setval('desk_contact_number_seq', GREATEST(value, 1), value > 0) FROM desk_counter WHERE name = 'contact';
DELETE FROM desk_counter WHERE name IN ('number', 'contact');
"""
DROP = """
INSERT INTO desk_counter (name, value) VALUES ('number', nextval('desk_number_seq')),
    ('contact', nextval('desk_contact_number_seq'));
DROP SEQUENCE desk_number_seq; DROP SEQUENCE desk_contact_number_seq;
"""


class Migration(migrations.Migration):
    """Numbers of tasks and contacts may have holes and come in any order: a counter row, locked until the commit, would
    make writers wait for each other for nothing. Only events need one."""

    dependencies = [("desk", "0008_words_enter_the_index_together")]

    operations = [migrations.RunSQL(MAKE, DROP)]
