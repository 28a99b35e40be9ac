"""What a new task knows of the one before it (S11)."""

from __future__ import annotations

from typing import Any

from otklik.desk.actions.events import Happening
from otklik.lib.pg import as_json, post

# Longer texts are cut: whoever wants all of it follows the link.
MOST_TEXT = 1000

# The conversation alone: what colleagues noted stays where it was written.
COPY = """
UPDATE desk_task t SET earlier_lines = (
    SELECT coalesce(json_agg(json_build_object('author', author, 'from_client', from_client, 'text', text, 'at', at)
        ORDER BY number), '[]')
    FROM (
        SELECT c.number, coalesce(u.name, i.name, c.author_name) AS author, c.kind = 'client' AS from_client,
            left(c.text, %s) AS text, c.at
        FROM desk_comment c
        LEFT JOIN desk_employee e ON e.id = c.employee_id LEFT JOIN people_user u ON u.id = e.user_id
        LEFT JOIN desk_identity i ON i.id = c.identity_id
        WHERE c.task_id = wanted.previous AND c.kind IN ('client', 'reply') AND c.withdrawn_at IS NULL AND c.text <> ''
        ORDER BY c.number DESC LIMIT wanted.lines
    ) AS lines)
FROM json_to_recordset(%b::json) AS wanted(task bigint, previous bigint, lines int) WHERE t.id = wanted.task
"""


def copy_earlier_lines(tasks: list[dict[str, Any]]) -> None:
    """Repeats the last lines of the previous task in those new ones whose channel wants them. `tasks`: rows as
    `batch.WRITE` takes them; without such a task nothing is asked of the database."""
    wanted = [
        {"task": row["id"], "previous": row["previous"], "lines": row["earlier_lines"]}
        for row in tasks
        if row["previous"] and row["earlier_lines"]
    ]
    if wanted:
        post(COPY, MOST_TEXT, as_json(wanted))


def tell_earlier_tasks(tasks: list[dict[str, Any]]) -> list[Happening]:
    """Who looks at a task whose conversation has just gone on elsewhere learns it at once."""
    return [
        Happening("conversation_moved", row["previous"], row["contact"], data={"task": row["id"]})
        for row in tasks
        if row["previous"]
    ]
