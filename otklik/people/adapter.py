from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from otklik.lib import address
from otklik.people import first_admin
from otklik.people.sides import side_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Employees are invited; nobody makes himself one. Whoever is asked for a consent by the chat (S04) or invited
        to a site of it may make an account there on the way, once the desk has its owner."""
        asked = request.POST.get("next") or request.GET.get("next") or ""
        if side_of(request) != "chat":
            return False
        is_on_the_way = asked.startswith((f"{reverse('consent')}?", reverse("join", args=["x"]).removesuffix("x/")))
        return is_on_the_way and not first_admin.is_needed()

    def get_client_ip(self, request: HttpRequest) -> str:
        connection = request.META.get("REMOTE_ADDR", "")
        found = address.behind_proxies(connection, request.META.get("HTTP_X_FORWARDED_FOR", ""))
        if found is None:
            raise PermissionDenied("The address of this request cannot be told.")
        return found

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Letters name the site by its public address, not by the one that the request claims."""
        site = SimpleNamespace(name="Otklik", domain=urlsplit(settings.PUBLIC_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": site} | context)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Wrong passwords count against an account per address: a stranger elsewhere cannot lock its owner out.
        login = credentials.get("email", credentials.get("username", "")).lower()
        return f"{self.get_client_ip(request)}:{login}"
