from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ninja import Router

View = TypeVar("View", bound=Callable[..., Any])


def both(router: Router, method: str, path: str, summary: str, **options: Any) -> Callable[[View], View]:
    """Serves a call with and without a slash at its end."""

    def decorate(view: View) -> View:
        for address in (path + "/", path):
            is_shown = address.endswith("/")
            router.add_api_operation(address, [method], view, summary=summary, include_in_schema=is_shown, **options)
        return view

    return decorate
