from __future__ import annotations

import secrets
from hashlib import sha256

from django.utils.crypto import constant_time_compare

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"


def random_token(length: int) -> str:
    """A random key of letters and digits that a person can read aloud; 5.8 bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def same(one: str, other: str) -> bool:
    """Compares two secrets in constant time."""
    return constant_time_compare(one, other)


def digest(secret: str) -> bytes:
    """What is stored of a secret that only its holder knows: 32 bytes."""
    return sha256(secret.encode()).digest()
