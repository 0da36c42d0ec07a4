"""约谈: a unit at the last place of two bulletins running is to be talked to; what came of it is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.bulletins import before, period_of
from lianban.tables.ids import new_id

LONGEST = 500
OUTCOMES = {"": "待约谈", "held": "已约谈", "declined": "不约谈"}
_OF = "SELECT id, laggards FROM bulletins WHERE region_code = $1 AND kind = $2 AND since = $3"
_PROPOSE = """
INSERT INTO talks (id, region_code, department, bulletin_id, before_id, proposed_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
TALKS = """
SELECT t.*, b.number, p.number AS number_before FROM talks t JOIN bulletins b ON b.id = t.bulletin_id
JOIN bulletins p ON p.id = t.before_id
WHERE t.region_code = $1 AND ($2::text IS NULL OR t.department = $2) ORDER BY t.id DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that is proposed, held or declined, with the two bulletins that led to it."""

    id: UUID
    unit: str
    number_before: str
    number: str
    proposed_at: datetime
    outcome: str
    outcome_name: str
    note: str
    decided_at: datetime | None
    decided_by_name: str


async def propose(id: UUID, region: str, kind: str, since: date, last: Sequence[str], *, at: datetime) -> None:
    """Propose talks with the units that were last in the bulletin before, or in the one after, as well: in whichever
    order they are issued. In the caller's transaction."""
    conn = connection()
    earlier = await conn.fetchrow(_OF, region, kind, before(kind, since)[0])
    later = await conn.fetchrow(_OF, region, kind, period_of(kind, since)[1] + timedelta(days=1))
    for department in last:
        if earlier is not None and department in earlier["laggards"]:
            await conn.execute(_PROPOSE, new_id(at), region, department, id, earlier["id"], at)
        if later is not None and department in later["laggards"]:
            await conn.execute(_PROPOSE, new_id(at), region, department, later["id"], id, at)


async def settle(talk_id: UUID, *, held: bool, note: str, by: Actor, at: datetime) -> None:
    """Write down what was agreed in the talk, or why there is none. Raises Forbidden, NotFound, Invalid, Conflict."""
    if not by.may(Role.SUPERVISOR):
        raise errors.Forbidden("约谈由监督员登记，请用监督员的账号登录。")
    said = note.strip()
    if not 2 <= len(said) <= LONGEST:
        sentence = f"请写明约谈的情况或者不约谈的理由（{LONGEST} 字以内）。"
        raise errors.Invalid(sentence, {"note": sentence})
    async with transaction():
        conn = connection()
        row = await conn.fetchrow(
            "SELECT * FROM talks WHERE id = $1 AND region_code = $2 FOR UPDATE", talk_id, by.region
        )
        if row is None:
            raise errors.NotFound("没有找到这条约谈建议。")
        outcome = "held" if held else "declined"
        if row["outcome"]:
            if (row["outcome"], row["note"]) == (outcome, said):
                return
            raise errors.Conflict(f"{row['decided_by_name']}已经登记了这次约谈，请刷新页面。")
        await conn.execute(
            "UPDATE talks SET outcome = $2, note = $3, decided_at = $4, decided_by = $5, decided_by_name = $6"
            " WHERE id = $1",
            talk_id,
            outcome,
            said,
            at,
            by.id,
            by.name,
        )
        await journal.record(
            "rating", row["bulletin_id"], "talk settled", by=by, at=at, department=row["department"],
            content={"outcome": outcome},
        )  # fmt: skip


def shown(row: Mapping[str, Any], names: Mapping[str, str]) -> Talk:
    """A row of TALKS as a page shows it."""
    return Talk(
        row["id"],
        names.get(row["department"], row["department"]),
        row["number_before"],
        row["number"],
        local(row["proposed_at"]),
        row["outcome"],
        OUTCOMES[row["outcome"]],
        row["note"],
        local(row["decided_at"]) if row["decided_at"] else None,
        row["decided_by_name"],
    )
