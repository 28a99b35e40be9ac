"""What is done with the contacts that somebody has chosen in the list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.desk.actions import contact_fields
from otklik.desk.actions import contact_mass as actions
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ContactTemplate, Employee
from otklik.desk.views import contact_list
from otklik.desk.views.access import EmployeeRequest, for_client_base, whole

REASONS = 5
EXPORTS = ("csv", "vcf")


@require_POST
@for_client_base
def mass(request: EmployeeRequest) -> HttpResponse:
    """`do`: merge, csv, vcf, company, or `template:3`; `contact`: numbers. `query` is what the list shows."""
    query = contact_list.read(QueryDict(request.POST.get("query", "")[:2000]), contact_fields.offered()).query
    back = reverse("contacts") + (f"?{query}" if query else "")
    numbers = list(dict.fromkeys(filter(None, map(whole, request.POST.getlist("contact")))))
    if not numbers or len(numbers) > actions.MOST:
        limit = _("At most %(limit)s contacts at once.") % {"limit": actions.MOST}
        messages.error(request, limit if numbers else _("Choose contacts first."))
        return redirect(back)
    operation, _colon, value = request.POST.get("do", "").partition(":")
    given = urlencode([("contact", number) for number in numbers])
    if operation == "merge":
        return redirect(f"{reverse('contact_merge')}?{given}")
    if operation in EXPORTS:
        return redirect(f"{reverse('contact_export', args=[operation])}?{given}&{query}")
    try:
        done = _do(operation, value or request.POST.get("company", ""), numbers, request.employee)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    _tell(request, done)
    return redirect(back)


def _do(operation: str, value: str, numbers: list[int], employee: Employee) -> actions.Done:
    visible = Contact.objects.current().visible_to(employee).filter(number__in=numbers)
    chosen = visible.select_related("template").order_by("number")
    if operation == "company":
        return actions.set_company(chosen, value, by=employee)
    template = ContactTemplate.objects.filter(pk=whole(value)).first() if operation == "template" else None
    if template is None:
        raise Refused("do", _("Choose from the list what is to be done."))
    return actions.set_template(chosen, template, by=employee)


def _tell(request: EmployeeRequest, done: actions.Done) -> None:
    if done.count:
        sentence = ngettext("%(count)s contact is changed.", "%(count)s contacts are changed.", done.count)
        messages.success(request, sentence % {"count": done.count})
    if not done.left:
        return
    count = len(done.left)
    left = ngettext("%(count)s stays as it is:", "%(count)s stay as they are:", count) % {"count": count}
    told = "; ".join(f"{contact.name} — {why}" for contact, why in done.left[:REASONS])
    messages.warning(request, f"{left} {told}{' …' if count > REASONS else ''}")
