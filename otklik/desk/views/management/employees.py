"""Employees, invitations and groups (§7)."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import absences, first_templates, invitation_mail, invitations, managers, people
from otklik.desk.actions import employees as actions
from otklik.desk.actions.account_rights import may_identify, may_manage, roles_to_give
from otklik.desk.actions.invitations import NewInvitation
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Employee, EmployeeInvitation, Group
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management.employee_forms import EmployeeForm, InvitationForm
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.management.passing_on import active_tasks, find

Role = Employee.AccountRole
# What an employee of each role may do, beyond what his roles in tasks give him (§7).
ROLES = (Role.USER, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.OWNER)
ABOVE = ROLES[2:]
RIGHTS: list[tuple[Any, tuple[Role, ...]]] = [
    (gettext_lazy("Tasks in which he takes part"), ROLES),
    (gettext_lazy("The client base"), (Role.USER, *ABOVE)),
    (gettext_lazy("All tasks, and the reports"), ABOVE),
    (gettext_lazy("Account management: integrations, statuses, templates, scenarios"), ROLES[1:]),
    (gettext_lazy("Users, groups and their invitations"), ROLES[1:]),
    (gettext_lazy("Administrators, rights of roles, links of invitations and for passwords"), ABOVE),
    (gettext_lazy("Handing the account over"), (Role.OWNER,)),
]


@require_http_methods(["GET", "POST"])
@for_account_management
def employees(request: EmployeeRequest) -> HttpResponse:
    """The list; a POST makes an invitation, whose link is shown this once."""
    form, made = InvitationForm(request.POST or None, by=request.employee), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = invitations.make(
                by=request.employee, name=given["name"], role=given["role"], position=given["position"],
                groups=list(given.get("groups", ())), email=given.get("email", ""), days=given["days"],
            )  # fmt: skip
        except DeskError as error:
            add_error(form, error)
    if made is None:
        return _page(request, form)
    if not request.employee.is_administrator:
        messages.success(
            request, _("%(name)s is invited. An administrator gives the link.") % {"name": made.invitation.name}
        )
        return redirect("employees")
    return _handed(request, made)


@require_http_methods(["GET", "POST"])
@for_account_management
def invitation_link(request: EmployeeRequest, pk: int) -> HttpResponse:
    """A new link of an open invitation, shown this once: whoever opens the address again sees the list."""
    found = EmployeeInvitation.objects.filter(pk=pk).first()
    if request.method == "GET" or found is None:
        return redirect("employees")
    try:
        made = invitations.hand_over(found, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("employees")
    return _handed(request, made)


def _handed(request: EmployeeRequest, made: NewInvitation) -> HttpResponse:
    if made.invitation.email:
        _send(request, made)
    return _page(request, InvitationForm(by=request.employee), made)


def _send(request: EmployeeRequest, made: NewInvitation) -> None:
    to = {"email": made.invitation.email}
    if invitation_mail.send(made.invitation, _link(request, reverse("employee_invitation", args=[made.token]))):
        messages.success(request, _("The link was sent to %(email)s.") % to)
    else:
        messages.error(request, _("The letter to %(email)s did not go out. Give the link by hand.") % to)


def _page(request: EmployeeRequest, form: InvitationForm, made: NewInvitation | None = None) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = Employee.objects.select_related("user").prefetch_related("groups")
    if words:
        rows = rows.filter(Q(user__name__icontains=words) | Q(user__email__icontains=words))
    # Whoever is looked for is a person.
    is_robot = ExpressionWrapper(Q(role=Employee.AccountRole.ROBOT), BooleanField())
    shown = list(rows.order_by("-user__is_active", is_robot, "user__name", "pk"))
    absences.mark(shown)
    context = {
        "rows": shown,
        "words": words,
        "form": form,
        "made": made,
        "link": _link(request, reverse("employee_invitation", args=[made.token])) if made else "",
        "invitations": invitations.still_good().select_related("created_by__user"),
        "given_roles": roles_to_give(request.employee),
        "groups": Group.objects.annotate(size=Count("members")).order_by("name", "pk"),
        "rights": [(name, [role in whose for role in ROLES]) for name, whose in RIGHTS],
        "roles": [role.label for role in ROLES],
    }
    return render(request, "desk/management/employees.html", context, status=422 if form.errors else 200)


@require_POST
@for_account_management
def invitation_removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    found = EmployeeInvitation.objects.filter(pk=pk).first()
    try:
        if found:
            invitations.withdraw(found, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("employees")


@require_http_methods(["GET", "POST"])
@for_account_management
def employee(request: EmployeeRequest, pk: int) -> HttpResponse:
    found = find(pk)
    form = _form(request, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                chosen = managers.Choice(given["manager"], given["manager_seen"]) if "manager" in given else None
                actions.change(
                    found, by=request.employee, role=given["role"], position=given["position"],
                    groups=list(given.get("groups", ())), person=form.person(), phone=given["phone"],
                    manager=chosen,
                )  # fmt: skip
                first_templates.choose(found, given["task_template"], by=request.employee)
                first_templates.choose_for_contacts(found, given["contact_template"], by=request.employee)
        except Outdated as outdated:
            # What is chosen here stays; saved again, it goes before what was chosen meanwhile.
            shown = request.POST.copy()
            shown["manager_seen"] = str(outdated.now["manager"] or "")
            form = _form(request, found, shown)
            form.add_error("manager", str(outdated))
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("employees")
    return _card(request, found, form)


def _form(request: EmployeeRequest, found: Employee, given: Any = None) -> EmployeeForm:
    user = found.user
    initial: dict[str, Any] = {
        "role": found.role,
        "position": found.position,
        "phone": found.phone,
        "groups": found.groups.all(),
    }
    initial |= {name: getattr(user, name) for name in actions.PERSON} | {"task_template": found.task_template_id}
    initial["contact_template"] = found.contact_template_id
    initial |= {"manager": found.manager_id, "manager_seen": found.manager_id}
    return EmployeeForm(given, employee=found, by=request.employee, initial=initial)


def _card(request: EmployeeRequest, found: Employee, form: EmployeeForm, link: str = "") -> HttpResponse:
    me = request.employee
    absences.mark([found])
    context = {
        "employee": found,
        "manager": Employee.objects.filter(pk=found.manager_id or 0).select_related("user").first(),
        "people": Employee.objects.filter(manager=found).select_related("user").order_by("user__name", "pk"),
        "form": form,
        "link": link,
        "active": active_tasks(found).count(),
        "heirs": [one for one in absences.told(people.choices([])) if one[0] != f"employee-{found.pk}"],
        "is_own": found.pk == me.pk,
        "may_manage": may_manage(found, me),
        "may_link": may_link(found, me),
        "may_hand_over": me.role == Role.OWNER and found.user.is_active and found.pk != me.pk,
    }
    return render(request, "desk/management/employee.html", context, status=422 if form.errors else 200)


@require_POST
@for_account_management
def blocking(request: EmployeeRequest, pk: int) -> HttpResponse:
    """`off` lets him in again."""
    return _done(request, pk, lambda one: actions.block(one, by=request.employee, is_wanted="off" not in request.POST))


@require_POST
@for_account_management
def handing_over(request: EmployeeRequest, pk: int) -> HttpResponse:
    return _done(request, pk, lambda one: actions.hand_over(one, by=request.employee))


def _done(request: EmployeeRequest, pk: int, act: Any) -> HttpResponse:
    try:
        act(find(pk))
        messages.success(request, _("Saved."))
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("employee", pk)


@require_http_methods(["GET", "POST"])
@for_account_management
def password_link(request: EmployeeRequest, pk: int) -> HttpResponse:
    """A link by which the person chooses a new password, for whom no letter can help. Shown once, like that of an
    invitation."""
    if request.method == "GET":
        return redirect("employee", pk)
    found = find(pk)
    form = _form(request, found)
    if not may_link(found, request.employee):
        messages.error(request, _("For this person no link can be made here."))
        return redirect("employee", pk)
    token = default_token_generator.make_token(found.user)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(found.user), token])
    return _card(request, found, form, _link(request, address))


def may_link(employee: Employee, by: Employee) -> bool:
    return employee.user.is_active and may_identify(employee, by)


def _link(request: EmployeeRequest, address: str) -> str:
    return request.build_absolute_uri(address)
