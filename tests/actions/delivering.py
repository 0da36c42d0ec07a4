"""Cases with results to deliver, and what the database says of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import delivery
from lianban.casework.delivery import DeliveryLine
from lianban.casework.intake import Accepted
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import concluded, one

HOME = "198.51.100.7"
PARCEL: dict[str, Any] = {
    "carrier": "中国邮政速递（EMS）",
    "tracking": "EB 1234 56789 CN",
    "receiver": "朴美兰",
    "phone": "13800138000",
    "address": "吉林省龙井市安民街道示例路1号",
}


def day(month: int, date: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of the year 2026."""
    return datetime(2026, month, date, hour, minute, tzinfo=SHANGHAI)


async def decided() -> Accepted:
    """A newborn case of which everything is granted on Monday, 2 November 2026: ten working days end on the 16th."""
    return await concluded()


async def sent(case: UUID, at: datetime = MONDAY) -> UUID:
    """Everything that lies here, posted."""
    return (await delivery.send(case, **PARCEL, by=WANG, at=at)).delivery_id


async def line(case: UUID) -> DeliveryLine:
    """The latest delivery."""
    return (await _lines(case))[-1]


async def _lines(case: UUID) -> tuple[DeliveryLine, ...]:
    async with transaction():
        return await delivery.lines_of(case)


async def receipts(case: UUID) -> list[dict[str, Any]]:
    """The contents of all delivery receipts, in order."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT content FROM papers WHERE case_id = $1 AND kind = 'delivery_receipt' ORDER BY id", case
        )
    return [json.loads(row["content"]) for row in rows]


async def running(case: UUID) -> int:
    """How many clocks of ten working days run."""
    found = await one(
        "SELECT count(*) FROM clocks WHERE case_id = $1 AND kind = 'delivery' AND stopped_at IS NULL", case
    )
    return int(str(found))


async def stops(case: UUID) -> set[datetime]:
    """When those were stopped that no longer run."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT stopped_at FROM clocks WHERE case_id = $1 AND kind = 'delivery' AND stopped_at IS NOT NULL", case
        )
    return {row["stopped_at"] for row in rows}


async def status(case: UUID) -> str:
    """How the case stands."""
    return str(await one("SELECT status FROM cases WHERE id = $1", case))


async def events(event: str) -> int:
    """How many messages of an event lie in the outbox."""
    return int(str(await one("SELECT count(*) FROM outbox WHERE event = $1", event)))


async def decides(**policy: str) -> None:
    """The region decides something anew."""
    async with transaction():
        await connection().execute(
            "INSERT INTO policies (region_code, version, content, by_id, by_name, at)"
            " VALUES ('222405', 1, $1::jsonb, 'admin', '高远', $2)",
            json.dumps(policy),
            MONDAY,
        )
