"""A campaign in somebody's hands: its row locked, what the life asks looked up, and what one move changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.tasks.checking import unprintable
from lianban.feedback.campaigns.causes import OF_CAUSE, looked_back
from lianban.feedback.matters import Matter
from lianban.outside.database import connection
from lianban.rules import lifecycles
from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles import CampaignRow

GONE = "没有找到这个专项整改，请从列表里重新打开。"
LONGEST = 1000
STAFF = (
    Role.CLERK,
    Role.APPROVER,
    Role.DEPARTMENT_HEAD,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.GOVERNMENT_HEAD,
)
OPENED = "campaign opened"
LINES = {
    OPENED: "立项",
    "campaign plan": "增加措施",
    "campaign join": "并入台账",
    "campaign begin": "启动整改",
    "campaign prove": "登记措施完成",
    "campaign report": "报请验收",
    "campaign send_back": "退回整改",
    "campaign write_off": "验收销号",
    "campaign cancel": "撤销立项",
    "cause declined": "不立项",
    "fault raised": "差评反复，报上一级",
    "fault talked about": "约谈",
    "limit marked": "时限提示",
}
"""Event of the journal → what a page says."""

_LOCK = "SELECT * FROM campaigns WHERE id = $1 AND region_code = $2 FOR UPDATE"
_READ = "SELECT * FROM campaigns WHERE id = $1 AND region_code = $2"
_MEASURES = "SELECT * FROM campaign_measures WHERE campaign_id = $1 ORDER BY due_on, id"
_OPEN_PROBLEMS = """
SELECT count(*) FROM campaign_problems p JOIN rectifications r ON r.id = p.rectification_id
WHERE p.campaign_id = $1 AND r.closed_at IS NULL
"""


@dataclass(slots=True)
class Held:
    """A campaign: its row as kept, its measures, and as the life sees it. `more` are problems outside the ledger."""

    row: Mapping[str, Any]
    measures: list[Mapping[str, Any]]
    more: list[UUID]
    life: CampaignRow

    @property
    def id(self) -> UUID:
        """Its id."""
        return UUID(str(self.row["id"]))

    @property
    def matter(self) -> Matter:
        """Whose limit it is."""
        return Matter("campaign", self.id, self.row["region_code"], self.row["department"])


async def hold(id: UUID, *, by: Actor, at: datetime, lock: bool = True, reason: str = "") -> Held:
    """A campaign of this person's region, in the caller's transaction. `reason` is what the request brings.

    Raises NotFound.
    """
    row = await connection().fetchrow(_LOCK if lock else _READ, id, by.region) if by.may(*STAFF) else None
    if row is None:
        raise errors.NotFound(GONE)
    measures = list(await connection().fetch(_MEASURES, id))
    undone = [one for one in measures if one["done_at"] is None]
    region = row["region_code"]
    more = [r["id"] for r in await connection().fetch(OF_CAUSE, region, await looked_back(region, at), row["cause"])]
    life = CampaignRow(
        id=str(id),
        state=row["status"],
        region=region,
        department=row["department"],
        carriers=frozenset(one["department"] for one in undone),
        measures=len(measures),
        open_measures=len(undone),
        open_problems=await connection().fetchval(_OPEN_PROBLEMS, id),
        doers=frozenset(one["done_by"] for one in measures if one["done_by"]),
        more=len(more),
        reason_given=bool(reason),
    )
    return Held(row, measures, more, life)


async def move(
    held: Held, event: str, *, by: Actor, at: datetime, content: Mapping[str, Any] | None = None, **columns: Any
) -> None:
    """Play one event: the state and `columns` are kept and a line is written. Raises Illegal, with nothing changed."""
    lifecycles.fire(held.life, event, by)
    changes = {"status": held.life.state, **columns, **({"closed_at": at} if held.life.stage.final else {})}
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(changes, 2))
    await connection().execute(f"UPDATE campaigns SET {sets} WHERE id = $1", held.id, *changes.values())
    await journal.record(
        "rating",
        held.id,
        f"campaign {event}",
        by=by,
        at=at,
        region=held.row["region_code"],
        department=held.row["department"],
        content=content or {},
    )


def said(text: str, field: str, what: str, *, shortest: int = 4, longest: int = LONGEST) -> str:
    """What was typed, without blanks around. Raises Invalid unless it is there, printable and not too long."""
    found = text.strip()
    if not shortest <= len(found) <= longest:
        sentence = f"请写明{what}（{shortest} 到 {longest} 个字）。"
        raise errors.Invalid(sentence, {field: sentence})
    if wrong := unprintable({field: found}):
        raise errors.Invalid(next(iter(wrong.values())), wrong)
    return found
