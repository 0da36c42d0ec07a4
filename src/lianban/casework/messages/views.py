"""What pages show of messages: those of a case, those nobody got, how many there were, and the simulation's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban.casework.messages.choosing import OPEN
from lianban.errors import Forbidden
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.rules.messages import OCCASIONS

STATES = {
    "waiting": ("等待发送", "blue", "○"),
    "sent": ("已交短信网关", "blue", "●"),
    "arrived": ("手机已收到", "green", "✓"),
    "failed": ("未能通知", "red", "✕"),
    "no_phone": ("未能通知：没有手机号码", "red", "✕"),
    "unconfigured": ("未配置短信网关", "amber", "▲"),
    "simulated": ("已存入短信模拟（演示）", "green", "✓"),
    "declined": ("申请人不接收", "", "○"),
    "dropped": ("情况已变，没有发送", "", "○"),
    "merged": ("并入后一条", "", "○"),
}
ROLES = {"applicant": "申请人", "agent": "代理人", "operator": "经办人"}
PERIOD = timedelta(days=30)
PAGE = 20

_SELECT = "SELECT m.*, c.number FROM messages m JOIN cases c ON c.id = m.case_id"
# Where there is no gateway nothing has gone wrong: the case page tells it, the list would only grow.
_UNTOLD = "m.region_code = $1 AND m.handled_at IS NULL AND m.status IN ('failed', 'no_phone')"
_COUNTS = """
SELECT occasion, status, handled_at IS NOT NULL AS handled, count(*) AS n FROM messages
WHERE region_code = $1 AND made_at >= $2 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as staff and the holder of the query code see it: the number masked."""

    id: UUID
    case_id: UUID
    number: str
    name: str
    mandatory: bool
    role_name: str
    phone: str
    text: str
    parts: int
    status: str
    reason: str
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None
    arrived_at: datetime | None
    handled_at: datetime | None
    handled_by_name: str
    handled_note: str

    @property
    def advice(self) -> str:
        """What the window does about a message that nobody got; "" when nothing is to be done."""
        if self.handled_at or self.status not in OPEN:
            return ""
        if self.status == "no_phone":
            return "请向申请人要一个手机号码后重新发送，或者用其他方式告知并登记。"
        if self.status == "unconfigured":
            return "请用电话等方式告知申请人并登记；短信网关由系统管理员配置。"
        return "请核对号码后重新发送，或者打电话告知并登记。"


@dataclass(frozen=True, slots=True)
class Counted:
    """How the messages of an occasion went in the last thirty days."""

    name: str
    total: int
    arrived: int
    waiting: int
    untold: int
    handled: int
    rest: int


async def of_case(case_id: UUID, *, holder: bool = False) -> list[MessageView]:
    """The messages of a case, the latest first, for whoever may open it. `holder`: only what went to somebody."""
    more = " AND m.status NOT IN ('declined', 'dropped', 'merged') AND m.role = 'applicant'" if holder else ""
    return await _views(f"{_SELECT} WHERE m.case_id = $1{more} ORDER BY m.made_at DESC, m.id DESC", case_id)


async def untold(*, by: Actor) -> list[MessageView]:
    """The messages of the region that reached nobody and wait for the window, the oldest first. Raises Forbidden."""
    _watches(by)
    return await _views(f"{_SELECT} WHERE {_UNTOLD} ORDER BY m.made_at, m.id LIMIT 200", by.region)


async def untold_count(*, by: Actor) -> int:
    """How many there are. Raises Forbidden."""
    _watches(by)
    async with transaction():
        found: int = await connection().fetchval(f"SELECT count(*) FROM messages m WHERE {_UNTOLD}", by.region)
    return found


async def counts(*, by: Actor, at: datetime) -> list[Counted]:
    """How messages went in the last thirty days, by occasion as far as there were any. Raises Forbidden."""
    _watches(by)
    async with transaction():
        rows = await connection().fetch(_COUNTS, by.region, at - PERIOD)
    found = [_counted(id, [r for r in rows if r["occasion"] == id]) for id in OCCASIONS]
    return [one for one in found if one.total]


async def simulated(page: int = 1) -> tuple[list[MessageView], bool]:
    """What the simulation has kept, the latest first, and whether there is more; only in a demonstration."""
    if not settings().demo or settings().sms_url:
        return [], False
    limit = f"LIMIT {PAGE + 1} OFFSET {(max(page, 1) - 1) * PAGE}"
    found = await _views(f"{_SELECT} WHERE m.status = 'simulated' ORDER BY m.sent_at DESC, m.id DESC {limit}")
    return found[:PAGE], len(found) > PAGE


def _watches(by: Actor) -> None:
    if by.department or not by.may(Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD):
        raise Forbidden("短信的发送情况由综合窗口和监督员查看。")


async def _views(statement: str, *arguments: object) -> list[MessageView]:
    async with transaction():
        return [_view(row) for row in await connection().fetch(statement, *arguments)]


def _view(row: Mapping[str, Any]) -> MessageView:
    occasion = OCCASIONS[row["occasion"]]
    return MessageView(
        id=row["id"],
        case_id=row["case_id"],
        number=row["number"] or "",
        name=occasion.name,
        mandatory=occasion.mandatory,
        role_name=ROLES[row["role"]],
        phone=row["phone_masked"],
        text=row["text"],
        parts=row["parts"],
        status=row["status"],
        reason=row["reason"],
        made_at=local(row["made_at"]),
        due_at=local(row["due_at"]),
        sent_at=_when(row["sent_at"]),
        arrived_at=_when(row["arrived_at"]),
        handled_at=_when(row["handled_at"]),
        handled_by_name=row["handled_by_name"],
        handled_note=row["handled_note"],
    )


def _counted(occasion: str, rows: list[Mapping[str, Any]]) -> Counted:
    def of(*states: str, handled: bool | None = None) -> int:
        return sum(r["n"] for r in rows if r["status"] in states and handled in (None, r["handled"]))

    return Counted(
        name=OCCASIONS[occasion].name,
        total=of(*STATES),
        arrived=of("arrived", "simulated"),
        waiting=of("waiting", "sent"),
        untold=of("failed", "no_phone", handled=False),
        handled=of(*OPEN, handled=True),
        rest=of("declined", "dropped", "merged") + of("unconfigured", handled=False),
    )


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
