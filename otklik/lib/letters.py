"""A letter to the operator's mail server, and the server's refusals in its own words."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

# Nobody is to answer it: neither a robot of the person's own, nor the person.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NotSent(Exception):
    """args[0] are the server's own words; `is_final`: the same letter will not do better."""

    def __init__(self, words: str, *, is_final: bool) -> None:
        super().__init__(words)
        self.is_final = is_final


def has_server() -> bool:
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def send(to: str, subject: str, body: str) -> None:
    """Raises NotSent."""
    letter = EmailMessage(" ".join(subject.split())[:200], body, to=[to], headers=HEADERS)
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        [(code, said), *_rest] = error.recipients.values()
        raise _refused(code, said) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {error}", is_final=isinstance(error, ValueError)) from error


def _refused(code: int, said: bytes | str) -> NotSent:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return NotSent(f"{code} {words}", is_final=code >= 500)
