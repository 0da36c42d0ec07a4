"""What the token in an address opens: an occasion that may be rated, or what was rated under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lianban.casework import occasions
from lianban.casework.occasions import OccasionView
from lianban.errors import NotFound
from lianban.outside.database import transaction

UNKNOWN = "这个评价链接无效，请重新扫码，或者向窗口询问。"


@dataclass(frozen=True, slots=True)
class Entry:
    """An occasion behind a token; `open` whether it may still be rated."""

    occasion: OccasionView
    open: bool


async def entry(token: str, *, at: datetime) -> Entry:
    """What a token opens. Raises NotFound."""
    async with transaction():
        found = await occasions.by_token(token)
    if found is None:
        raise NotFound(UNKNOWN)
    return Entry(found, found.open(at))
