"""A real thing for each parameter of each address of the desk, and a good form for those whose answer depends on it, so
that an open door and a closed one answer differently."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from otklik.conftest import PASSWORD, make_employee
from otklik.desk.actions import (
    comments,
    contact_imports,
    corrections,
    editing,
    employees,
    file_links,
    files,
    invitations,
    members,
)
from otklik.desk.actions import merging as contact_merging
from otklik.desk.actions import task_merging as merging
from otklik.desk.models import (
    Absence,
    ChecklistItem,
    Contact,
    ContactField,
    ContactTemplate,
    DelayedComment,
    Employee,
    File,
    Group,
    Identity,
    MassAction,
    QuickReply,
    Reminder,
    Role,
    SavedView,
    Scenario,
    ScenarioRun,
    Status,
    Task,
    TaskField,
    TaskMember,
    TaskMerge,
    TaskTemplate,
)  # fmt: skip
from otklik.desk.tests.screens.stage import Writer, signed_in
from otklik.desk.views.management import seen
from otklik.integrations.models import Connection, Gap, Receipt
from otklik.lib.tests.pictures import picture
from otklik.people.first_admin import token as first_token
from otklik.people.models import User

# In the order of the table's columns.
ROLES = (
    "stranger", "blocked", "nobody", "outside", "participant", "auditor", "of a group", "assignee", "administrator",
    "owner", "technician",
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    olga: Employee
    pavel: Employee
    boris: Employee
    support: Group
    liza: Writer
    oleg: Writer
    shop: Connection


class Address(NamedTuple):
    name: str
    path: str
    # What a POST brings along.
    form: dict[str, Any]


@dataclass
class World:
    # Who has signed in, by role; None: nobody has.
    people: dict[str, Employee | User | None]
    # What stands for a parameter: of an address by its name, by how its name begins, of any.
    usual: dict[str, Any]
    by_name: dict[str, dict[str, Any]]
    by_start: dict[str, dict[str, Any]]
    forms: dict[str, dict[str, Any]]
    # What an address says behind its question mark.
    queries: dict[str, str]

    def addresses(self) -> Iterator[Address]:
        for module in ("otklik.desk.urls", "otklik.integrations.urls"):
            for pattern in get_resolver(module).url_patterns:
                assert isinstance(pattern, URLPattern) and pattern.name
                name = pattern.name
                given = self._parameters(name) | pattern.default_args
                path = reverse(name, kwargs={one: given[one] for one in pattern.pattern.converters})
                yield Address(name, path + self.queries.get(name, ""), self.forms.get(name, {}))

    def _parameters(self, name: str) -> dict[str, Any]:
        start = next((given for start, given in self.by_start.items() if name.startswith(start)), {})
        return self.usual | start | self.by_name.get(name, {})


def make(cast: Cast) -> World:
    task, other = cast.liza.says("Hello"), cast.oleg.says("Good evening")
    people = _people(cast, task, other)
    merging.merge(cast.liza.says("One more thing", on="phone"), into=task, by=cast.olga)
    replies = _replies(cast, task)
    note = comments.add(task, by=cast.pavel, text="She is nice", kind="note").number
    by_name = (
        {name: {"comment": number} for name, number in replies.items()}
        | _of_task(cast, task)
        | _of_contact(cast, task)
        | _files(cast, task)
        | _tokens(cast, task)
        | _of_connection(cast, task)
    )
    task = Task.objects.get(pk=task.pk)
    usual = {
        "number": task.number, "pk": 0, "comment": note, "status": task.status_id, "kind": "chatra", "role": "assignee",
        "by": "employees", "key": "x",
    }  # fmt: skip
    return World(
        people, usual, by_name, _by_start(cast, task), _forms(task, other), {"reply_audience": "?of=Greetings"}
    )


def _people(cast: Cast, task: Task, other: Task) -> dict[str, Employee | User | None]:
    """Both tasks have the same ones."""
    clara, anna, greta = make_employee("Clara"), make_employee("Anna"), make_employee("Greta")
    second_line = Group.objects.create(name="Second line")
    second_line.members.add(greta)
    for one in (task, other):
        members.change(one, "participant", [f"employee-{clara.pk}"], seen=[], by=cast.olga)
        TaskMember.objects.create(task=one, role=Role.objects.get(key="auditor"), employee=anna)
        TaskMember.objects.create(task=one, role=Role.objects.get(key="assignee"), group=second_line)
    found = (
        None, make_employee("Gleb"), User.objects.create_user("nobody@example.com", PASSWORD, name="Nobody"),
        cast.boris, clara, anna, greta, cast.pavel, make_employee("Dina", Employee.AccountRole.ADMINISTRATOR),
        cast.olga, make_employee("Eva", Employee.AccountRole.TECHNICIAN),
    )  # fmt: skip
    return dict(zip(ROLES, found, strict=True))


def browsers(world: World) -> list[Client]:
    """One for each role, signed in; the blocked one had been at work until then."""
    found = [signed_in(who) if who else Client() for who in world.people.values()]
    gleb, olga = world.people["blocked"], world.people["owner"]
    assert isinstance(gleb, Employee) and isinstance(olga, Employee)
    employees.block(gleb, by=olga, is_wanted=True)
    return found


def _replies(cast: Cast, task: Task) -> dict[str, int]:
    """For each operation on a reply one on which it is to be done: its number."""

    def reply(mark: str = "", correction: str = "") -> int:
        made = comments.add(task, by=cast.pavel, text="Good day", kind="reply", hold=30)
        if mark:
            comments.mark([made.pk], mark)
        if correction:
            corrections.note_outcome(made.pk, correction)
        return made.number

    return {
        "sending": reply("failed"), "comment_mail": reply("failed"), "comment_arrival": reply("unknown"),
        "comment_correcting": reply("sent", correction="failed"),
 "comment_report": reply("sent"),
    }  # fmt: skip


def _of_task(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    later, pavel = timezone.now() + timedelta(days=1), cast.pavel
    scenario = Scenario.objects.create(name="It", event="left", operations=[{"kind": "complete", "value": ""}])
    run = ScenarioRun.objects.create(scenario=scenario, task=task, event=1, state="waiting", due_at=later)
    delayed = DelayedComment.objects.create(task=task, employee=pavel, kind="reply", text="Later", at=later, key="k")
    view = SavedView.objects.create(owner=pavel, name="Mine")
    mass = MassAction.objects.create(by=pavel, operation="complete", done_at=timezone.now())
    today = timezone.localdate()
    absence = Absence.objects.create(employee=pavel, since=today, until=today + timedelta(days=7))
    checked = ChecklistItem.objects.create(task=task, text="One", place=1)
    return {
        "reminder_cancellation": {"pk": Reminder.objects.create(task=task, employee=pavel, at=later).pk},
        "checklist_item": {"pk": checked.pk},
        "comment": {"pk": task.comments.filter(kind="note").values_list("pk", flat=True)[0]},
        "employee_absence_removal": {"pk": pavel.pk, "absence": absence.pk},
        "scenario_cancelling": {"pk": run.pk},
        "scenario_dry_run": {"pk": scenario.pk},
        "task_separation": {"pk": TaskMerge.objects.get().pk},
        "invitation_removal": {"pk": invitations.make(by=cast.olga, name="Nadia").invitation.pk},
        "management_task_field": {"pk": TaskField.objects.create(name="Sum", kind="number").pk},
        "management_contact_field": {"pk": ContactField.objects.create(name="Level", kind="text").pk},
        **_all(("delayed_change", "delayed_writing", "delayed_removal"), {"pk": delayed.pk}),
        **_all(("saved_view", "saved_view_first", "saved_view_place", "saved_view_removal"), {"pk": view.pk}),
        **_all(("mass_progress", "mass_undoing"), {"pk": mass.pk}),
    }


def _of_contact(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    contact = task.contact
    assert contact
    merged = Contact.objects.create(number=contact.number + 1000, name="Lisa", template=contact.template)
    contact_merging.merge(contact, [contact, merged], by=cast.olga)
    at = timezone.now().isoformat()
    told = {"field": "name", "value": "Lisa", "source": "Chatra", "device": "", "at": at, "answer": ""}
    Contact.objects.filter(pk=contact.pk).update(offers=[told])
    first = contact.identities.order_by("pk").first()
    assert first
    phone = Identity.objects.create(source=first.source, remote_id="phone", contact=contact, name="Liza")
    return {
        "contact_export": {"kind": "csv"},
        "contact_separation": {"number": merged.number},
        "device_separation": {"number": contact.number, "pk": phone.pk},
    }


def _files(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    def upload() -> File:
        content = picture()
        return files.upload(task, by=cast.pavel, name="shop.png", content=io.BytesIO(content), size=len(content))

    sent, kept = upload(), upload()
    comments.add(task, by=cast.pavel, text="Look", kind="reply", files=[sent])
    reply = QuickReply.objects.create(question="Hello", text="Good day", group="Greetings")
    File.objects.filter(pk=kept.pk).update(quick_reply=reply, task=None)
    failed = File.objects.create(task=task, name="away.png", state=File.State.FAILED, url="https://shop.example.com/x")
    token = file_links.link(sent).split("/files/")[1].split("/")[0]
    return {
        **_all(("file", "file_preview"), {"key": sent.key}),
        "file_removal": {"key": upload().key},
        "file_fetching": {"key": failed.key},
        "file_download": {"token": token, "name": "shop.png"},
        "quick_reply_file": {"pk": reply.pk, "key": kept.key},
        "quick_reply": {"pk": reply.pk},
        **_all(("quick_reply_archive", "quick_reply_use"), {"pk": reply.pk}),
    }


def _tokens(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    return {
        "first_admin": {"token": first_token()},
        "employee_invitation": {"token": invitations.make(by=cast.olga, name="Nora").token},
    }


def _of_connection(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    shop = cast.shop.pk
    receipt = Receipt.objects.create(connection_id=shop, body=b"{}", state=Receipt.State.FAILED)
    gap = Gap.objects.create(connection_id=shop, task=task, conversation="c", lines=1)
    return {
        **_all(("receipt_attempts", "receipt_aside"), {"pk": shop, "receipt": receipt.pk}),
        "gap_dismissal": {"pk": shop, "gap": gap.pk},
    }


def _all(names: tuple[str, ...], given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(names, given)


def _by_start(cast: Cast, task: Task) -> dict[str, dict[str, Any]]:
    """For all addresses whose names begin so."""
    contact, of_set = task.contact, {"pk": task.status.set_id}
    assert contact
    order = contact_imports.take(b"Name,E-mail\nEva,eva@example.com\n", "people.csv", by=cast.olga)
    return {
        "contact_import": {"pk": order.pk},
        "contact_template": {"pk": ContactTemplate.objects.get(key="contact").pk},
        "contact": {"number": contact.number},
        "device": {"number": contact.number},
        **_all(("status_", "own_status", "system_status", "transitions"), of_set),
        **_all(("employee", "account"), {"pk": cast.pavel.pk}),
        "group": {"pk": cast.support.pk},
        "scenario": {"pk": Scenario.objects.get().pk},
        "task_template": {"number": TaskTemplate.objects.get(key="standard").number},
        "connection": {"pk": cast.shop.pk},
    }


def _forms(task: Task, other: Task) -> dict[str, dict[str, Any]]:
    """Good ones, where a bad one and a right that is missing would be answered alike."""
    assert other.contact
    shown = editing.values_of(task)
    shown = {name: value for name, value in shown.items() if value is not None}
    completed = Status.objects.get(set=task.status.set_id, key="completed").pk
    return {
        "status": {"status": completed},
        "board_moving": {"task": task.number, "status": completed},
        "checklist": {"texts": "Look it up"},
        "checklist_item": {"do": "tick"},
        "subtasks": {"number": other.number},
        "task_merging": {"number": other.number, "sure": "1"},
        "rejection": {"reason": "Not ours"},
        "reminders": {"when": "hour"},
        "task_times": {"day": "2090-01-01"},
        "task_edit": shown | {"name": "Another name", "seen": seen.write(shown)},
        "chronicle_later": {"until": "hour"},
        "comments": {"kind": "reply", "text": "Good day", "anyway": "1"},
        "comment_more": {"number": other.number},
        "comment_text": {"text": "Another text"},
        "delayed": {"kind": "reply", "text": "Tomorrow", "when": "tomorrow"},
        "delayed_change": {"text": "Another text", "when": "tomorrow"},
        "uploads": {"file": SimpleUploadedFile("a.txt", b"words")},
        "contact_note": {"text": "She is nice"},
        "contact_distinct": {"other": other.contact.number},
        "contact_offer": {"field": "name", "answer": "take"},
        "new_contact": {"name": "Nora"},
        "new_saved_view": {"name": "Nobody has this one", "audience": "own"},
        "mass": {"do": "trash", "task": task.number},
        "mass_merging": {"task": task.number},
        "contact_mass": {"do": "csv", "contact": other.contact.number},
        "new_task": {"name": "Call her"},
        "connection_chat_users": {"forget": Employee.objects.get(user__name="Pavel").pk},
    }
