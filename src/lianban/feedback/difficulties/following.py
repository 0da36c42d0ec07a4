"""Whoever made a request follows it with its number and query code, without an account."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from lianban import errors
from lianban.casework import catalogue, tracking
from lianban.feedback import matters
from lianban.feedback.difficulties.listing import category_name
from lianban.feedback.difficulties.words import NOTES, PLAIN
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.difficulties import RESULTS

UNKNOWN = "编号或查询码不对，请对照登记时的回执重新输入。"
_NOTES = "SELECT * FROM difficulty_notes WHERE difficulty_id = $1 AND told ORDER BY at, id"


@dataclass(frozen=True, slots=True)
class Followed:
    """How a request stands, in plain words; nothing about who handles it but the unit."""

    number: str
    state: str
    over: bool
    category_name: str
    lead_name: str
    due: datetime | None
    provisional: bool
    registered_at: datetime
    problem: str
    result_name: str
    told: tuple[tuple[datetime, str, str, datetime | None], ...]
    """When, what kind, what was said, a new date that was named."""


async def follow_up(region: str, number: str, query_code: str, *, address: str, at: datetime) -> Followed:
    """How it stands. An unknown number and a wrong code get one answer. Raises NotFound, TooOften."""
    wanted, code = ("".join(text.split()).upper() for text in (number, query_code))
    await tracking.may_follow(wanted, address=address, at=at)
    async with transaction():
        row = await connection().fetchrow(
            "SELECT * FROM difficulties WHERE region_code = $1 AND number = $2", region, wanted
        )
        right = hmac.compare_digest((row["query_code"] if row else "").encode(), code.encode())
        if row is None or not right or not code:
            raise errors.NotFound(UNKNOWN)
        notes = await connection().fetch(_NOTES, row["id"])
        clocks = (await matters.clocks_of([row["id"]], at=at))[row["id"]]
        names = await catalogue.departments(region)
    running = next((c for c in clocks if c.kind in ("answer", "opinion") and c.stopped_at is None), None)
    return Followed(
        number=row["number"],
        state=PLAIN[row["status"]],
        over=row["closed_at"] is not None,
        category_name=category_name(row["category"]),
        lead_name=names.get(row["lead"], ""),
        due=running.due if running else None,
        provisional=bool(running and running.provisional),
        registered_at=local(row["registered_at"]),
        problem=row["problem"],
        result_name=RESULTS.get(row["result"], "") if row["replied_at"] else "",
        told=tuple((local(n["at"]), NOTES[n["kind"]], n["text"], local(n["due"]) if n["due"] else None) for n in notes),
    )
