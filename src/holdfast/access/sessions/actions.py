"""Sessions that have ended go: what somebody typed can wait in them, and strangers can make as many as they like."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

CLEARED_EVERY = timedelta(hours=1)
_AT_ONCE = 500  # others wait no longer than for so many


def clear_ended_sessions(at: datetime) -> int:
    """Delete every session that had ended by that time; how many. Each batch is a transaction of its own: call it
    outside one."""
    count = 0
    while ended := list(Session.objects.filter(expire_date__lt=at).values_list("pk", flat=True)[:_AT_ONCE]):
        # Asked again: one that somebody used meanwhile has not ended.
        gone, _ = Session.objects.filter(pk__in=ended, expire_date__lt=at).delete()
        count += gone
        if not gone:
            break
    return count
