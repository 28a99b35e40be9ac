from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from otklik.chat.actions import hooks
from otklik.chat.hook_form import EVENTS, HookForm
from otklik.chat.models import Hook, HookDelivery, Site
from otklik.chat.views.mine import person, site_of
from otklik.lib.notes import told

# A longer body is shown from its beginning.
BODY_SHOWN = 20_000
ENDING = 6


class Shown(NamedTuple):
    delivery: HookDelivery
    body: str

    @property
    def answer(self) -> str:
        return told(self.delivery.answer)


@require_http_methods(["GET", "POST"])
def list_hooks(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = HookForm(request.POST or None)
    if form.is_valid():
        made = hooks.add(site, **form.cleaned_data, by=person(request))
        return redirect("site_hook", key, made.pk)
    found = [{"hook": hook, "state": state_of(hook)} for hook in site.hooks.order_by("id")]
    context = {"site": site, "hooks": found, "form": form}
    return render(request, "chat/site_hooks.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    found = _find(site, id)
    form = HookForm(request.POST or None, initial={"address": found.address, "events": found.events})
    if form.is_valid():
        hooks.change(found, **form.cleaned_data, by=person(request))
        notices.success(request, _("Saved."))
        return redirect("site_hook", key, id)
    return _page(request, site, found, form)


@require_POST
def act(request: HttpRequest, key: str, id: int, what: str) -> HttpResponse:
    """`what`: pause, resume, test or removal."""
    found = _find(site_of(request, key), id)
    if what == "test":
        outcome = hooks.test(found)
        if outcome.is_sent:
            notices.success(request, _("The test arrived. Its answer: %(answer)s") % {"answer": told(outcome.answer)})
        else:
            notices.error(request, _("The test did not arrive: %(answer)s") % {"answer": told(outcome.answer)})
    elif what == "removal":
        hooks.remove(found, by=person(request))
        notices.success(request, _("Nothing is sent to %(host)s any more.") % {"host": found.host})
        return redirect("site_hooks", key)
    else:
        {"pause": hooks.pause, "resume": hooks.resume}[what](found, by=person(request))
    return redirect("site_hook", key, id)


@never_cache
@require_POST
def secret(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Shows the secret, or makes another one."""
    site = site_of(request, key)
    found = _find(site, id)
    if request.POST.get("change"):
        hooks.change_secret(found, by=person(request))
    form = HookForm(initial={"address": found.address, "events": found.events})
    return _page(request, site, found, form, secret=found.secret)


@require_POST
def repeat(request: HttpRequest, key: str, id: int, delivery: int) -> HttpResponse:
    found = _find(site_of(request, key), id)
    row = get_object_or_404(HookDelivery.objects.select_related("hook__site"), hook=found, pk=delivery)
    hooks.repeat(row, by=person(request))
    notices.success(request, _("It is sent once more."))
    return redirect("site_hook", key, id)


def state_of(hook: Hook) -> dict[str, Any]:
    """In words: a kind, and how many wait."""
    rows = HookDelivery.objects.filter(hook=hook)
    waiting = rows.filter(state=HookDelivery.State.DUE)
    failing = waiting.filter(attempts__gt=0, claimed_until=None).order_by("-id").first()
    last = rows.exclude(state=HookDelivery.State.DUE).order_by("-id").first()
    if not hook.is_active:
        kind = "paused"
    elif failing:
        kind = "failing"
    elif last and last.state == HookDelivery.State.FAILED:
        kind = "failed"
    else:
        kind = "sent" if last else "silent"
    return {"kind": kind, "waiting": waiting.count(), "answer": told(failing.answer) if failing else "", "last": last}


def _find(site: Site, id: int) -> Hook:
    return get_object_or_404(Hook.objects.select_related("site"), site=site, pk=id)


def _page(request: HttpRequest, site: Site, hook: Hook, form: HookForm, secret: str = "") -> HttpResponse:
    rows = HookDelivery.objects.filter(hook=hook).order_by("-id")[: hooks.SHOWN]
    context = {
        "site": site,
        "hook": hook,
        "form": form,
        "state": state_of(hook),
        "secret": secret,
        "ending": hook.secret[-ENDING:],
        "events": EVENTS,
        "deliveries": [Shown(row, _pretty(bytes(row.body))) for row in rows],
    }
    return render(request, "chat/site_hook.html", context, status=422 if form.errors else 200)


def _pretty(body: bytes) -> str:
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        text = body.decode("utf-8", "replace")
    return text if len(text) <= BODY_SHOWN else text[:BODY_SHOWN] + "\n…"
