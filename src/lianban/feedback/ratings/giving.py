"""Somebody rates: one occasion, one rating (R-HCP-2), in one transaction with what a negative one brings about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.feedback import rectification
from lianban.feedback.ratings.entry import UNKNOWN
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER, Actor
from lianban.rules.ratings import CHANNELS, NEGATIVE, grade_of, month_of, options_of
from lianban.tables.ids import day_of, new_id

RATED = "rating given"
LONGEST_COMMENT = 500
PERSON = "rating person"
"""The purpose under which the rater's name and number are sealed."""

_OCCASION = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3 FOR UPDATE"
_RATE = """
INSERT INTO ratings (day, id, region_code, at, given_at, kind, step, channel, source, grade, options, comment, standing,
  reason, occasion_id, case_id, task_id, point_id, item, department, window_name, served_by, named, entered_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
"""
_USED = "UPDATE occasions SET rated_at = $3, rating_id = $4 WHERE day = $1 AND id = $2"
_PERSON = "INSERT INTO rating_people (rating_id, rating_day, sealed) VALUES ($1, $2, $3)"


@dataclass(frozen=True, slots=True)
class Rater:
    """Who rates, if they say so; kept sealed, for the centre only (R-HCP-5)."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is said: the grade and codes as typed, and how it came. `given_at` is when a paper was filled in."""

    grade: str
    options: tuple[str, ...] = ()
    comment: str = ""
    channel: str = "static_qr"
    rater: Rater = Rater()
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating that stands. `again`: it had been given before and nothing was changed."""

    id: UUID
    grade: int
    negative: bool
    again: bool = False


async def rate(token: str, given: Given, *, by: Actor = HOLDER, at: datetime) -> Rated:
    """Rate the occasion of a token. The same rating again (a double tap) is answered as the first was.

    Raises NotFound for an unknown token, Conflict for one that is used or has expired, Invalid.
    """
    grade = grade_of(given.grade)
    options = options_of(grade, given.options)
    comment = given.comment.strip()
    if len(comment) > LONGEST_COMMENT:
        sentence = f"文字最多 {LONGEST_COMMENT} 个字，现在有 {len(comment)} 个字，请删短一些。"
        raise errors.Invalid(sentence, {"comment": sentence})
    assert given.channel in CHANNELS
    months = month_of(token)
    async with transaction():
        row = await connection().fetchrow(_OCCASION, token, *months) if months else None
        if row is None:
            raise errors.NotFound(UNKNOWN)
        if row["rated_at"] is not None:
            return await _again(row, grade, options)
        if at > row["expires_at"]:
            raise errors.Conflict(f"评价期限到 {local(row['expires_at']):%Y年%m月%d日} 为止，已经过了。")
        id = new_id(at)
        named = bool(given.rater.name or given.rater.phone)
        await connection().execute(
            _RATE,
            day_of(id),
            id,
            row["region_code"],
            at,
            given.given_at or at,
            row["kind"],
            row["step"],
            given.channel,
            "inspection" if row["kind"] == "inspection" else "citizen",
            grade,
            list(options),
            comment,
            "counted",
            "",
            row["id"],
            row["case_id"],
            row["task_id"],
            row["point_id"],
            row["item"],
            row["department"],
            row["window_name"],
            row["served_by"],
            named,
            "" if by == HOLDER else by.id,
        )
        await connection().execute(_USED, row["day"], row["id"], at, id)
        if named:
            sealed = vault.seal({"name": given.rater.name, "phone": given.rater.phone}, PERSON)
            await connection().execute(_PERSON, id, day_of(id), sealed)
        # Each day of ratings is sealed as a whole; a line of its own in the journal has what leads to something.
        if grade in NEGATIVE:
            await journal.record(
                "rating",
                id,
                RATED,
                by=by,
                at=at,
                region=row["region_code"],
                department=row["department"],
                content={"grade": grade, "channel": given.channel, "kind": row["kind"], "step": row["step"]},
            )
            await rectification.open_for_rating(id, at=at)
    return Rated(id, grade, grade in NEGATIVE)


async def _again(row: Mapping[str, Any], grade: int, options: tuple[int, ...]) -> Rated:
    first = await connection().fetchrow(
        "SELECT grade, options FROM ratings WHERE day = $1 AND id = $2", day_of(row["rating_id"]), row["rating_id"]
    )
    if first and (first["grade"], tuple(first["options"])) == (grade, options):
        return Rated(row["rating_id"], grade, grade in NEGATIVE, again=True)
    raise errors.Conflict("这次服务已经评价过了，每次服务只能评价一次。您可以在原来的评价下面补充说明。")
