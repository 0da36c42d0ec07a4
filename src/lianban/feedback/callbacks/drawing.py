"""The daily draw: cases closed on a day that is over, by window, under a seed that was committed to before (S1).

The seed of the next draw is made as soon as the last one is used; only its digest is shown, and it stands in the
journal. So nobody can try seeds until the sample pleases. Days are caught up one by one, however long nobody drew.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.matters import Matter
from lianban.outside import vault
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.callbacks import Member, commitment_of, derive, digest_of
from lianban.tables.ids import new_id

DRAWN, PREPARED = "callbacks drawn", "callback seed prepared"
DRAWN_BASIS = "每日按比例抽取办结办件回访（安康：不低于 10%）"
LATE = timedelta(days=10)
"""How far before the last drawn day cases are looked for whose closure was written down only afterwards."""
MARK, SEED = "callback mark", "callback seed"
"""Purposes of the keyed digest of a case, and of the sealed seed."""

_REGIONS = "SELECT DISTINCT region_code FROM people WHERE region_code <> '' ORDER BY 1"
_NEXT = "SELECT * FROM callback_seeds WHERE region_code = $1 AND used_at IS NULL FOR UPDATE"
_FIRST = "SELECT min(prepared_at) FROM callback_seeds WHERE region_code = $1"
_LAST = "SELECT max(day) FROM callback_draws WHERE region_code = $1"
_PREPARE = """
INSERT INTO callback_seeds (id, region_code, serial, commitment, sealed, prepared_at)
SELECT $1, $2, COALESCE(max(serial), 0) + 1, $3, $4, $5 FROM callback_seeds WHERE region_code = $2 RETURNING serial
"""
_CLOSED = """
SELECT id, window_name, bundle_name, opened_by, accepted_by, closed_at FROM cases c
WHERE region_code = $1 AND closed_at >= $2 AND closed_at < $3
  AND NOT EXISTS (SELECT 1 FROM callback_members m WHERE m.case_id = c.id)
ORDER BY closed_at, id
"""
_SERIAL = "SELECT count(*) + 1 FROM callback_draws WHERE region_code = $1 AND day = $2"
_DRAW = """
INSERT INTO callback_draws (id, region_code, day, serial, seed, commitment, committed_at, share, population, sample,
  digest, drawn_at, by_id, by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_MEMBER = "INSERT INTO callback_members (case_id, draw_id, window_name, mark, chosen) VALUES ($1, $2, $3, $4, $5)"
_OPEN = """
INSERT INTO callbacks (id, region_code, source, source_id, cause, case_id, matter, window_name, served_by, status,
  opened_at, ready_at)
VALUES ($1, $2, 'draw', $3, $3, $3, $4, $5, $6, 'pending', $7, $7)
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One day's draw: how many were closed on `day`, and how many of them are called."""

    id: UUID
    day: date
    population: int
    sample: int


def mark_of(case_id: UUID) -> str:
    """What stands for a case in a published population; nobody without the installation's secret finds the case."""
    return vault.fingerprint(str(case_id), MARK)


async def draw_all(at: datetime) -> int:
    """The day's chore: every region draws what is not drawn yet; how many draws were made. One that cannot holds up no
    other; its days are caught up."""
    async with transaction():
        regions = [row["region_code"] for row in await connection().fetch(_REGIONS)]
    made, failed = 0, None
    for region in regions:
        try:
            made += len(await draw(region, by=SYSTEM, at=at))
        except Exception as error:
            failed = error
    if failed:
        raise failed
    return made


async def draw_now(*, by: Actor, at: datetime) -> list[Drawn]:
    """The button of the supervisor: the same draw as the chore's, at once. Raises Forbidden."""
    posts.require(by, Role.SUPERVISOR, region=by.region)
    return await draw(by.region, by=by, at=at)


async def draw(region: str, *, by: Actor, at: datetime) -> list[Drawn]:
    """Draw each day that is over and has closed cases in no population yet; [] when there is nothing.

    The first time only a seed is made: the days from that one on are drawn when they are over.
    """
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"draw of {region}")
        seed = await connection().fetchrow(_NEXT, region)
        if seed is None:
            await _prepare(region, at=at)
            return []
        days = await _days(region, at)
        found = [await _draw_day(region, day, rows, seed, by=by, at=at) for day, rows in days.items()]
        if found:
            await connection().execute("UPDATE callback_seeds SET used_at = $2 WHERE id = $1", seed["id"], at)
            await _prepare(region, at=at)
    return found


async def _prepare(region: str, *, at: datetime) -> None:
    """The seed of the next draw: 256 random bits, sealed; its digest goes into the journal."""
    id, seed = new_id(at), secrets.token_hex(32)
    serial = await connection().fetchval(
        _PREPARE, id, region, commitment_of(seed), vault.seal({"seed": seed}, SEED), at
    )
    content = {"serial": serial, "commitment": commitment_of(seed)}
    await journal.record("rating", id, PREPARED, by=SYSTEM, at=at, region=region, content=content)


async def _days(region: str, at: datetime) -> dict[date, list[Mapping[str, Any]]]:
    """Closed cases in no population yet, by the day of their closure; only days that are over."""
    first = local(await connection().fetchval(_FIRST, region)).date()
    last: date | None = await connection().fetchval(_LAST, region)
    since = max(first, last - LATE) if last else first
    rows = await connection().fetch(_CLOSED, region, _midnight(since), _midnight(local(at).date()))
    days: dict[date, list[Mapping[str, Any]]] = {}
    for row in rows:
        days.setdefault(local(row["closed_at"]).date(), []).append(row)
    return days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def _draw_day(
    region: str, day: date, rows: list[Mapping[str, Any]], kept: Mapping[str, Any], *, by: Actor, at: datetime
) -> Drawn:
    conn, chosen = connection(), await policy(region)
    seed = vault.unseal(kept["sealed"], SEED)["seed"]
    marks = {row["id"]: mark_of(row["id"]) for row in rows}
    population = [Member(row["window_name"], marks[row["id"]]) for row in rows]
    found = derive(population, seed, chosen.callback_share)
    id, digest = new_id(at), digest_of(population)
    await conn.execute(
        _DRAW,
        id,
        region,
        day,
        await conn.fetchval(_SERIAL, region, day),
        seed,
        kept["commitment"],
        kept["prepared_at"],
        chosen.callback_share,
        found.size,
        len(found.chosen),
        digest,
        at,
        by.id,
        by.name,
    )
    await conn.executemany(
        _MEMBER, [(r["id"], id, r["window_name"], marks[r["id"]], marks[r["id"]] in found.chosen) for r in rows]
    )
    for row in rows:
        if marks[row["id"]] in found.chosen:
            await _open(region, row, at=at)
    content = {
        "day": day.isoformat(),
        "population": found.size,
        "sample": len(found.chosen),
        "share": chosen.callback_share,
        "commitment": kept["commitment"],
        "digest": digest,
    }
    await journal.record("rating", id, DRAWN, by=by, at=at, region=region, content=content)
    return Drawn(id, day, found.size, len(found.chosen))


async def _open(region: str, row: Mapping[str, Any], *, at: datetime) -> None:
    id = new_id(at)
    served = [by for by in dict.fromkeys((row["opened_by"], row["accepted_by"])) if by]
    await connection().execute(_OPEN, id, region, row["id"], row["bundle_name"], row["window_name"], served, at)
    limit = (await policy(region)).limit("callback")
    await matters.start(Matter("callback", id, region), "callback", limit, DRAWN_BASIS, at=at)
