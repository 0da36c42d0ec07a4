"""The only place that reads the wall clock. Everything else is handed an instant (`at=`).

Instants are aware datetimes in Asia/Shanghai; the database keeps them in UTC. Legal days are dates in Asia/Shanghai.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def wall() -> datetime:
    """The real time."""
    return datetime.now(SHANGHAI)


_clock: Clock = wall


def now() -> datetime:
    """The present instant, in Asia/Shanghai."""
    return _clock().astimezone(SHANGHAI)


def today() -> date:
    """The present legal day in Asia/Shanghai."""
    return now().date()


def local(at: datetime) -> datetime:
    """`at` in Asia/Shanghai; an input without a zone already is Shanghai time."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def set_clock(clock: Clock) -> None:
    """Replace the clock for the whole process; `set_clock(wall)` gives back the real one."""
    global _clock
    _clock = clock


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block it is `at` (Shanghai time when it has no zone)."""
    before, instant = _clock, local(at)
    set_clock(lambda: instant)
    try:
        yield
    finally:
        set_clock(before)


def elapsed() -> float:
    """Seconds on a clock that only runs forward: for measuring and waiting, never for law."""
    return time.monotonic()
