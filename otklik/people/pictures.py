"""Pictures of people: whatever was uploaded becomes a small picture of our own making."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageOps, UnidentifiedImageError

from otklik.people.models import Picture, User, new_picture_token

LIMIT = 2 * 1024 * 1024
SIDE = 256
# A file of some kilobytes may unfold to gigabytes: looked at before anything is unfolded.
MOST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class Unusable(Exception):
    """No picture of a kind that we know, or too large."""


def made_of(file: BinaryIO) -> bytes:
    """A square WebP without anything that the file told beside the picture, such as where it was taken. Raises
    Unusable."""
    try:
        with Image.open(file, formats=FORMATS) as given:
            if given.width * given.height > MOST_PIXELS:
                raise Unusable
            given.thumbnail((SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(given).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Unusable from error
    square = ImageOps.fit(upright, (SIDE, SIDE))
    # A face stands on any background; a transparent one would vanish on some.
    made = Image.new("RGB", square.size, "white")
    made.paste(square, mask=square.getchannel("A"))
    body = BytesIO()
    made.save(body, "WEBP", quality=82)
    return body.getvalue()


def address_of(user: User) -> str:
    """Where his picture is to be had by everybody who knows the address; empty: he has none."""
    token = Picture.objects.filter(user=user).values_list("token", flat=True).first()
    return settings.PUBLIC_URL + reverse("picture", args=[token]) if token else ""


def is_ours(address: str) -> bool:
    """Whether a picture at this address is one that `address_of` told once."""
    return address.startswith(settings.PUBLIC_URL + reverse("picture", args=["x"]).removesuffix("x.webp"))


def keep(user: User, body: bytes) -> None:
    """Another picture gets another address: browsers keep what they have seen for ever."""
    Picture.objects.update_or_create(user=user, defaults={"body": body, "token": new_picture_token()})


def keep_apart(body: bytes) -> str:
    """A picture that is nobody's own; its address."""
    return settings.PUBLIC_URL + reverse("picture", args=[Picture.objects.create(body=body).token])


def forget_apart(address: str) -> None:
    """Removes what `keep_apart` has kept under this address; another address means nothing."""
    token = address.rpartition("/")[2].removesuffix(".webp")
    if is_ours(address):
        Picture.objects.filter(user=None, token=token).delete()


def remove(user: User) -> None:
    Picture.objects.filter(user=user).delete()
