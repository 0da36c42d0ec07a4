"""Identifiers: time-ordered UUIDs (version 7, RFC 9562) made in Python from a given instant."""

from __future__ import annotations

import secrets
import threading
from datetime import date, datetime, time
from uuid import UUID

from lianban.outside.clock import SHANGHAI, local

# 12 bits follow the millisecond; starting in the lower half leaves room to count up within it.
_COUNTERS = 1 << 12
_DAY = 86_400_000
_lock = threading.Lock()
_asked = 0
_used = 0


def new_id(at: datetime) -> UUID:
    """A fresh id whose order is the order of `at`, and within one millisecond the order of making in this process."""
    global _asked, _used
    millisecond = int(at.timestamp() * 1000)
    with _lock:
        # Millisecond and counter are one number, so that thousands of ids of one (frozen) instant stay in order.
        _used = _used + 1 if millisecond == _asked else millisecond * _COUNTERS + secrets.randbelow(_COUNTERS // 2)
        _asked = millisecond
        moment, counter = divmod(_used, _COUNTERS)
    return UUID(int=moment << 80 | 0x7 << 76 | counter << 64 | 0x2 << 62 | secrets.randbits(62))


def day_id(at: datetime) -> UUID:
    """A fresh id that tells the legal day of `at` and nothing nearer, by its order neither: for what is read by people
    who must not find out whom they met in that minute."""
    midnight = datetime.combine(local(at).date(), time(), SHANGHAI)
    moment = int(midnight.timestamp() * 1000) + secrets.randbelow(_DAY)
    return UUID(int=moment << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0x2 << 62 | secrets.randbits(62))


def day_of(id: UUID) -> date:
    """The legal day (Shanghai) of the instant in a time-ordered id: the partition of what is kept by month."""
    try:
        return datetime.fromtimestamp((id.int >> 80) / 1000, SHANGHAI).date()
    except (ValueError, OverflowError):
        # Somebody typed an id that no clock has made.
        return date.max
