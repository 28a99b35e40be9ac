"""Chats that are open now count as read up to the last answer; all others as read."""

from __future__ import annotations

from django.db import migrations

FILL = """
    UPDATE chat_conversation c SET
        answered_at = l.answered_at,
        waiting_since = CASE WHEN c.is_open THEN l.waiting_since END,
        seen_number = CASE WHEN c.is_open AND l.waiting_since IS NOT NULL THEN l.answer ELSE c.version END
    FROM (
        SELECT m.conversation_id, a.answered_at, a.answer,
            min(m.created_at) FILTER (WHERE m.type = 'client' AND m.number > a.answer) AS waiting_since
        FROM chat_message m JOIN (
            SELECT conversation_id,
                max(created_at) FILTER (WHERE type = 'agent' AND NOT is_pushed) AS answered_at,
                coalesce(max(number) FILTER (WHERE type = 'agent' AND NOT is_pushed), 0) AS answer
            FROM chat_message GROUP BY conversation_id
        ) a USING (conversation_id)
        GROUP BY m.conversation_id, a.answered_at, a.answer
    ) l WHERE l.conversation_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_console")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
