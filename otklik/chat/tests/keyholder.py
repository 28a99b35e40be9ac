from __future__ import annotations

import json
from typing import Any

from django.test import Client

from otklik.chat.models import Site


class Desk:
    """Somebody who speaks the API with a site's keys."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.browser = Client(raise_request_exception=False)
        self.keys = f"Chatra.Simple {site.public_key}:{site.secret_key}"

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> tuple[int, Any]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode() if content is not None else b""
        response = self.browser.generic(
            method, f"/api{path}", body, "application/json", headers={"Authorization": self.keys} | headers
        )
        return response.status_code, json.loads(response.content)

    def refused(self, method: str, path: str, content: Any = None, **headers: str) -> int:
        status, answer = self.ask(method, path, content, **headers)
        assert set(answer["error"]) == {"code", "message"}, answer
        return status
