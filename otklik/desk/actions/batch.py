"""The statements of a batch: one reads, one reserves, one writes. Each statement costs both sides some hundred
microseconds of its own, which would be most of a batch's time if every table had its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from otklik.desk.actions.template_plans import Plan
from otklik.lib.pg import as_json, keys_json, post, run

Key = tuple[int, str]

# Tasks are locked here, in the order of their ids: the array is there before the first lock is taken.
READ = """
WITH wanted_target AS MATERIALIZED (
    SELECT t.source_id, t.remote_id, t.id, t.task_id, t.identity_id
    FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
    JOIN desk_replytarget t ON t.source_id = wanted.source AND t.remote_id = wanted.remote AND t.is_open
), task AS MATERIALIZED (
    -- Without the status: a row whose status changes while its lock is waited for would drop out of the join.
    SELECT t.id, t.contact_id, t.comment_count, t.notified, t.left_at, t.trashed_at, t.status_id FROM desk_task t
    WHERE t.id = ANY(ARRAY(SELECT task_id FROM wanted_target) || %b::bigint[])
    ORDER BY t.id FOR NO KEY UPDATE OF t
)
SELECT json_build_object(
    'targets', (SELECT json_agg(json_build_array(source_id, remote_id, id, task_id, identity_id)) FROM wanted_target),
    'tasks', (SELECT json_agg(json_build_array(t.id, t.contact_id, t.comment_count, t.notified,
            t.left_at IS NOT NULL, s.is_active, s.key = 'completed', t.trashed_at IS NOT NULL))
        FROM task t JOIN desk_status s ON s.id = t.status_id),
    'clients', (SELECT json_agg(json_build_array(
            i.source_id, i.remote_id, i.id, i.contact_id, i.name, i.email, i.device,
            c.name, c.email, c.phone, c.properties, c.kept_fields, c.offers, i.is_bound, c.made_up_name))
        FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
        JOIN desk_identity i ON i.source_id = wanted.source AND i.remote_id = wanted.remote
        JOIN desk_contact c ON c.id = i.contact_id),
    'lines', (SELECT json_agg(json_build_array(c.source_id, c.remote_id))
        FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
        JOIN desk_comment c ON c.source_id = wanted.source AND c.remote_id = wanted.remote),
    'comment_ids', (SELECT json_agg(nextval('desk_comment_id_seq')) FROM generate_series(1, %s))
)::text
"""


class Read(msgspec.Struct):
    """What the desk knows of a batch: rows as `READ` names their columns."""

    targets: list[tuple[int, str, int, int, int]] | None
    tasks: list[tuple[int, int, int, list[int], bool, bool, bool, bool]] | None
    clients: list[tuple[Any, ...]] | None
    lines: list[Key] | None
    comment_ids: list[int] | None


read_decoder = msgspec.json.Decoder(Read)


def read(
    conversations: Iterable[Key], clients: Iterable[Key], lines: list[Key], further_tasks: list[int] | None = None
) -> Read:
    """Everything known of these keys; the tasks of the conversations, and `further_tasks`, stay locked."""
    [(answer,)] = run(
        READ, keys_json(conversations), further_tasks or [], keys_json(clients), keys_json(lines), len(lines)
    )
    return read_decoder.decode(answer)


RESERVE = """
WITH template AS MATERIALIZED (
    SELECT id, task_name, description, project_id, status_set_id, joining, expands_groups, due_count, due_unit,
        checklist
    FROM desk_tasktemplate
    WHERE id = ANY(%b::bigint[]) ORDER BY id FOR SHARE
)
SELECT json_build_object(
    'contact_ids', (SELECT json_agg(nextval('desk_contact_id_seq')) FROM generate_series(1, %s)),
    'contact_numbers', (SELECT json_agg(nextval('desk_contact_number_seq')) FROM generate_series(1, %s)),
    'identity_ids', (SELECT json_agg(nextval('desk_identity_id_seq')) FROM generate_series(1, %s)),
    'task_ids', (SELECT json_agg(nextval('desk_task_id_seq')) FROM generate_series(1, %s)),
    'task_numbers', (SELECT json_agg(nextval('desk_number_seq')) FROM generate_series(1, %s)),
    'target_ids', (SELECT json_agg(nextval('desk_replytarget_id_seq')) FROM generate_series(1, %s)),
    'templates', (SELECT json_agg(json_build_array(t.id, t.task_name, t.description, t.project_id,
        (SELECT s.id FROM desk_status s WHERE s.set_id = t.status_set_id
         ORDER BY s.key = 'new' DESC, s.is_active DESC, s.place LIMIT 1),
        t.joining, t.expands_groups, t.due_count, t.due_unit, t.checklist,
        (SELECT coalesce(json_agg(json_build_array(v.field_id, v.value)), '[]') FROM desk_templatevalue v
         JOIN desk_taskfield f ON f.id = v.field_id AND f.archived_at IS NULL WHERE v.template_id = t.id),
        EXISTS (SELECT FROM desk_templatepart p WHERE p.template_id = t.id))) FROM template t),
    'members', (SELECT json_agg(
            json_build_array(m.template_id, m.role_id, m.employee_id, m.group_id, m.contact_id) ORDER BY m.id)
        FROM desk_templatemember m JOIN template t ON t.id = m.template_id),
    'roles', (SELECT json_object_agg(key, id) FROM desk_role),
    'hearing_roles', (SELECT json_agg(id) FROM desk_role WHERE is_notified),
    'people', (SELECT json_agg(json_build_array(m.group_id, m.employee_id) ORDER BY m.id)
        FROM desk_group_members m JOIN desk_employee e ON e.id = m.employee_id
        JOIN people_user u ON u.id = e.user_id WHERE u.is_active),
    'blocked', (SELECT json_agg(e.id) FROM desk_employee e JOIN people_user u ON u.id = e.user_id WHERE NOT u.is_active)
)::text
"""


class Reserved(msgspec.Struct):
    """Ids and numbers for rows to come, and what the templates of new tasks say."""

    contact_ids: list[int] | None
    contact_numbers: list[int] | None
    identity_ids: list[int] | None
    task_ids: list[int] | None
    task_numbers: list[int] | None
    target_ids: list[int] | None
    # id, task name, description, project, first status, joining, expands groups, due count, due unit, checklist,
    # values of own fields, whether subtasks come along
    templates: (
        list[tuple[int, str, str, int | None, int, str, bool, int | None, str, str, list[tuple[int, Any]], bool]] | None
    )
    # template, role, employee, group, contact
    members: list[tuple[int, int, int | None, int | None, int | None]] | None
    roles: dict[str, int]
    # Whose people hear of the client's messages (§7).
    hearing_roles: list[int] | None
    # group, employee
    people: list[tuple[int, int]] | None
    # Employees who work here no more.
    blocked: list[int] | None


reserved_decoder = msgspec.json.Decoder(Reserved)


def reserve(*, contacts: int, identities: int, tasks: int, targets: int, templates: Iterable[int]) -> Reserved:
    """As many ids as told; templates stay as they are until the commit."""
    wanted = sorted(set(templates))
    [(answer,)] = run(RESERVE, wanted, contacts, contacts, identities, tasks, tasks, targets)
    return reserved_decoder.decode(answer)


# References are checked at the end of the statement, when all rows are there.
WRITE = """
WITH given AS MATERIALIZED (SELECT %b::json AS rows), contacts AS (
    INSERT INTO desk_contact (id, number, template_id, name, made_up_name, email, phone, notes, properties, kept_fields,
        offers, created_at, updated_at)
    SELECT id, number, template, name, made_up_name, email, phone, '', properties, '[]', '[]', now(), now()
    FROM given, json_to_recordset(rows->'contacts') AS r(
        id bigint, number bigint, template bigint, name text, made_up_name text, email text, phone text,
        properties jsonb)
), identities AS (
    INSERT INTO desk_identity (id, source_id, remote_id, contact_id, name, email, device, linked_by, not_linked_by,
        is_bound, created_at)
    SELECT id, source, remote, contact, name, email, device, linked_by, '', bound, now()
    FROM given, json_to_recordset(rows->'identities') AS r(
        id bigint, source bigint, remote text, contact bigint, name text, email text, device text, linked_by text,
        bound boolean)
), tasks AS (
    INSERT INTO desk_task (id, number, name, description, additional_data, status_id, project_id, template_id,
        contact_id, source_id, previous_id, reason, joining, comment_count, last_event, notified, created_at,
        updated_at)
    SELECT id, number, name, description, additional_data, status, project, template,
        contact, source, previous, reason, joining, 0, 0, notified, now(), now()
    FROM given, json_to_recordset(rows->'tasks') AS r(
        id bigint, number bigint, name text, description text, additional_data jsonb, status bigint, project bigint,
        template bigint, contact bigint, source bigint, previous bigint, reason text, joining text,
        notified bigint[])
), members AS (
    INSERT INTO desk_taskmember (task_id, role_id, employee_id, group_id, contact_id)
    SELECT task, role, employee, "group", contact FROM given, json_to_recordset(rows->'members') AS r(
        task bigint, role bigint, employee bigint, "group" bigint, contact bigint)
    ON CONFLICT DO NOTHING
), targets AS (
    INSERT INTO desk_replytarget (id, task_id, identity_id, remote_id, source_id, is_open, created_at)
    SELECT id, task, identity, remote, source, true, now() FROM given, json_to_recordset(rows->'targets') AS r(
        id bigint, task bigint, identity bigint, remote text, source bigint)
), comments AS (
    INSERT INTO desk_comment (id, task_id, number, kind, employee_id, identity_id, author_name, text, data, at,
        written_at, is_late, target_id, source_id, remote_id, mark, mark_note)
    SELECT id, task, number, kind, employee, identity, author, text, data, clock_timestamp(),
        to_timestamp(written), late, target, source, remote, mark, ''
    FROM given, json_to_recordset(rows->'comments') AS r(
        id bigint, task bigint, number bigint, kind text, employee bigint, identity bigint, author text, text text,
        data jsonb, written double precision, late boolean, target bigint, source bigint, remote text, mark text)
), entries AS (
    INSERT INTO desk_serviceentry (contact_id, identity_id, data, at, remote_key)
    SELECT contact, identity, data, to_timestamp(at), remote FROM given, json_to_recordset(rows->'entries') AS r(
        contact bigint, identity bigint, data jsonb, at double precision, remote text)
    ON CONFLICT (identity_id, remote_key) DO NOTHING
)
SELECT 1
"""


class Rows:
    """Rows of all tables that a batch writes: dictionaries with the columns that `WRITE` names."""

    def __init__(self) -> None:
        self.of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        # Written behind the rows, where a template plans something.
        self.plans: list[tuple[int, Plan]] = []

    def write(self) -> None:
        if self.of:
            names = ("contacts", "identities", "tasks", "members", "targets", "comments", "entries")
            post(WRITE, as_json({name: self.of[name] for name in names}))
