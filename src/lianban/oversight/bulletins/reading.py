"""What was issued, what is owed, what the next bulletin would say, and the paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.outside import printing
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.oversight.bulletins.issuing import draft
from lianban.oversight.bulletins.talks import TALKS, Talk, shown
from lianban.oversight.indicators.lists import scope, units
from lianban.rules import bulletins as rules
from lianban.rules.actors import Actor, Role

MISSING = "没有找到这一期通报。"
OWED = 4
"""How many periods of a kind are looked back for what was not issued."""
_FIRST = "SELECT min(day) FROM rating_rollups WHERE region_code = $1"
_LIST = "SELECT * FROM bulletins WHERE region_code = $1 ORDER BY issued_at DESC, id DESC LIMIT 100"
_THERE = "SELECT kind, since FROM bulletins WHERE region_code = $1"
_ONE = "SELECT * FROM bulletins WHERE id = $1 AND region_code = $2"
_KEEP = "UPDATE bulletins SET sha256 = CASE sha256 WHEN '' THEN $2 ELSE sha256 END WHERE id = $1 RETURNING sha256"


@dataclass(frozen=True, slots=True)
class Issued:
    """A bulletin as it went out."""

    id: UUID
    kind_name: str
    number: str
    period: str
    content: Mapping[str, Any]
    issued_at: datetime
    issued_by_name: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A period that is over and has no bulletin yet."""

    kind: str
    kind_name: str
    since: date
    until: date
    period: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the page of bulletins shows; `owed` for the supervisor only."""

    issued: tuple[Issued, ...]
    owed: tuple[Owed, ...]
    talks: tuple[Talk, ...]
    issues: bool


async def listing(*, by: Actor, at: datetime) -> Listing:
    """Bulletins of the region for everybody in the house; talks for supervisors and the unit. Raises Forbidden."""
    mine = scope(by)
    async with transaction():
        conn = connection()
        names = await units(by.region)
        found = [_issued(row) for row in await conn.fetch(_LIST, by.region)]
        talks = [shown(row, names) for row in await conn.fetch(TALKS, by.region, mine)]
        first = await conn.fetchval(_FIRST, by.region)
        there = {(row["kind"], row["since"]) for row in await conn.fetch(_THERE, by.region)}
    issues = by.may(Role.SUPERVISOR)
    return Listing(tuple(found), _owed(first, there, local(at).date()) if issues else (), tuple(talks), issues)


def _owed(first: date | None, there: set[tuple[str, date]], today: date) -> tuple[Owed, ...]:
    """The last periods that are over, have something to tell, and were not told; the latest first."""
    owed = []
    for kind, word in rules.KINDS.items():
        since, _ = rules.before(kind, rules.period_of(kind, today)[0])
        for _ in range(OWED):
            if first is None or rules.period_of(kind, since)[1] < first:
                break
            if (kind, since) not in there:
                owed.append(Owed(kind, word, since, rules.period_of(kind, since)[1], rules.period_name(kind, since)))
            since, _ = rules.before(kind, since)
    return tuple(owed)


async def preview(kind: str, since: date, *, by: Actor, at: datetime) -> Mapping[str, Any]:
    """What the bulletin of a period would say now; for the supervisor. Raises Forbidden, Invalid, Conflict."""
    if not by.may(Role.SUPERVISOR):
        raise errors.Forbidden("通报由监督员发出，请用监督员的账号登录。")
    return (await draft(kind, since, "", by=by, at=at))[0]


async def bulletin(id: UUID, *, by: Actor) -> Issued:
    """A bulletin as it was issued. Raises NotFound, Forbidden."""
    scope(by)
    async with transaction():
        row = await connection().fetchrow(_ONE, id, by.region)
    if row is None:
        raise errors.NotFound(MISSING)
    return _issued(row)


async def paper(id: UUID, *, by: Actor) -> tuple[bytes, str]:
    """The paper of a bulletin and the name to save it under: printed once, then always the same bytes.

    Raises NotFound, Forbidden, Busy.
    """
    found = await bulletin(id, by=by)
    async with transaction():
        kept = await connection().fetchval("SELECT sha256 FROM bulletins WHERE id = $1", id)
    name, folder = f"{found.number}.pdf", f"bulletins/{id}"
    if kept:
        return await store().open(f"{folder}/{kept}"), name
    data = await printing.render("notices/bulletin.html", found.content)
    stored = await store().put(folder, data)
    async with transaction():
        kept = await connection().fetchval(_KEEP, id, stored.sha256)
    return (data if kept == stored.sha256 else await store().open(f"{folder}/{kept}")), name


def _issued(row: Mapping[str, Any]) -> Issued:
    content = json.loads(row["content"])
    return Issued(
        row["id"],
        rules.KINDS[row["kind"]],
        row["number"],
        content["period"],
        content,
        local(row["issued_at"]),
        row["issued_by_name"],
    )
