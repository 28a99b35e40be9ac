"""What can go wrong with a remote. The connector raises, the outbox decides, the row remembers.

ConnectorError
├── NotUnderstood   a webhook of a shape that we do not know: kept, counted, shown
├── Unreachable     no answer, or not now (5xx, 429): tried again; `maybe_sent` when the remote may have taken it
├── Refused         the remote took it and said no, for good: `failed`, with its reason
│   └── Missing     what was named is not there (any more)
└── AccessLost      keys or plan: the whole connection pauses until a person helps
"""

from __future__ import annotations

from otklik.lib.notes import note_of


class ConnectorError(Exception):
    """A sentence in English, marked by `gettext_noop` and shown in the reader's language (`notes.told`); `detail`, such
    as the remote's own words, is shown as it is."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail

    def __str__(self) -> str:
        return note_of(self.sentence, self.detail)


class NotUnderstood(ConnectorError):
    pass


class Unreachable(ConnectorError):
    def __init__(
        self, sentence: str, detail: str = "", *, maybe_sent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence, detail)
        self.maybe_sent = maybe_sent
        # Seconds that the remote asked us to wait.
        self.retry_after = retry_after


class Refused(ConnectorError):
    pass


class Missing(Refused):
    pass


class AccessLost(ConnectorError):
    pass
