from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.models import ScenarioRun
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


@register.simple_tag
def run_state(run: ScenarioRun) -> str:
    """What became of a look at a task, in the reader's words."""
    if run.state == State.WAITING and run.due_at:
        return _("waits until %(when)s") % {"when": moment(run.due_at)}
    return str(STATES.get(State(run.state), run.state))
