"""Words of tasks, contacts, comments and files enter the search after their events, never in a hot transaction."""

from __future__ import annotations

from time import monotonic

from django.db import connection, transaction

from otklik.desk.models import Counter, SearchProgress

STEP = 2000
# What a search itself makes up for, so that it finds what was written a moment ago.
AT_ONCE = 300

# Signs that join what people look for apart: of addresses and names of files.
JOINING = "'._-@+()[]/', '         '"
TASK = f"""
    SELECT 'task' AS kind, t.id, setweight(to_tsvector('russian', t.name), 'A') || to_tsvector('simple', t.name)
        || to_tsvector('simple', t.number::text) || to_tsvector('russian', left(t.description, 100000))
        || to_tsvector('russian', translate(t.name, {JOINING})) AS words
    FROM desk_task t WHERE t.id = ANY(%(tasks)s)
"""
# With what is known of contacts that were merged into it.
CONTACT = f"""
    SELECT 'contact', c.id, to_tsvector('russian', string_agg(
            concat_ws(' ', o.name, e.words, translate(e.words, {JOINING}), left(o.notes, 100000)), ' '))
        || to_tsvector('simple', string_agg(concat_ws(' ', o.name, p.words), ' '))
        || to_tsvector('simple', c.number::text)
        || to_tsvector('russian', coalesce((SELECT string_agg(v.value #>> '{{}}', ' ') FROM desk_contactvalue v
            JOIN desk_contactfield f ON f.id = v.field_id AND f.kind = 'text' WHERE v.contact_id = c.id), ''))
    FROM desk_contact c JOIN desk_contact o ON o.id = c.id OR o.merged_into_id = c.id
    CROSS JOIN LATERAL (SELECT concat_ws(' ', o.email, array_to_string(o.further_emails, ' '))) AS e(words)
    CROSS JOIN LATERAL (SELECT string_agg(concat_ws(' ', digits, right(digits, 10)), ' ') FROM (
        SELECT regexp_replace(phone, '[^0-9]', '', 'g') FROM unnest(o.phone || o.further_phones) AS phone
    ) AS written(digits)) AS p(words)
    WHERE c.id = ANY(%(contacts)s) GROUP BY c.id
"""
FILE = f"""
    SELECT 'file', f.id, to_tsvector('russian', translate(f.name, {JOINING})) || to_tsvector('simple', f.name)
    FROM desk_file f WHERE f.comment_id = ANY(%(comments)s)
"""
WRITE = f"""
    WITH made AS MATERIALIZED ({TASK} UNION ALL {CONTACT} UNION ALL {FILE}), word AS (
        INSERT INTO desk_searchword (word)
        SELECT DISTINCT word FROM (
            SELECT unnest(tsvector_to_array(words)) FROM made
            UNION ALL SELECT unnest(tsvector_to_array(search)) FROM desk_comment WHERE id = ANY(%(comments)s)
        ) AS found(word) WHERE length(word) BETWEEN 2 AND 60
        ON CONFLICT DO NOTHING
    )
    INSERT INTO desk_searchentry AS entry (kind, object_id, words)
    SELECT made.kind, made.id, made.words FROM made
    LEFT JOIN desk_searchentry e ON e.kind = made.kind AND e.object_id = made.id
    WHERE e.words IS DISTINCT FROM made.words
    ON CONFLICT (kind, object_id) DO UPDATE SET words = excluded.words
"""
NAMED = """
    SELECT array_agg(DISTINCT e.task_id), array_agg(DISTINCT e.comment_id) FILTER (WHERE e.comment_id IS NOT NULL),
        (SELECT array_agg(DISTINCT coalesce(c.merged_into_id, c.id)) FROM desk_contact c WHERE c.id IN (
            SELECT contact_id FROM desk_event WHERE number > %(after)s AND number <= %(until)s
            UNION SELECT t.contact_id FROM desk_task t JOIN desk_event ON desk_event.task_id = t.id
                WHERE desk_event.number > %(after)s AND desk_event.number <= %(until)s))
    FROM desk_event e WHERE e.number > %(after)s AND e.number <= %(until)s
"""
# What is gone for good leaves the index by the event that tells so.
GONE = """
    DELETE FROM desk_searchentry e WHERE (e.kind = 'task' AND e.object_id = ANY(%(tasks)s)
        AND NOT EXISTS (SELECT FROM desk_task t WHERE t.id = e.object_id))
"""


@transaction.atomic
def step(limit: int = STEP) -> int:
    """Takes the next events into the index; returns how many are left. Whoever comes while another one does it, or
    before there is anything to do, leaves at once."""
    SearchProgress.objects.get_or_create(pk=1)
    progress = SearchProgress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    newest = latest()
    if progress is None:
        return 0
    until = min(newest, progress.event + limit)
    if until > progress.event:
        _take(progress.event, until)
        progress.event = until
        progress.save(update_fields=["event"])
    return newest - until


def _take(after: int, until: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, {"after": after, "until": until})
        tasks, comments, contacts = cursor.fetchone()
        named = {"tasks": tasks or [], "comments": comments or [], "contacts": contacts or []}
        cursor.execute(WRITE, named)
        cursor.execute(GONE, named)


def latest() -> int:
    return Counter.objects.values_list("value", flat=True).get(name="event")


def left() -> int:
    """How many events are not yet in the index."""
    return latest() - (SearchProgress.objects.values_list("event", flat=True).filter(pk=1).first() or 0)


def catch_up(seconds: float = 8) -> None:
    """Works through what is left, for so long at most; the next job goes on."""
    until = monotonic() + seconds
    while step() and monotonic() < until:
        pass
