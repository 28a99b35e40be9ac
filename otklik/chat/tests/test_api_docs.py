from __future__ import annotations

from django.test import Client


def test_the_page_of_the_api_is_open_and_takes_everything_from_here(db: None) -> None:
    page = Client().get("/api/docs/")

    assert page.status_code == 200
    body = page.content.decode()
    assert "/api/openapi.json" in body
    assert 'src="http' not in body and 'href="http' not in body
    assert Client().post("/api/docs/").status_code == 405


def test_the_schema_tells_of_every_call(db: None) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]

    assert {"/api/messages/", "/api/messages/{id}/", "/api/pushedMessages/", "/api/pushedMessages/{id}/"} <= set(paths)
    assert {"/api/clients/{id}/", "/api/hooks/", "/api/agents/", "/api/events/"} <= set(paths)
    assert set(paths["/api/pushedMessages/{id}/"]) == {"get", "put", "delete"}
