"""Who is the client? Identities of a batch, found or made; what they say of themselves; devices joined by e-mail.

An e-mail that a visitor typed is a claim. In the desk it joins his devices to one contact (S20); different people are
never joined by a guess, an employee's address joins nothing, and a join that was undone is not repeated (I7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from otklik.desk.actions.events import Happening
from otklik.desk.actions.incoming import Incoming, Person
from otklik.desk.actions.joining import join_by_email
from otklik.lib.pg import Pending, as_json, keys_json, post, run

Key = tuple[int, str]
Said = tuple[Incoming, Person | None]


@dataclass(slots=True)
class Client:
    """An identity together with its contact, as far as intake needs them. Without `identity_id`: not made yet."""

    contact_id: int
    name: str
    email: str
    device: str
    contact: dict[str, Any]
    kept_fields: list[str] = field(default_factory=list)
    identity_id: int = 0
    # His contact was made just now, too.
    is_new: bool = False


KNOWN = """
SELECT i.source_id, i.remote_id, i.id, i.contact_id, i.name, i.email, i.device,
       c.name, c.email, c.phone, c.properties, c.kept_fields
FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
JOIN desk_identity i ON i.source_id = wanted.source AND i.remote_id = wanted.remote
JOIN desk_contact c ON c.id = i.contact_id
"""


class Clients:
    """The clients of a batch by (source, remote id). Asked for at once; the answer is waited for when it is needed."""

    def __init__(self, batch: list[Incoming]) -> None:
        self._said: dict[Key, Said] = {}
        for one in batch:
            key = (one.channel.source_id, one.client)
            earlier = self._said[key][1] if key in self._said else None
            self._said[key] = (one, _together(earlier, one.person))
        self._asked: Pending = post(KNOWN, keys_json(self._said))
        self._known: dict[Key, Client] = {}
        self._rows: dict[Key, dict[str, Any]] = {}

    def of(self, one: Incoming) -> Client:
        return self._known[one.channel.source_id, one.client]

    def find(self, happenings: list[Happening]) -> bool:
        """Reads the known ones and lets them say what is new of them; gives the unknown ones a contact that has their
        e-mail, if there is one. Whether somebody said something new."""
        self._known = {(row[0], row[1]): _known(row) for row in self._asked.rows()}
        heard = False
        for key, (one, person) in self._said.items():
            client = self._known.get(key)
            if client is None:
                self._rows[key] = _row(key, one, person)
            elif person is not None and _says_something_new(client, person):
                hear(client, person, one.channel.label, happenings)
                heard = True
        if self._rows:
            self._join()
        return heard

    def _join(self) -> None:
        by_email = join_by_email([row["email"] for row in self._rows.values() if row["email"]])
        for key, row in self._rows.items():
            row["contact_id"] = by_email.contacts.get(row["email"], 0)
            row["linked_by"] = row["email"] if row["contact_id"] else ""
            row["contact_email"] = "" if row["email"] in by_email.employees else row["email"]
            self._known[key] = Client(
                row["contact_id"], row["name"], row["email"], row["device"], {}, is_new=not row["contact_id"]
            )

    def make(self) -> None:
        """Makes contacts and identities for those nobody has heard of; one contact for those who share an e-mail."""
        if not self._rows:
            return
        groups: dict[Any, list[dict[str, Any]]] = {}
        for row in self._rows.values():
            if not row["contact_id"]:
                groups.setdefault(row["contact_email"] or id(row), []).append(row)
        contacts, identities, last = run(RESERVE, len(groups), len(groups), len(self._rows))[0]
        for place, (contact_id, group) in enumerate(zip(contacts or (), groups.values(), strict=True), start=1):
            for row in group:
                row["contact_id"], row["number"] = contact_id, last - len(groups) + place
                row["linked_by"] = row["email"] if len(group) > 1 else ""
        if groups:
            post(MAKE_CONTACTS, as_json([group[0] for group in groups.values()]))
        for identity_id, (key, row) in zip(identities, self._rows.items(), strict=True):
            row["identity_id"] = identity_id
            self._known[key].identity_id, self._known[key].contact_id = identity_id, row["contact_id"]
        post(MAKE_IDENTITIES, as_json(list(self._rows.values())))


RESERVE = """
WITH counter AS (
    UPDATE desk_counter SET value = value + %s WHERE name = 'contact' RETURNING value
)
SELECT (SELECT array_agg(nextval('desk_contact_id_seq')) FROM generate_series(1, %s)),
       (SELECT array_agg(nextval('desk_identity_id_seq')) FROM generate_series(1, %s)),
       (SELECT value FROM counter)
"""

MAKE_CONTACTS = """
INSERT INTO desk_contact (id, number, template_id, name, email, phone, notes, properties, kept_fields, created_at,
    updated_at)
SELECT contact_id, number, template, name, contact_email, phone, '', properties, '[]', now(), now()
FROM json_to_recordset(%b::json) AS w(
    contact_id bigint, number bigint, template bigint, name text, contact_email text, phone text, properties jsonb)
"""

MAKE_IDENTITIES = """
INSERT INTO desk_identity (id, source_id, remote_id, contact_id, name, email, device, linked_by, not_linked_by,
    created_at)
SELECT identity_id, source, remote, contact_id, name, email, device, linked_by, '', now()
FROM json_to_recordset(%b::json) AS w(
    identity_id bigint, source bigint, remote text, contact_id bigint, name text, email text, device text,
    linked_by text)
"""


def _known(row: tuple[Any, ...]) -> Client:
    return Client(
        contact_id=row[3],
        name=row[4],
        email=row[5],
        device=row[6],
        # Django's connections hand JSON over as text.
        contact={"name": row[7], "email": row[8], "phone": row[9], "properties": msgspec.json.decode(row[10])},
        kept_fields=msgspec.json.decode(row[11]),
        identity_id=row[2],
    )


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
    }


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
