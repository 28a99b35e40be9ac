from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.models import ScenarioRun, ScenarioSending
from otklik.people.templatetags.moments import moment

register = template.Library()

State = ScenarioRun.State
STATES = {
    State.NOT_MET: gettext_lazy("the conditions do not hold"),
    State.STEADY: gettext_lazy("they held already before"),
    State.RUNNING: gettext_lazy("is being done"),
    State.DONE: gettext_lazy("done"),
    State.FAILED: gettext_lazy("done in part"),
    State.LAPSED: gettext_lazy("the conditions held no more when the time came"),
    State.CANCELLED: gettext_lazy("cancelled"),
    State.RESTARTED: gettext_lazy("a newer event started the countdown anew"),
    State.HELD: gettext_lazy("stopped by the brake, an administrator decides"),
    State.OWN: gettext_lazy("follows from this scenario itself"),
}

# How the log of a sending begins, which is kept in English.
FAULTS = {
    "No mail server is set up": gettext_lazy("No mail server is set up. The operator does it: OTKLIK_SMTP_HOST."),
    "A secret header": gettext_lazy("A secret header is not there any more. Type it anew in the scenario."),
    "ReadTimeout": gettext_lazy("The answer did not come in time."),
    "ConnectTimeout": gettext_lazy("Nobody answered there in time."),
    "ConnectError": gettext_lazy("Nobody answers there."),
}


@register.filter
def fault(sending: ScenarioSending) -> str:
    """Why it is not delivered, in the reader's words; empty where the answer itself says it."""
    if sending.state == ScenarioSending.State.SENT or not sending.attempts:
        return ""
    if sending.status and 300 <= sending.status < 400:
        return _("It leads to another address, and that is not followed.")
    if sending.answer.endswith("does not lead to a public address."):
        return _("This address leads into a private network. The operator can allow it: OTKLIK_INTERNAL_HOSTS.")
    return next((str(words) for begins, words in FAULTS.items() if sending.answer.startswith(begins)), "")


@register.simple_tag
def run_state(run: ScenarioRun) -> str:
    """What became of a look at a task, in the reader's words."""
    if run.state == State.WAITING and run.due_at:
        return _("waits until %(when)s") % {"when": moment(run.due_at)}
    return str(STATES.get(State(run.state), run.state))


@register.filter
def quoted(names: Iterable[str]) -> str:
    """Names of scenarios in a sentence."""
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)


@register.filter
def address(text: str) -> str:
    """A web address as one reads it: letters instead of their codes."""
    return uri_to_iri(text)
