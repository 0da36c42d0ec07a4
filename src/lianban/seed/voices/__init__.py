"""What the people of the town say about how they were served, and what becomes of it: one teller each, in this order.

A teller finds what earlier ones told, and leaves alone what it has told before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from lianban.seed.crew import Crew
from lianban.seed.voices import appeals, callbacks, difficulties, indicators, points, publicity, ratings, rectifying

__all__ = ["TELLERS", "speak"]

TELLERS: tuple[Callable[[Crew, datetime], Awaitable[None]], ...] = (
    points.tell,
    ratings.tell,
    rectifying.tell,
    difficulties.tell,
    callbacks.tell,
    publicity.tell,
    appeals.tell,
    indicators.tell,
)


async def speak(everybody: Crew, now: datetime) -> None:
    """Let them speak, each after the one before."""
    for tell in TELLERS:
        await tell(everybody, now)
