"""The queues of what scenarios send into the world: one stream for each target; an answer other than success is tried
again after 15 minutes, 30 minutes, an hour and another hour, and the target rests for three minutes (§11.5, rule 9)."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.errors import Refused
from otklik.desk.models import ScenarioRun, ScenarioSending
from otklik.desk.scenarios import calling, headers
from otklik.desk.scenarios.calling import NotAnswered
from otklik.desk.scenarios.headers import DOTS, Headers
from otklik.desk.scenarios.targets import target_of
from otklik.lib import letters
from otklik.lib.letters import NotSent

AGAIN = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=1))
REST = timedelta(minutes=3)
MAIL = "mail"

Kind, State = ScenarioSending.Kind, ScenarioSending.State


def enqueue_request(
    run: ScenarioRun, *, method: str, address: str, body: str, headers: Headers, secrets: Headers, is_tried_again: bool
) -> None:
    """`secrets`: headers with dots for their values, which are put in when the request goes. Raises Refused."""
    if fault := calling.address_fault(address):
        raise Refused("value", fault)
    content = {
        "method": method, "address": address, "body": body, "headers": headers, "secrets": secrets,
        "is_tried_again": is_tried_again,
    }  # fmt: skip
    target = target_of(address)
    ScenarioSending.objects.create(run=run, kind=Kind.REQUEST, target=target, content=content)


def enqueue_letter(run: ScenarioRun, *, to: str, subject: str, body: str) -> None:
    """Raises Refused: nobody to write to."""
    to = to.strip()
    try:
        validate_email(to)
    except ValidationError as error:
        raise Refused("value", _("There is no e-mail address to write to.")) from error
    content = {"to": to, "subject": " ".join(subject.split())[:200], "body": body}
    ScenarioSending.objects.create(run=run, kind=Kind.LETTER, target=MAIL, content=content)


def recipient_fault(to: str) -> str | None:
    if "{{" in to:
        return None
    try:
        validate_email(to)
    except ValidationError:
        return _("This is not an e-mail address.")
    return None


def targets_due() -> list[str]:
    """Those with something to send that do not rest."""
    now = timezone.now()
    resting = ScenarioSending.objects.filter(rests_until__gt=now).values("target")
    due = ScenarioSending.objects.filter(state=State.DUE, due_at__lte=now).exclude(target__in=resting)
    return sorted(set(due.values_list("target", flat=True)))


def send_next(target: str) -> bool:
    """Sends the oldest that is due; whether there was one and the target goes on. Whoever sends holds the row: what a
    killed process had in hand is sent again, with the same key."""
    if target not in targets_due():
        return False
    with transaction.atomic():
        due = ScenarioSending.objects.filter(target=target, state=State.DUE, due_at__lte=timezone.now())
        one = due.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk").first()
        if one is None:
            return False
        one.attempts += 1
        try:
            one.status, one.answer = _sent(one)
        except NotAnswered as error:
            _fail(one, str(error), is_final=error.is_final)
            return False
        if one.status is not None and not 200 <= one.status < 300:
            _fail(one, one.answer)
            return False
        one.state, one.done_at = State.SENT, timezone.now()
        one.save()
    return True


def _fail(one: ScenarioSending, words: str, *, is_final: bool = False) -> None:
    now = timezone.now()
    one.answer = words[: calling.KEPT]
    if is_final or not one.content.get("is_tried_again", True) or one.attempts > len(AGAIN):
        one.state, one.done_at = State.FAILED, now
    else:
        one.due_at = now + AGAIN[one.attempts - 1]
    if not is_final:
        one.rests_until = now + REST
    one.save()


def _sent(one: ScenarioSending) -> tuple[int | None, str]:
    content = one.content
    if one.kind == Kind.REQUEST:
        return _called(one)
    if not letters.has_server():
        raise NotAnswered("No mail server is set up.", is_final=True)
    try:
        letters.send(content["to"], content["subject"], content["body"])
    except NotSent as error:
        raise NotAnswered(str(error), is_final=error.is_final) from error
    return None, ""


def _called(one: ScenarioSending) -> tuple[int, str]:
    content = one.content
    scenario, target = one.run.scenario, target_of(content["address"])
    secrets = headers.opened(content.get("secrets", []), scenario.secrets, scenario.operations, target)
    if secrets is None:
        raise NotAnswered("A secret header is not there any more.", is_final=True)
    further = [*((name, value) for name, value in content.get("headers", [])), *secrets]
    status, answer = calling.call(content["method"], content["address"], content["body"], f"otklik-{one.pk}", further)
    # Some targets answer with what they were asked. A secret may hold another one, and the end of what is kept may fall
    # into one: the longest goes first, and nothing is cut before.
    for value in sorted((value for _name, value in secrets), key=len, reverse=True):
        answer = answer.replace(value, DOTS)
    return status, answer[: calling.KEPT]
