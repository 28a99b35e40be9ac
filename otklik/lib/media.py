"""Files from outside: what they are by their content, under which name they are kept, and what is shown of them."""

from __future__ import annotations

import re
import threading
import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import IO, NamedTuple

import puremagic
from PIL import Image, ImageOps

from otklik.lib.text import clean_name

HEAD = 64 * 1024
CHUNK = 256 * 1024
LONGEST_NAME = 120
# What a browser shows without danger once Pillow has read it.
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Each takes four bytes, twice over while it is made small. Screens have fewer; a JPEG counts as it is unpacked, already
# small. A bomb says that it has more, and is not unpacked.
MOST_PIXELS = 16_000_000
PREVIEW_SIDE = 640
UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
# What a double click starts, on some system or other.
PROGRAMS = re.compile(
    r"\.(apk|app|bat|cmd|com|command|cpl|desktop|dll|dmg|exe|hta|jar|js|jse|lnk|msi|msix|pif|ps1|psm1|reg|scr|sys|vb"
    r"|vbe|vbs|wsf|wsh)$",
    re.IGNORECASE,
)
_RESERVED = re.compile(r'[<>:"|?*\x00-\x1f]')
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg|\?xml)[\s>]", re.IGNORECASE)
# Unpacked pictures are large: one at a time in a process.
_one_picture = threading.Semaphore(1)


class Preview(NamedTuple):
    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Examined:
    name: str
    type: str
    size: int
    sha256: str
    # Only of a picture that could be read to its end: such a one may be shown as it is.
    preview: Preview | None


def examine(name: str, file: IO[bytes]) -> Examined:
    """What a file really is. It is read from its beginning, and stands there again afterwards."""
    file.seek(0)
    head = file.read(HEAD)
    hashed, size = sha256(head), len(head)
    while chunk := file.read(CHUNK):
        hashed.update(chunk)
        size += len(chunk)
    name = clean_file_name(name)
    kind = type_of(head, name)
    preview = _preview(file) if kind in PICTURES.values() else None
    file.seek(0)
    return Examined(name, kind, size, hashed.hexdigest(), preview)


def clean_file_name(name: str) -> str:
    """A name that is nothing but a name: no folders, no control characters, no marks of direction, not too long."""
    name = _RESERVED.sub("", clean_name(name.replace("\\", "/").rpartition("/")[2], 1000)).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def is_program(name: str, kind: str = "") -> bool:
    """Whether it is something that is started rather than read; its name alone is enough."""
    return PROGRAMS.search(name) is not None or kind == PROGRAM


def type_of(head: bytes, name: str = "") -> str:
    """The media type after the first bytes. The name decides only between types that these bytes may be."""
    if head.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")):
        return PROGRAM
    if _is_text(head):
        return _type_of_text(head)
    try:
        found = [match for match in puremagic.magic_string(head) if match.mime_type]
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    extension = f".{name.rpartition('.')[2].lower()}"
    fitting = [match for match in found if match.extension.lower() == extension]
    return str((fitting or found)[0].mime_type) if found else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # The head may end in the middle of a character.
        head[: HEAD - 4].decode()
    except UnicodeDecodeError:
        return False
    return True


def _type_of_text(head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    found = _MARKUP.search(head)
    if not found:
        return "text/plain"
    if b"<svg" in head.lower():
        return "image/svg+xml"
    return "application/xml" if found.group(1).lower() == b"?xml" else "text/html"


def _preview(file: IO[bytes]) -> Preview | None:
    """A small copy, drawn anew; None for what only looks like a picture, and for bombs."""
    file.seek(0)
    with _one_picture, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=list(PICTURES)) as picture:
                # A JPEG is unpacked at a fraction of its size where that is enough.
                picture.draft("RGB", (PREVIEW_SIDE * 2, PREVIEW_SIDE * 2))
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                return _drawn(picture)
        # Pillow's readers raise nearly anything on what is broken or hostile.
        except Exception:
            return None


def _drawn(picture: Image.Image) -> Preview:
    picture.load()
    mode = "RGBA" if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info else "RGB"
    if picture.mode == "P":
        # Few colours are not mixed well.
        picture = picture.convert(mode)
    # Small first: each further step copies the picture.
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small = ImageOps.exif_transpose(picture).convert(mode)
    drawn = BytesIO()
    # Without the original's notes, such as where it was taken.
    small.save(drawn, "WEBP", quality=80)
    return Preview(drawn.getvalue(), small.width, small.height)
