"""Who is the client? Identities of a batch, found or made; what they say of themselves; devices joined by e-mail.

An e-mail that a visitor typed is a claim. In the desk it joins his devices to one contact (S20); different people are
never joined by a guess, an employee's address joins nothing, and a join that was undone is not repeated (I7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from otklik.desk.actions import offers
from otklik.desk.actions.batch import Key, Read, Reserved, Rows
from otklik.desk.actions.events import Happening
from otklik.desk.actions.incoming import Incoming, Person
from otklik.desk.actions.joining import ByEmail, bound_of, join_by_email, may_share

Said = tuple[Incoming, Person | None]


@dataclass(slots=True)
class Client:
    """An identity together with its contact, as far as intake needs them. One that is new has no `identity_id` until
    `Clients.make`, and a contact that is new a negative id of this batch."""

    contact_id: int
    name: str
    email: str
    device: str
    contact: dict[str, Any]
    kept_fields: list[str] = field(default_factory=list)
    identity_id: int = 0
    is_bound: bool = False

    @property
    def is_new(self) -> bool:
        return self.contact_id < 0


class Clients:
    """The clients of a batch by (source, remote id)."""

    def __init__(self, batch: list[Incoming]) -> None:
        self.said: dict[Key, Said] = {}
        for one in batch:
            key = (one.channel.source_id, one.client)
            earlier = self.said[key][1] if key in self.said else None
            self.said[key] = (one, _together(earlier, one.person))
        self._known: dict[Key, Client] = {}
        self._new: dict[Key, dict[str, Any]] = {}
        # Those who share an e-mail share a contact; the first names it.
        self._new_contacts: list[list[Key]] = []

    def of(self, one: Incoming) -> Client:
        return self._known[one.channel.source_id, one.client]

    @property
    def new_contacts(self) -> int:
        return len(self._new_contacts)

    @property
    def new_identities(self) -> int:
        return len(self._new)

    def find(self, read: Read, happenings: list[Happening]) -> bool:
        """Takes the known ones and lets them say what is new of them; gives the unknown ones a contact that has their
        e-mail, if there is one. Whether somebody said something new."""
        self._known = {(row[0], row[1]): _known(row) for row in read.clients or ()}
        heard = False
        for key, (one, person) in self.said.items():
            client = self._known.get(key)
            if client is None:
                self._new[key] = _row(key, one, person)
            elif person is not None and _says_something_new(client, person):
                hear(client, person, one.channel.label, happenings)
                heard = True
        if self._new:
            self._join()
        return heard

    def _join(self) -> None:
        by_email = join_by_email([row["email"] for row in self._new.values() if row["email"]])
        apart = self._apart(by_email)
        groups: dict[Any, list[Key]] = {}
        for key, row in self._new.items():
            contact_id = 0 if key in apart else by_email.contacts.get(row["email"], 0)
            row["linked_by"] = row["email"] if contact_id else ""
            is_nobodys = row["email"] in by_email.employees or key in apart
            row["contact_email"] = "" if is_nobodys else row["email"]
            if not contact_id:
                groups.setdefault(row["contact_email"] or key, []).append(key)
            self._known[key] = Client(contact_id, row["name"], row["email"], row["device"], {})
        self._new_contacts = list(groups.values())
        for place, keys in enumerate(self._new_contacts, start=1):
            for key in keys:
                self._known[key].contact_id = -place

    def _apart(self, by_email: ByEmail) -> set[Key]:
        """Those for whom the site vouches and whose e-mail belongs to another for whom it does."""
        bound = {key: row for key, row in self._new.items() if row["bound"] and row["email"]}
        if not bound:
            return set()
        known = bound_of(contact for row in bound.values() if (contact := by_email.contacts.get(row["email"])))
        apart: set[Key] = set()
        taken: dict[str, list[Key]] = {}
        for key, row in bound.items():
            contact = by_email.contacts.get(row["email"], 0)
            ids = taken.setdefault(row["email"], list(known.get(contact, ())))
            if may_share([*ids, key]):
                ids.append(key)
            else:
                apart.add(key)
        return apart

    def make(self, reserved: Reserved, rows: Rows) -> None:
        """Makes contacts and identities for those nobody has heard of."""
        ids, numbers = reserved.contact_ids or (), reserved.contact_numbers or ()
        for contact_id, number, keys in zip(ids, numbers, self._new_contacts, strict=True):
            row = self._new[keys[0]]
            told = {name: row[name] for name in ("template", "name", "made_up_name", "phone", "properties")}
            rows.of["contacts"].append({**told, "id": contact_id, "number": number, "email": row["contact_email"]})
            for key in keys:
                self._known[key].contact_id = contact_id
                if len(keys) > 1:
                    self._new[key]["linked_by"] = self._new[key]["email"]
        for identity_id, (key, row) in zip(reserved.identity_ids or (), self._new.items(), strict=True):
            client = self._known[key]
            client.identity_id = identity_id
            told = {name: row[name] for name in ("source", "remote", "name", "email", "device", "linked_by", "bound")}
            rows.of["identities"].append({**told, "id": identity_id, "contact": client.contact_id})


def _known(row: tuple[Any, ...]) -> Client:
    return Client(
        contact_id=row[3],
        name=row[4],
        email=row[5],
        device=row[6],
        contact={
            "name": row[7],
            "email": row[8],
            "phone": row[9],
            "properties": row[10],
            "offers": row[12],
            "made_up_name": row[14],
        },
        kept_fields=row[11],
        identity_id=row[2],
        is_bound=row[13],
    )


def _row(key: Key, one: Incoming, person: Person | None) -> dict[str, Any]:
    person = person or Person(displayed_name="")
    made_up = "" if person.name else person.displayed_name or one.channel.label
    return {
        "source": key[0],
        "remote": key[1],
        "template": one.channel.contact_template_id,
        "name": person.name or made_up,
        "made_up_name": made_up,
        "email": person.email,
        "phone": person.phone,
        "properties": person.properties,
        "device": person.device,
        "bound": person.is_bound,
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
        is_bound=later.is_bound or earlier.is_bound,
    )


def _says_something_new(client: Client, person: Person) -> bool:
    """Whether the card or the identity would change; a generated name never replaces a told one."""
    return bool(
        (person.name and person.name != client.name)
        or (person.email and person.email != client.email)
        or _is_news(client, "name", person.name)
        or _is_news(client, "phone", person.phone)
        or (person.device and person.device != client.device)
        or (person.is_bound and not client.is_bound)
        or any(client.contact["properties"].get(key) != value for key, value in person.properties.items())
    )


def _is_news(client: Client, field: str, value: str) -> bool:
    """Whether the card would take it, or offer it beside what an employee has typed."""
    if not value or value == client.contact[field]:
        return False
    return field not in client.kept_fields or offers.is_new(client.contact["offers"], field, value)


def hear(client: Client, person: Person, label: str, happenings: list[Happening]) -> None:
    """A known client introduces himself (S19): his identity learns it at once, his card as far as no employee has
    filled in the field; the event keeps old value, new value and source."""
    from otklik.desk.actions import introducing

    introducing.hear(client, person, label, happenings)
