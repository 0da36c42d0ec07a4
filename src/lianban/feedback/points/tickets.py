"""A sticker is opened by thousands and each of them may rate once: the page that it opens carries a signed ticket.

Opening writes nothing. A ticket holds the token of the occasion that is minted when it comes back, and when it was
drawn; it is good for half an hour at its own point, and the occasion it mints can be there only once.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from lianban import errors
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.rules.ratings import occasion_token

TICKET_FOR = timedelta(minutes=30)
PURPOSE = "rating ticket"
STALE = "这个页面打开的时间太长了。请重新扫码，或者核对以后再提交一次。"


def draw(point_token: str, at: datetime) -> str:
    """A fresh ticket for the point."""
    token, second = occasion_token(local(at).date()), int(at.timestamp())
    return f"{token}.{second}.{_signed(point_token, token, second)}"


def read(ticket: str, point_token: str, at: datetime) -> tuple[str, datetime]:
    """The occasion's token and when the ticket was drawn. Raises Conflict for a stale, foreign or made-up one."""
    token, _, rest = ticket.partition(".")
    second, _, signature = rest.partition(".")
    if not (second.isascii() and second.isdecimal() and len(second) <= 12):
        raise errors.Conflict(STALE)
    right = hmac.compare_digest(signature.encode(), _signed(point_token, token, int(second)).encode())
    drawn = datetime.fromtimestamp(int(second) if right else 0, UTC)
    if not timedelta(0) <= at - drawn <= TICKET_FOR:
        raise errors.Conflict(STALE)
    return token, drawn


def _signed(point_token: str, token: str, second: int) -> str:
    return vault.fingerprint(f"{point_token} {token} {second}", PURPOSE)
