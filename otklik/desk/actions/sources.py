from __future__ import annotations

from otklik.desk.models import ReplyTarget


def close(source_id: int) -> int:
    """Nothing can be answered through this source any more: the composers of its tasks offer notes only. Returns the
    number of ways to clients that were open."""
    return ReplyTarget.objects.filter(source=source_id, is_open=True).update(is_open=False)
