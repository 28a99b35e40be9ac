"""What is done with the own fields of tasks (§12) and of contacts (§4.5) alike: made, changed, archived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import ContactField, ContactTemplate, Employee, TaskField, TaskTemplate
from otklik.desk.own_fields import check_new, checked_choices, checked_name

Own = TypeVar("Own", TaskField, ContactField)


@dataclass(frozen=True)
class Keeper(Generic[Own]):
    """`word`: with it the events begin. `reserved`: names that no field may have. `not_allowed`: said to others than
    administrators."""

    model: type[Own]
    word: str
    not_allowed: Promise
    reserved: tuple[str, ...] = ()

    @transaction.atomic
    def save(
        self,
        field: Own | None,
        *,
        name: str,
        kind: str,
        choices: list[str],
        template: TaskTemplate | ContactTemplate | None,
        by: Employee,
    ) -> Own:
        """Makes a field, or changes one, whose kind and template stay. Raises NotAllowed, Refused."""
        self._check_right(by)
        others = list(self.model._default_manager.select_for_update().order_by("pk"))
        is_new = field is None
        if field is None:
            check_new(kind, others)
            place = max((one.place for one in others), default=0) + 1
            field = self.model(kind=kind, place=place, template_id=template.pk if template else None)
        field.name = checked_name(name, [one for one in others if one.pk != field.pk], self.reserved)
        field.choices = checked_choices(field, choices)
        field.save()
        record(f"{self.word}_made" if is_new else f"{self.word}_changed", by=by, field=field.pk, name=field.name)
        return field

    @transaction.atomic
    def archive(self, field: Own, *, is_wanted: bool, by: Employee) -> None:
        """An archived field is offered no more; its values stay and come back with it. Raises NotAllowed."""
        self._check_right(by)
        archived_at = timezone.now() if is_wanted else None
        self.model._default_manager.filter(pk=field.pk).update(archived_at=archived_at)
        kind = f"{self.word}_archived" if is_wanted else f"{self.word}_restored"
        record(kind, by=by, field=field.pk, name=field.name)

    def _check_right(self, by: Employee) -> None:
        if not by.manages_account:
            raise NotAllowed(str(self.not_allowed))
