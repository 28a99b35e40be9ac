from __future__ import annotations

from django import template
from django.template.context import Context

from otklik.desk import queries
from otklik.desk.models import Employee

register = template.Library()


@register.simple_tag(takes_context=True)
def signed_in_employee(context: Context) -> Employee | None:
    """The employee of this page's person, also on pages that belong to no view of the desk."""
    request = context["request"]
    if not hasattr(request, "employee"):
        request.employee = Employee.objects.active().select_related("user").filter(user=request.user).first()
    employee: Employee | None = request.employee
    return employee


@register.simple_tag
def unread_of(employee: Employee) -> int:
    return queries.unread_count(employee)


@register.filter
def figure(unread: int) -> str:
    return f"{queries.COUNTED}+" if unread > queries.COUNTED else str(unread)
