"""Files from outside are what their content says, under a name that is only a name."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from otklik.lib import media
from otklik.lib.tests.pictures import HTML, SVG, bomb, picture


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\liza\договор.docx", "договор.docx"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\0b\r\nSet-Cookie: x.txt", "ab Set-Cookie x.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ('<img src="x">.html', "img src=x.html"),
        ("x" * 500 + ".jpeg", "x" * 115 + ".jpeg"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert media.clean_file_name(given) == kept


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (picture("PNG"), "x.png", "image/png"),
        (picture("JPEG"), "x.txt", "image/jpeg"),
        (picture("WEBP"), "x", "image/webp"),
        (HTML, "photo.png", "text/html"),
        (SVG, "photo.png", "image/svg+xml"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "x.pdf", "application/pdf"),
        ("Договор".encode(), "x.txt", "text/plain"),
        (b"MZ\x90\0\x03\0\0\0", "photo.png", media.PROGRAM),
        (b"\0\1\2\xff\xfe\xfd" * 9, "x.bin", media.UNKNOWN),
    ],
)
def test_the_content_tells_the_type(content: bytes, name: str, kind: str) -> None:
    assert media.examine(name, BytesIO(content)).type == kind


def test_a_picture_gets_a_small_copy_without_its_notes() -> None:
    notes = Image.Exif()
    notes[0x010E] = "Liza's garden"
    drawn = BytesIO()
    Image.new("RGB", (3000, 1000), "red").save(drawn, "JPEG", exif=notes)

    preview = media.examine("photo.jpg", drawn).preview

    assert preview is not None
    assert (preview.width, preview.height) == (640, 213)
    assert b"garden" not in preview.content and b"garden" in drawn.getvalue()
    with Image.open(BytesIO(preview.content)) as small:
        assert small.format == "WEBP" and small.size == (640, 213)


@pytest.mark.parametrize("side", [30_000, 5000])
def test_a_bomb_is_kept_packed(side: int) -> None:
    content = bomb(side)
    assert len(content) < 500_000

    examined = media.examine("photo.png", BytesIO(content))

    assert examined.type == "image/png" and examined.preview is None


def test_a_large_photo_has_a_preview() -> None:
    examined = media.examine("photo.jpg", BytesIO(picture("JPEG", (6000, 4000))))

    assert examined.preview and (examined.preview.width, examined.preview.height) == (640, 427)


@pytest.mark.parametrize("content", [picture()[:200], picture()[:8] + b"\0" * 500, b"GIF89a" + b"\xff" * 50])
def test_what_only_begins_like_a_picture_is_none(content: bytes) -> None:
    assert media.examine("photo.png", BytesIO(content)).preview is None


def test_programs_are_known_by_name_and_by_content() -> None:
    assert media.is_program("Setup.EXE")
    assert media.is_program("photo.png", media.type_of(b"MZ\x90\0"))
    assert not media.is_program("exe.png", "image/png")
