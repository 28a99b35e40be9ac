"""Which contacts may be joined by an e-mail, under locks that make one contact of two first messages at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from otklik.lib.pg import keys_json, post, run

# Of the lock that belongs to a client (source, remote): whoever takes in what he says holds it from before his first
# row is read, and so does whoever gives him another contact. So no task is opened for a contact that he has left.
CLIENT_KEY = "hashtextextended('client ' || source || ' ' || remote, 0)"
LOCK_CLIENTS = f"""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT {CLIENT_KEY} AS key
    FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text) ORDER BY 1) AS keys
"""


@dataclass(frozen=True, slots=True)
class ByEmail:
    contacts: dict[str, int]
    # Addresses of employees: they join nothing.
    employees: frozenset[str]


# Sorted, so that two processes with the same addresses wait for each other instead of for ever.
LOCK = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended('email ' || email, 0) AS key FROM unnest(%b::text[]) AS email ORDER BY 1) AS keys
"""
# The address of a contact that was merged into another one is a further address of that one. Whose first address it is
# comes last, and so counts; of several who have it as a further one, the eldest.
CONTACTS = """
SELECT email, contact FROM (
    SELECT told, coalesce(merged_into_id, id), 1, -id FROM desk_contact, unnest(further_emails) AS told
    WHERE further_emails <> '{}' AND further_emails && %b::varchar[] AND employee_id IS NULL
    UNION ALL
    SELECT lower(email), coalesce(merged_into_id, id), 2, 0 FROM desk_contact
    WHERE email <> '' AND lower(email) = ANY(%b::text[])
) AS owner(email, contact, strength, age) ORDER BY strength, age
"""
EMPLOYEES = """
SELECT lower(u.email) FROM people_user u JOIN desk_employee e ON e.user_id = u.id WHERE lower(u.email) = ANY(%b::text[])
UNION ALL SELECT email FROM desk_employee, unnest(further_emails) AS email WHERE email = ANY(%b::text[])
"""


def lock_clients(keys: Iterable[tuple[int, str]]) -> None:
    """Holds these clients until the commit; comes before all other locks of the desk."""
    post(LOCK_CLIENTS, keys_json(keys))


def join_by_email(emails: list[str]) -> ByEmail:
    """Contacts that have one of these addresses (lower case). The addresses stay locked until the commit."""
    if not emails:
        return ByEmail({}, frozenset())
    emails = sorted(set(emails))
    post(LOCK, emails)
    employees = frozenset(row[0] for row in run(EMPLOYEES, emails, emails))
    owners = {email: contact for email, contact in run(CONTACTS, emails, emails) if email in emails}
    return ByEmail({email: owner for email, owner in owners.items() if email not in employees}, employees)


BOUND = """
SELECT contact_id, source_id, remote_id FROM desk_identity WHERE is_bound AND contact_id = ANY(%b::bigint[])
"""


def bound_of(contacts: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """The ids for which sites vouch, by contact."""
    found: dict[int, list[tuple[int, str]]] = {}
    for contact, source, remote in run(BOUND, sorted(set(contacts))):
        found.setdefault(contact, []).append((source, remote))
    return found


def may_share(ids: Iterable[tuple[int, str]]) -> bool:
    """Whether these ids, for which sites vouch, may belong to one person: of each source at most one (I7)."""
    different = set(ids)
    return len({source for source, _remote in different}) == len(different)
