"""A cause that shows a fault of the catalogue becomes a proposal, which the administrator adopts or declines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors, journal
from lianban.feedback.difficulties.listing import cause_name, month_of
from lianban.feedback.difficulties.rows import words
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.difficulties import cause_of
from lianban.tables.ids import new_id

_SHOWN = """
SELECT id FROM difficulties WHERE region_code = $1 AND cause = $2 AND registered_at >= $3 AND registered_at < $4
ORDER BY id LIMIT 1000
"""
_INSERT = """
INSERT INTO catalogue_proposals (id, region_code, cause, difficulties, item, text, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LIST = """
SELECT * FROM catalogue_proposals WHERE region_code = $1 ORDER BY answered_at IS NOT NULL, at DESC, id LIMIT 100
"""
_ANSWER = """
UPDATE catalogue_proposals SET adopted = $2, answer = $3, answered_by = $4, answered_by_name = $5, answered_at = $6
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with its answer; `requests` are those that showed the cause."""

    id: UUID
    cause: str
    cause_name: str
    requests: tuple[UUID, ...]
    item: str
    text: str
    by_name: str
    at: datetime
    adopted: bool | None
    answer: str
    answered_by_name: str
    answered_at: datetime | None


async def propose(cause: str, month: str, text: str, *, item: str = "", by: Actor, at: datetime) -> UUID:
    """Propose a change of the catalogue, on the ground of the requests of a month that showed the cause; the id.

    Raises Forbidden, Invalid where the cause lies not in the catalogue or no request shows it.
    """
    chosen, said = cause_of(cause), words(text, "text", "建议的内容")
    if by.department or not by.may(Role.CLERK, Role.SUPERVISOR):
        raise errors.Forbidden("向事项目录提建议的是综合窗口和监督员。")
    if not chosen.catalogue:
        sentence = f"“{chosen.name}”不是事项目录的问题，不能形成目录建议。"
        raise errors.Invalid(sentence, {"cause": sentence})
    period = month_of(month)
    async with transaction():
        shown = await connection().fetch(_SHOWN, by.region, chosen.id, *period) if period else []
        if not shown:
            sentence = "这个月没有因为这个原因的诉求，请选择有诉求的月份。"
            raise errors.Invalid(sentence, {"cause": sentence})
        id = new_id(at)
        await connection().execute(
            _INSERT, id, by.region, chosen.id, [r["id"] for r in shown], item.strip(), said, by.id, by.name, at
        )
        content = {"cause": chosen.id, "requests": len(shown)}
        await journal.record("catalogue", id, "catalogue change proposed", by=by, at=at, content=content)
    return id


async def proposals(*, by: Actor) -> list[Proposal]:
    """The proposals of the region, unanswered ones first. Raises Forbidden for departments."""
    if by.department:
        raise errors.Forbidden("目录建议由综合窗口、监督员和系统管理员查看。")
    async with transaction():
        rows = await connection().fetch(_LIST, by.region)
    return [
        Proposal(
            id=r["id"],
            cause=r["cause"],
            cause_name=cause_name(r["cause"]),
            requests=tuple(r["difficulties"]),
            item=r["item"],
            text=r["text"],
            by_name=r["by_name"],
            at=local(r["at"]),
            adopted=r["adopted"],
            answer=r["answer"],
            answered_by_name=r["answered_by_name"],
            answered_at=local(r["answered_at"]) if r["answered_at"] else None,
        )
        for r in rows
    ]


async def answer_proposal(id: UUID, adopted: bool, answer: str, *, by: Actor, at: datetime) -> None:
    """The administrator says what becomes of it. Raises NotFound, Forbidden, Conflict once it was answered, Invalid."""
    said = words(answer, "answer", "答复", 2)
    if not by.may(Role.ADMINISTRATOR):
        raise errors.Forbidden("目录建议由系统管理员答复。")
    async with transaction():
        row = await connection().fetchrow(
            "SELECT * FROM catalogue_proposals WHERE id = $1 AND region_code = $2 FOR UPDATE", id, by.region
        )
        if row is None:
            raise errors.NotFound("没有找到这条建议，请刷新页面。")
        if row["answered_at"] is not None:
            raise errors.Conflict(f"{row['answered_by_name']}已经答复了这条建议。")
        await connection().execute(_ANSWER, id, adopted, said, by.id, by.name, at)
        content = {"adopted": adopted}
        await journal.record("catalogue", id, "catalogue change answered", by=by, at=at, content=content)
