from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from otklik.desk.models import Employee
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.people import pictures
from otklik.people.models import Picture

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def photo(form: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    """As a camera makes it: with a note of its own beside the picture."""
    body = BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "taken at home"
    Image.new("RGB", size, "teal").save(body, form, exif=notes)
    return body.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def choose(browser: Client, body: bytes | None = None, name: str = "me.jpg", **more: str) -> Any:
    given: dict[str, Any] = {"name": "Pavel", **more}
    if body is not None:
        given["picture"] = SimpleUploadedFile(name, body, content_type="image/jpeg")
    return browser.post("/accounts/settings/", given)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_small_square_and_tells_nothing_else(pavel: Employee, form: str) -> None:
    assert choose(signed_in(pavel), photo(form)).status_code == 302

    kept = bytes(Picture.objects.get(user=pavel.user).body)
    with Image.open(BytesIO(kept)) as made:
        assert (made.format, made.size, dict(made.getexif())) == ("WEBP", (256, 256), {})
    assert b"taken at home" not in kept


@pytest.mark.parametrize("body", [SVG, b"<html></html>", b"GIF89a", b"\x00" * 100, bomb(), photo()[:200]])
def test_what_is_no_picture_is_said_beside_the_field(pavel: Employee, body: bytes) -> None:
    answer = choose(signed_in(pavel), body)

    assert answer.status_code == 422
    assert "This is no picture that can be used." in words(answer)
    assert not Picture.objects.exists()


def test_an_empty_or_a_large_file_is_said_beside_the_field(pavel: Employee) -> None:
    assert choose(signed_in(pavel), b"").status_code == 422
    answer = choose(signed_in(pavel), photo() + b"\x00" * pictures.LIMIT)
    assert "This picture is larger than 2 MB." in words(answer)
    assert not Picture.objects.exists()


def test_a_picture_is_seen_by_whoever_knows_its_address_and_by_nobody_else(pavel: Employee) -> None:
    choose(signed_in(pavel), photo())
    address = pictures.address_of(pavel.user)

    seen = Client().get("/" + address.split("/", 3)[3])

    assert (seen.status_code, seen["Content-Type"]) == (200, "image/webp")
    assert seen["X-Content-Type-Options"] == "nosniff"
    assert pictures.is_ours(address)
    assert not pictures.is_ours("https://elsewhere.example/accounts/pictures/x.webp")
    assert Client().get("/accounts/pictures/guessed.webp").status_code == 404


def test_another_picture_has_another_address_and_can_be_removed(pavel: Employee) -> None:
    browser = signed_in(pavel)
    choose(browser, photo())
    first = pictures.address_of(pavel.user)

    choose(browser, photo("PNG"))
    assert pictures.address_of(pavel.user) not in ("", first)

    choose(browser)
    assert pictures.address_of(pavel.user)

    choose(browser, no_picture="on")
    assert pictures.address_of(pavel.user) == ""
