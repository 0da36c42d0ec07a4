"""Closed cases, the draws among them, and people who call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import catalogue
from lianban.feedback import callbacks
from lianban.feedback.callbacks import CallbackLine, Filters, Said
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.callbacks import questions
from lianban.tables.ids import new_id
from tests.actions.delivering import day
from tests.actions.working import REGION

CALLER = Actor("caller", "韩梅", REGION, frozenset({Role.CLERK}), window="综合窗口 5 号", terminal="窗口5")
WINDOWS = ("综合窗口 1 号", "综合窗口 2 号", "综合窗口 3 号")
TUESDAY = day(11, 3, 0, 5)
"""Just after midnight, when the worker does the day's chores."""

_CASE = """
INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, number, applicant, opened_by, window_name,
  opened_at, accepted_by, closed_at, updated_at)
SELECT $1, $2, 'newborn', '新生儿出生一件事', min(hash), 'closed', $3, '朴美兰', $4, $5, $6, $4, $6, $6 FROM editions
"""
_PARTY = "INSERT INTO parties (id, case_id, role, name, phone) VALUES ($1, $2, 'applicant', '朴美兰', '13800138000')"


async def begin() -> None:
    """From Monday, 2 November 2026, on it is drawn."""
    at = day(11, 2, 8)
    await catalogue.ship(at)
    assert await callbacks.draw(REGION, by=SYSTEM, at=at) == []


async def closed(at: datetime, window: str = WINDOWS[0], *, count: int = 1, by: str = "wang") -> list[UUID]:
    """That many cases are closed at a window."""
    ids = [new_id(at) for _ in range(count)]
    async with transaction():
        for id in ids:
            await connection().execute(_CASE, id, REGION, f"{REGION}-2026-{id.hex[-8:]}", by, window, at)
            await connection().execute(_PARTY, new_id(at), id)
    return ids


async def pending(by: Actor = CALLER, **filters: str) -> list[CallbackLine]:
    """The work list of a caller."""
    found = await callbacks.listing(by=by, filters=Filters(**filters), at=day(11, 3))  # type: ignore[arg-type]
    return list(found.lines)


async def drawn(window: str = WINDOWS[0]) -> UUID:
    """One case was closed on Monday, 2 November 2026, and is drawn on Tuesday; the call-back."""
    await begin()
    await closed(day(11, 2), window)
    await callbacks.draw(REGION, by=SYSTEM, at=TUESDAY)
    return (await pending())[0].id


def answers(source: str = "draw", **other: str) -> dict[str, str]:
    """Everything is fine, but for what is said otherwise."""
    fine = {q.id: "yes" if q.finding == "no" else "no" for q in questions(REGION, source)}
    return fine | other


async def tries(id: UUID, at: datetime, said: Said, by: Actor = CALLER) -> callbacks.Called:
    """The number is opened and the outcome written down."""
    await callbacks.open_number(id, by=by, at=at)
    return await callbacks.record(id, said, by=by, at=at)
