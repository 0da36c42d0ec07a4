"""What stands in the address of a rating: unguessable, and telling in which month to look.

An occasion's token is the month in two letters and 75 random bits; a point's, printed on a sticker, is "p" and as many,
its screen's is "t" and as many: whoever has scanned a sticker cannot open the screen.
"""

from __future__ import annotations

import secrets
from datetime import date

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's, in small letters: nothing that is mistaken for something else when read aloud."""
RANDOM = 15
FIRST_YEAR = 2020


def occasion_token(day: date) -> str:
    """A fresh token for an occasion of that day."""
    months = (day.year - FIRST_YEAR) * 12 + day.month - 1
    return LETTERS[months // 32 % 32] + LETTERS[months % 32] + _random()


def point_token() -> str:
    """A fresh token for a sticker."""
    return "p" + _random()


def terminal_token() -> str:
    """A fresh token for the screen of a point."""
    return "t" + _random()


def is_terminal(token: str) -> bool:
    """Whether it is a screen's."""
    return len(token) == RANDOM + 1 and token.startswith("t") and set(token) <= set(LETTERS)


def is_point(token: str) -> bool:
    """Whether it is a sticker's."""
    return len(token) == RANDOM + 1 and token.startswith("p") and set(token) <= set(LETTERS)


def month_of(token: str) -> tuple[date, date] | None:
    """First day of the month of an occasion's token and of the next month; None for what is no such token."""
    if len(token) != RANDOM + 2 or not set(token) <= set(LETTERS):
        return None
    months = LETTERS.index(token[0]) * 32 + LETTERS.index(token[1])
    return _month(months), _month(months + 1)


def _month(months: int) -> date:
    return date(FIRST_YEAR + months // 12, months % 12 + 1, 1)


def _random() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
