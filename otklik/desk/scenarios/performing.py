"""The operations of a run, one after the other, each whole with the note that it is through: a process that is killed
leaves a run that goes on where it stood (§11.4, §11.5)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from otklik.desk.actions import company
from otklik.desk.actions.events import caused_by
from otklik.desk.errors import DeskError
from otklik.desk.models import ScenarioRun, Task
from otklik.desk.scenarios import telling
from otklik.desk.scenarios.operations import OPERATIONS, Deed
from otklik.desk.scenarios.speaking import in_whose_name
from otklik.live.publish import publish

State = ScenarioRun.State


def perform(run: ScenarioRun) -> None:
    operations = run.scenario.operations
    while run.step < len(operations):
        with transaction.atomic():
            run = ScenarioRun.objects.select_for_update(of=("self",)).select_related("scenario", "actor").get(pk=run.pk)
            if run.state != State.RUNNING or run.step >= len(operations):
                return
            with override(company.language()):
                said, deed = _do(run, operations[run.step])
            run.said.append(said)
            run.deeds.append(deed)
            run.step += 1
            run.save(update_fields=["step", "said", "deeds"])
    failed = any(word == "refused" for word, _sentence in run.said)
    ScenarioRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=State.FAILED if failed else State.DONE, done_at=timezone.now()
    )
    publish([f"task:{run.task_id}"], "scenario_over")


def _do(run: ScenarioRun, row: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """What the operation said, and what it did, in the language of the company."""
    operation = OPERATIONS.get(row.get("kind", ""))
    task = Task.objects.select_related("status__set", "contact", "source").filter(pk=run.task_id).first()
    if operation is None or task is None:
        return ["refused", ""], {"kind": row.get("kind", ""), "value": ""}
    scenario = run.scenario
    deed = Deed(task, row, run.actor, in_whose_name(scenario, task, run.actor), run)
    told = telling.deed(deed, row["kind"])
    try:
        maker = caused_by(run.event, scenario=scenario.pk, name=scenario.name, quietly=scenario.is_quiet)
        with transaction.atomic(), maker:
            operation.do(deed)
    except DeskError as error:
        return ["refused", str(error)[:300]], told
    return ["done", ""], told
