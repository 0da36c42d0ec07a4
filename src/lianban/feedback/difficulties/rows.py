"""A request in hand: its row locked, its parts, the row that lives; what every step asks of it first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.idempotency import once
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.matters import Matter
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.catalog.types import Limit
from lianban.rules.difficulties import CATEGORIES, Category
from lianban.rules.lifecycles import DifficultyRow, Illegal, fire
from lianban.tables.ids import new_id

MISSING = "没有找到这个诉求，请核对后重新打开。"
LONGEST = 2000
READERS = (Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)
TRIAGE_BASIS = "即收即转；期限由本地确定"

_ROW = "SELECT * FROM difficulties WHERE id = $1"
_PARTS = """
SELECT * FROM difficulty_parts WHERE difficulty_id = $1 AND status NOT IN ('returned', 'ended') ORDER BY lead DESC, id
"""
_LATE = """
SELECT EXISTS (SELECT 1 FROM matter_clocks WHERE matter = 'difficulty' AND matter_id = $1 AND stopped_at IS NULL
  AND kind IN ('answer', 'opinion') AND due_at < $2)
"""
_NOTE = """
INSERT INTO difficulty_notes (id, difficulty_id, kind, text, told, due, department, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


@dataclass
class InHand:
    """A request whose row is locked."""

    row: Mapping[str, Any]
    parts: list[Mapping[str, Any]]
    life: DifficultyRow
    at: datetime

    @property
    def id(self) -> UUID:
        """The request's id."""
        return UUID(str(self.row["id"]))

    @property
    def region(self) -> str:
        """Where it was made."""
        return str(self.row["region_code"])

    @property
    def matter(self) -> Matter:
        """Whose clocks they are: those of the leading unit, of the centre while there is none."""
        return Matter("difficulty", self.id, self.region, self.life.lead)

    @property
    def category(self) -> Category | None:
        """The category that was chosen."""
        return CATEGORIES.get(self.life.category)

    async def limit(self, name: str) -> Limit:
        """A limit of the region's policy."""
        return (await policy(self.region)).limit(name)

    async def play(self, event: str, by: Actor, **columns: Any) -> None:
        """One event of the life, with the columns that it sets. Raises Illegal, Forbidden for whose it is not."""
        try:
            fire(self.life, event, by)
        except Illegal as refusal:
            if "uninvolved" in refusal.unmet:
                raise errors.Forbidden(f"{refusal.unmet['uninvolved']}。") from refusal
            raise
        await self.set(status=self.life.state, **columns)

    async def set(self, **columns: Any) -> None:
        """Set columns of the request."""
        setting = ", ".join(f"{name} = ${n}" for n, name in enumerate(columns, start=2))
        await connection().execute(f"UPDATE difficulties SET {setting} WHERE id = $1", self.id, *columns.values())

    async def note(self, kind: str, text: str, *, by: Actor, told: bool = False, due: datetime | None = None) -> None:
        """Keep what was said; `told` is what the one who made the request may read."""
        await connection().execute(
            _NOTE, new_id(self.at), self.id, kind, text, told, due, by.department, by.id, by.name, self.at
        )

    async def tell_journal(self, event: str, *, by: Actor, department: str = "", **facts: Any) -> None:
        """A line in the journal of the request: facts, never what somebody typed."""
        await journal.record(
            "difficulty",
            self.id,
            event,
            by=by,
            at=self.at,
            region=self.region,
            department=department or by.department,
            on_behalf_of=by.on_behalf_of(Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD),
            content=facts,
        )

    async def start_answer(self, *, since: datetime) -> datetime:
        """Start the limits of the category from `since`; until when it is answered."""
        category = self.category
        assert category is not None
        if category.joint:
            telling = await self.limit("difficulty_coordinate")
            await matters.start(self.matter, "tell", telling, "即收即转，告知原因和进展", at=since)
            return await matters.start(
                self.matter, "opinion", await self.limit(category.limit), category.basis, at=since
            )
        return await matters.start(self.matter, "answer", await self.limit(category.limit), category.basis, at=since)


@asynccontextmanager
async def hold(id: UUID, by: Actor, *, at: datetime) -> AsyncIterator[InHand]:
    """One transaction with the request locked, for whoever may see it. Raises NotFound for everybody else."""
    async with transaction():
        row = await connection().fetchrow(f"{_ROW} FOR UPDATE", id)
        parts = list(await connection().fetch(_PARTS, id)) if row else []
        if row is None or not may_see(row, parts, by):
            raise errors.NotFound(MISSING)
        yield InHand(row, parts, await living(row, parts, at=at), at)


async def repeatable(
    key: str, step: str, asked: object, run: Callable[[], Awaitable[object]], *, by: Actor, at: datetime
) -> None:
    """One step, whose repeated submission (a double click, a lost answer) does nothing twice and is no refusal."""

    async def go() -> dict[str, Any]:
        await run()
        return {}

    async with transaction():
        await once(key, f"difficulty {step}", by=by, at=at, fingerprint=asked, run=go)


async def living(row: Mapping[str, Any], parts: list[Mapping[str, Any]], *, at: datetime) -> DifficultyRow:
    """The row that lives, in the caller's transaction."""
    category = CATEGORIES.get(row["category"])
    return DifficultyRow(
        id=str(row["id"]),
        state=row["status"],
        region=row["region_code"],
        category=row["category"],
        about_person=row["about_person"],
        lead=row["lead"],
        parts={part["department"]: part["status"] for part in parts},
        assigned=frozenset(part["department"] for part in parts if part["named"]),
        valid=row["valid"],
        overdue=await connection().fetchval(_LATE, row["id"], at),
        delays=row["delays"],
        replier=row["replier"],
        proposal=bool(row["reply"]),
        satisfied=row["satisfied"],
        reopened=row["reopened"],
        confirmed=row["confirmed"],
        at_window=category is not None and category.at_window,
        blame=category is not None and category.judged,
    )


def may_see(row: Mapping[str, Any], parts: list[Mapping[str, Any]], by: Actor) -> bool:
    """Whether somebody may know of a request: never the one it complains of."""
    if by is SYSTEM:
        return True
    if row["region_code"] != by.region or (row["about_person"] and row["about_person"] == by.id):
        return False
    if by.department:
        return any(part["department"] == by.department for part in parts)
    return by.may(*READERS)


def words(value: str, field: str, what: str, shortest: int = 4) -> str:
    """A text without blanks around it. Raises Invalid with its field."""
    given = value.strip()
    sentence = ""
    if len(given) < shortest:
        sentence = f"请写明{what}（不少于 {shortest} 个字）。"
    elif len(given) > LONGEST:
        sentence = f"{what}最多 {LONGEST} 个字，请缩短。"
    if sentence:
        raise errors.Invalid(sentence, {field: sentence})
    return given
