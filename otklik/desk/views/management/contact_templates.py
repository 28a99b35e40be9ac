from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk.actions import contact_fields, template_order
from otklik.desk.actions import contact_templates as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import ContactTemplate
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import ContactTemplateForm, add_error


@require_GET
@for_account_management
def contact_templates(request: EmployeeRequest) -> HttpResponse:
    templates = ContactTemplate.objects.annotate(count=Count("contacts"))
    context = {"templates": templates.offered(), "archived": templates.exclude(archived_at=None).order_by("own_name")}
    return render(request, "desk/management/contact_templates.html", context)


@require_POST
@for_account_management
def change(request: EmployeeRequest, pk: int) -> HttpResponse:
    """What the list does: order, archive."""
    template, deed = get_object_or_404(ContactTemplate, pk=pk), request.POST.get("do", "")
    try:
        if deed in ("up", "down"):
            template_order.move(template, up=deed == "up", by=request.employee)
        elif deed == "place":
            template_order.place(template, whole(request.POST.get("at")), by=request.employee)
        elif deed in ("archive", "restore"):
            template_order.archive(template, by=request.employee, is_wanted=deed == "archive")
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("contact_templates")


@require_http_methods(["GET", "POST"])
@for_account_management
def new(request: EmployeeRequest) -> HttpResponse:
    form = ContactTemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make(form.values, by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("contact_templates")
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@for_account_management
def contact_template(request: EmployeeRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(ContactTemplate, pk=pk)
    form = ContactTemplateForm(request.POST or None, template=template, initial=actions.values_of(template))
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, template)

    seen = before.read(request.POST.get("seen", ""))
    try:
        actions.change(template, form.values, seen=seen, by=request.employee)
    except Outdated as outdated:
        mine = before.merged(seen, form.values, actions.values_of(get_object_or_404(ContactTemplate, pk=pk)))
        return _page(request, ContactTemplateForm(template=template, initial=mine), template, outdated)
    except DeskError as error:
        add_error(form, error)
        return _page(request, form, template)
    messages.success(request, _("Saved."))
    return redirect("contact_templates")


@require_http_methods(["GET", "POST"])
@for_account_management
def removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Says how many contacts have the template, and asks for another one for them."""
    template = get_object_or_404(ContactTemplate, pk=pk)
    others = list(ContactTemplate.objects.exclude(pk=pk).offered())
    chosen = whole(request.POST.get("replacement"))
    error = None
    if request.method == "POST":
        replacement = next((one for one in others if one.pk == chosen), None)
        try:
            actions.remove(template, by=request.employee, replacement=replacement)
        except DeskError as refused:
            error = refused
        else:
            messages.success(request, _("“%(name)s” is deleted.") % {"name": template.name})
            return redirect("contact_templates")
    count = template.contacts.count()
    context = {"template": template, "others": others, "count": count, "error": error, "replacement": chosen}
    return render(request, "desk/management/contact_template_removal.html", context, status=422 if error else 200)


def _page(
    request: EmployeeRequest,
    form: ContactTemplateForm,
    template: ContactTemplate | None = None,
    outdated: Outdated | None = None,
) -> HttpResponse:
    seen, changed = "", []
    if template:
        template.refresh_from_db()
        seen = before.write(actions.values_of(template))
    if outdated and "name" in outdated.now:
        changed.append((form.fields["name"].label, outdated.now["name"]))
    for name in ("is_company", "is_system"):
        if outdated and name in outdated.now and name in form.fields:
            changed.append((form.fields[name].label, _("yes") if outdated.now[name] else _("no")))
    own = contact_fields.of_template(template.pk) if template else []
    context = {
        "own_fields": own,
        "form": form,
        "template": template,
        "seen": seen,
        "outdated": outdated,
        "changed": changed,
    }
    status = 422 if outdated or form.errors else 200
    return render(request, "desk/management/contact_template.html", context, status=status)
