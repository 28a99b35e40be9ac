from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from otklik.live.topics import may_hear

SALT = "otklik.live"
GOOD_FOR = 60
MOST_TOPICS = 100


@require_POST
def ticket(request: HttpRequest) -> HttpResponse:
    """A signed ticket that opens a stream within 60 seconds and serves for nothing else. What the stream may hear is
    decided here, anew for each opening."""
    topics = request.POST.getlist("topic")[:MOST_TOPICS]
    heard = [topic for topic in topics if may_hear(request.user, topic)]
    return JsonResponse({"ticket": signing.dumps(heard, salt=SALT)}, headers={"Cache-Control": "no-store"})


def read(value: str) -> list[str] | None:
    """The topics of a ticket, or None when it is forged or too old."""
    try:
        topics: list[str] = signing.loads(value, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return topics
