"""Who is the client? Identities of a batch, found or made; what they say of themselves; devices joined by e-mail.

An e-mail that a visitor typed is a claim. In the desk it joins his devices to one contact (S20); different people are
never joined by a guess, an employee's address joins nothing, and a join that was undone is not repeated (I7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from otklik.desk.actions.events import Happening
from otklik.desk.actions.joining import join_by_email
from otklik.desk.incoming import Incoming, Person
from otklik.lib.pg import as_json, run

Key = tuple[int, str]


@dataclass(slots=True)
class Client:
    """An identity together with its contact, as far as intake needs them."""

    identity_id: int
    contact_id: int
    name: str
    email: str
    device: str
    contact: dict[str, Any]
    kept_fields: list[str] = field(default_factory=list)
    # His contact was made just now, too.
    is_new: bool = False


KNOWN = """
SELECT i.source_id, i.remote_id, i.id, i.contact_id, i.name, i.email, i.device,
       c.name, c.email, c.phone, c.properties, c.kept_fields
FROM unnest(%b::bigint[], %b::text[]) AS wanted(source, remote)
JOIN desk_identity i ON i.source_id = wanted.source AND i.remote_id = wanted.remote
JOIN desk_contact c ON c.id = i.contact_id
"""


def find(keys: list[Key]) -> dict[Key, Client]:
    """Identities that are known already."""
    rows = run(KNOWN, [key[0] for key in keys], [key[1] for key in keys])
    return {
        (row[0], row[1]): Client(
            identity_id=row[2],
            contact_id=row[3],
            name=row[4],
            email=row[5],
            device=row[6],
            # Django's connections hand JSON over as text.
            contact={"name": row[7], "email": row[8], "phone": row[9], "properties": msgspec.json.decode(row[10])},
            kept_fields=msgspec.json.decode(row[11]),
        )
        for row in rows
    }


def resolve(batch: list[Incoming], happenings: list[Happening]) -> dict[Key, Client]:
    """The client of each Incoming by (source, remote id). New ones are made, in a few statements for all of them;
    what known ones say of themselves updates their cards. Events are added to `happenings`."""
    latest: dict[Key, tuple[Incoming, Person | None]] = {}
    for one in batch:
        key = (one.channel.source_id, one.client)
        latest[key] = (one, _together(latest[key][1] if key in latest else None, one.person))
    clients = find(list(latest))
    unknown = {key: value for key, value in latest.items() if key not in clients}
    if unknown:
        joined = make(unknown)
        clients.update(find(list(unknown)))
        for key in unknown:
            clients[key].is_new = key not in joined
    for key, (one, person) in latest.items():
        if person is not None and _says_something_new(clients[key], person):
            hear(clients[key], person, one.channel.label, happenings)
    return clients


def _together(earlier: Person | None, later: Person | None) -> Person | None:
    """What two webhooks of a batch say of one client: the later word counts, silence takes nothing back."""
    if earlier is None or later is None:
        return later or earlier
    return Person(
        displayed_name=later.displayed_name or earlier.displayed_name,
        name=later.name or earlier.name,
        email=later.email or earlier.email,
        phone=later.phone or earlier.phone,
        properties={**earlier.properties, **later.properties},
        device=later.device or earlier.device,
    )


def make(unknown: dict[Key, tuple[Incoming, Person | None]]) -> set[Key]:
    """Contacts and identities for clients nobody has heard of; one contact for those who share an e-mail. Returns those
    who joined a contact that was there."""
    rows = [_row(key, one, person) for key, (one, person) in unknown.items()]
    by_email = join_by_email([row["email"] for row in rows if row["email"]])
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        contact_id = by_email.contacts.get(row["email"])
        if contact_id:
            row["contact_id"], row["linked_by"] = contact_id, row["email"]
            continue
        may_join = row["email"] and row["email"] not in by_email.employees
        groups.setdefault(row["email"] if may_join else id(row), []).append(row)
        row["contact_email"] = row["email"] if may_join else ""
    made = _make_contacts([group[0] for group in groups.values()])
    for contact_id, group in zip(made, groups.values(), strict=True):
        for row in group:
            row["contact_id"], row["linked_by"] = contact_id, row["email"] if len(group) > 1 else ""
    run(MAKE_IDENTITIES, as_json(rows))
    return {(row["source"], row["remote"]) for row in rows if row["email"] in by_email.contacts}


def _row(key: Key, one: Incoming, person: Person | None) -> dict[str, Any]:
    person = person or Person(displayed_name="")
    return {
        "source": key[0],
        "remote": key[1],
        "template": one.channel.contact_template_id,
        "name": person.name or person.displayed_name or one.channel.label,
        "email": person.email,
        "phone": person.phone,
        "properties": person.properties,
        "device": person.device,
        "linked_by": "",
    }


MAKE_CONTACTS = """
WITH wanted AS (
    SELECT * FROM json_to_recordset(%b::json) AS w(
        place bigint, template bigint, name text, contact_email text, phone text, properties jsonb)
), counter AS (
    UPDATE desk_counter SET value = value + %s WHERE name = 'contact' RETURNING value - %s AS before
)
INSERT INTO desk_contact (number, template_id, name, email, phone, notes, properties, kept_fields, created_at, updated_at)
SELECT before + place, template, name, contact_email, phone, '', properties, '[]', now(), now()
FROM wanted, counter ORDER BY place
RETURNING id, number
"""

MAKE_IDENTITIES = """
INSERT INTO desk_identity (source_id, remote_id, contact_id, name, email, device, linked_by, not_linked_by, created_at)
SELECT source, remote, contact_id, name, email, device, linked_by, '', now()
FROM json_to_recordset(%b::json) AS w(
    source bigint, remote text, contact_id bigint, name text, email text, device text, linked_by text)
"""


def _make_contacts(rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    numbered = [{**row, "place": place} for place, row in enumerate(rows, start=1)]
    made = run(MAKE_CONTACTS, as_json(numbered), len(rows), len(rows))
    return [contact_id for contact_id, _number in sorted(made, key=lambda row: int(row[1]))]


def _says_something_new(client: Client, person: Person) -> bool:
    """Whether the card or the identity would change; a generated name never replaces a told one."""
    return bool(
        (person.name and person.name != client.name)
        or (person.email and person.email != client.email)
        or (person.name and person.name != client.contact["name"] and "name" not in client.kept_fields)
        or (person.phone and person.phone != client.contact["phone"] and "phone" not in client.kept_fields)
        or (person.device and person.device != client.device)
        or any(client.contact["properties"].get(key) != value for key, value in person.properties.items())
    )


def hear(client: Client, person: Person, label: str, happenings: list[Happening]) -> None:
    """A known client introduces himself (S19): his identity learns it at once, his card as far as no employee has
    filled in the field; the event keeps old value, new value and source."""
    from otklik.desk.actions import introducing

    introducing.hear(client, person, label, happenings)
