from django.db import migrations

FORBID = """
CREATE FUNCTION desk_kind_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The kind of a comment never changes (% to %).', OLD.kind, NEW.kind USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER desk_kind_never_changes BEFORE UPDATE OF kind ON desk_comment
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION desk_kind_never_changes();
"""
ALLOW = "DROP TRIGGER desk_kind_never_changes ON desk_comment; DROP FUNCTION desk_kind_never_changes()"


class Migration(migrations.Migration):
    """A note can never become a reply (I6), not even by a slip in our own code."""

    dependencies = [("desk", "0002_references")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
