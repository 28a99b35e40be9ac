from __future__ import annotations

from functools import cached_property

from otklik.desk import own_fields
from otklik.desk.actions import contact_fields, task_fields
from otklik.desk.models import Comment, Contact, Employee, Task, TaskMember
from otklik.desk.models.own_field import OwnField

SAID = (Comment.Kind.CLIENT, Comment.Kind.REPLY)


class Scene:
    """Of which task, and for whom who writes, the words are filled in. `members`: of a task that is not stored yet.
    `comment`: at which a scenario started. What several words ask for is read once."""

    def __init__(
        self,
        task: Task,
        employee: Employee | None,
        members: list[TaskMember] | None = None,
        comment: Comment | None = None,
    ) -> None:
        self.task, self.employee, self.comment = task, employee, comment
        if members is not None:
            self.members = members

    @cached_property
    def members(self) -> list[TaskMember]:
        return _members_of(self.task) if self.task.pk else []

    @cached_property
    def client(self) -> Contact | None:
        """Whose card the words may tell: of one that who writes does not see, only the name is known (§4.4)."""
        client = self.task.contact
        return client if client and self._is_seen(client) else None

    @cached_property
    def company(self) -> Contact | None:
        company = self.client.employer if self.client else None
        return company if company and self._is_seen(company) else None

    def _is_seen(self, contact: Contact) -> bool:
        return self.employee is None or contact.is_visible_to(self.employee)

    @cached_property
    def parent(self) -> Task | None:
        above = Task.objects.filter(parts__task=self.task.pk).select_related("status", "template")
        return above.first() if self.task.pk else None

    @cached_property
    def parents_assignees(self) -> str:
        members = _members_of(self.parent) if self.parent else []
        people = [one.employee or one.group for one in members if one.role.key == "assignee"]
        return ", ".join(who.name for who in people if who)

    @cached_property
    def last_message(self) -> Comment | None:
        if not self.task.pk:
            return None
        said = Comment.objects.filter(task=self.task.pk, kind__in=SAID, withdrawn_at=None).order_by("-number")
        return said.select_related("employee__user", "identity__contact").first()

    def field(self, name: str) -> str | None:
        """The task's own field of this name, in words; None: it has no such field."""
        return self._fields.get(name)

    def parents_field(self, name: str) -> str:
        return self._parents_fields.get(name, "")

    def property(self, name: str) -> str:
        """The own field of the client's card, else what the site told of him under this name."""
        given = self.client.properties if self.client else {}
        told = (str(value) for key, value in given.items() if key.casefold() == name and value is not None)
        return self._clients_fields.get(name, "") or next(told, "")

    def companys_field(self, name: str) -> str:
        return self._companys_fields.get(name, "")

    @cached_property
    def _fields(self) -> dict[str, str]:
        return _of_task(self.task)

    @cached_property
    def _parents_fields(self) -> dict[str, str]:
        return _of_task(self.parent) if self.parent else {}

    @cached_property
    def _clients_fields(self) -> dict[str, str]:
        return _of_contact(self.client)

    @cached_property
    def _companys_fields(self) -> dict[str, str]:
        return _of_contact(self.company)


def _members_of(task: Task) -> list[TaskMember]:
    rows = TaskMember.objects.filter(task=task).order_by("pk")
    return list(rows.select_related("role", "employee__user", "group", "contact"))


def _of_task(task: Task) -> dict[str, str]:
    fields = task_fields.of_task(task)
    return _in_words(list(fields), task_fields.values_of(task) if task.pk else {})


def _of_contact(contact: Contact | None) -> dict[str, str]:
    # Of a client who is new not even the card is stored yet.
    if contact is None or not contact.template_id:
        return {}
    return _in_words(list(contact_fields.of_template(contact.template_id)), contact_fields.values_of(contact))


def _in_words(fields: list[OwnField], values: own_fields.Values) -> dict[str, str]:
    words = own_fields.in_words(fields, [(0, pk, value) for pk, value in values.items()]).get(0, {})
    return {field.name.casefold(): words.get(field.pk, "") for field in fields}
