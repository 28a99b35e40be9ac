"""Who may be the same person (§4.2, S20). Nothing here joins anybody: it only says why somebody should look."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from otklik.desk.models import Contact, Employee
from otklik.desk.models.contact import name_key, phone_digits, phone_key
from otklik.lib.pg import run

MOST = 50
# Of contacts with one surname so many are compared, and on the page of all pairs the names of so many; the latest.
SAME_NAME = 100
NAMES_OF_ALL = 1000


@dataclass(frozen=True)
class Suggestion:
    one: Contact
    other: Contact
    # "email", "phone" or "name", the strongest first.
    reasons: list[str]


# A phone counts by its last ten digits. The first name is compared by a part of a word, all that follows in full; a
# name of one word has to be the same. Each pair is found from either side, so that it is found from the shown ones.
FIND = r"""
WITH looked AS MATERIALIZED (
    SELECT * FROM desk_contact WHERE merged_into_id IS NULL AND {which}
), same AS (
    SELECT a.id AS one, coalesce(b.merged_into_id, b.id) AS other, 'email' AS reason, 1 AS strength
    FROM looked a JOIN desk_identity i ON i.contact_id = a.id AND i.email <> ''
    JOIN desk_contact b ON b.email <> '' AND lower(b.email) = i.email
  UNION ALL
    -- Whom it belongs to is looked up at the end: a join might begin with all contacts.
    SELECT a.id, coalesce((SELECT merged_into_id FROM desk_contact WHERE id = i.contact_id), i.contact_id), 'email', 1
    FROM looked a JOIN desk_identity i ON a.email <> '' AND i.email <> '' AND i.email = lower(a.email)
  UNION ALL
    SELECT a.id, c.id, 'email', 1 FROM looked a JOIN desk_identity i ON i.contact_id = a.id AND i.email <> ''
    JOIN desk_identity j ON j.email = i.email AND j.email <> '' AND j.contact_id <> a.id
    JOIN desk_contact c ON c.id = j.contact_id
  UNION ALL
    SELECT a.id, coalesce(b.merged_into_id, b.id), 'phone', 2
    FROM looked a JOIN desk_contact b ON a.phone <> '' AND b.phone <> ''
        AND right(regexp_replace(b.phone, '\D', '', 'g'), 10) = right(regexp_replace(a.phone, '\D', '', 'g'), 10)
    WHERE length(regexp_replace(a.phone, '\D', '', 'g')) >= 5
  UNION ALL
    SELECT a.id, b.id, 'name', 3
    FROM (SELECT * FROM looked ORDER BY id DESC LIMIT %s) a CROSS JOIN LATERAL (
        SELECT id, name FROM desk_contact WHERE merged_into_id IS NULL
            AND lower(regexp_replace(name, '^\s*\S+\s+(?=\S)', ' '))
                = lower(regexp_replace(a.name, '^\s*\S+\s+(?=\S)', ' '))
        ORDER BY id DESC LIMIT %s) b
    WHERE a.name !~ '\S\s+\S'
        OR strpos(lower(split_part(a.name, ' ', 1)), lower(split_part(b.name, ' ', 1))) > 0
        OR strpos(lower(split_part(b.name, ' ', 1)), lower(split_part(a.name, ' ', 1))) > 0
), pair AS (
    SELECT s.one, s.other, array_agg(DISTINCT s.strength) AS strengths FROM same s
    JOIN desk_contact o ON o.id = s.other AND o.merged_into_id IS NULL
    WHERE s.one <> s.other AND NOT EXISTS (
        SELECT FROM desk_distinct d WHERE d.one_id = least(s.one, s.other) AND d.other_id = greatest(s.one, s.other))
        -- The site itself knows them as two.
        AND NOT EXISTS (SELECT FROM desk_identity i JOIN desk_identity j ON j.contact_id = s.other AND j.is_bound
            AND j.source_id = i.source_id AND j.remote_id <> i.remote_id WHERE i.contact_id = s.one AND i.is_bound)
    GROUP BY s.one, s.other
)
SELECT one, other, strengths FROM pair WHERE {once} ORDER BY strengths, one DESC, other DESC LIMIT %s
"""
# Two statements: of one for both the database would keep a plan that fits neither.
OF_SOME = FIND.replace("{which}", "id = ANY(%b::bigint[])").replace("{once}", "true")
OF_ALL = FIND.replace("{which}", "true").replace("{once}", "one < other")
# As a further number, also of a contact that was merged into it.
WITH_PHONE = r"""
SELECT coalesce(merged_into_id, id) FROM desk_contact, unnest(further_phones) AS told
WHERE further_phones <> '{}' AND right(regexp_replace(told, '\D', '', 'g'), 10) = %b::text
"""
REASONS = {1: "email", 2: "phone", 3: "name"}


def suggest(contacts: list[Contact] | None, employee: Employee) -> list[Suggestion]:
    """Pairs with one of these contacts, or of all, of which this person sees both; the best reasons first, at most
    `MOST`."""
    limits = (NAMES_OF_ALL, SAME_NAME, MOST)
    rows = run(OF_ALL, *limits) if contacts is None else run(OF_SOME, [one.pk for one in contacts], *limits)
    found = (
        Contact.objects.visible_to(employee).prefetch_related("merged").in_bulk({pk for row in rows for pk in row[:2]})
    )
    return [
        Suggestion(found[one], found[other], [REASONS[n] for n in why])
        for one, other, why in rows
        if one in found and other in found
    ]


def alike(name: str, phone: str, employee: Employee, limit: int = 5) -> list[Contact]:
    """Contacts that may be the same as one who is to be made: by his phone, or by his name as `suggest` compares."""
    digits, words = phone_digits(phone), name.split()
    same = Q(pk__in=[])
    contacts = Contact.objects.current().visible_to(employee).prefetch_related("merged")
    if len(digits) >= 5:
        contacts = contacts.alias(phone_key=phone_key("phone"))
        same |= Q(phone_key=digits) & ~Q(phone="")
        same |= Q(pk__in=[row[0] for row in run(WITH_PHONE, digits)])
    if words:
        rest = " " + " ".join(words[1:]) if len(words) > 1 else words[0]
        contacts = contacts.alias(name_key=name_key("name"))
        same |= Q(name_key=rest.lower())
    found = contacts.filter(same).order_by("-number")[:SAME_NAME]
    return [one for one in found if _is_alike(one, words, digits)][:limit]


def _is_alike(contact: Contact, words: list[str], digits: str) -> bool:
    if len(digits) >= 5 and digits in map(phone_digits, contact.phones):
        return True
    own = contact.name.lower().split()
    if len(own) < 2 or len(words) < 2:
        return own == [word.lower() for word in words]
    first = words[0].lower()
    return own[1:] == [word.lower() for word in words[1:]] and (first in own[0] or own[0] in first)
