"""Somebody rates: one occasion, one rating (R-HCP-2), in one transaction with what a negative one brings about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.attachments import Attachment
from lianban.casework.policies import policy
from lianban.feedback import rectification
from lianban.feedback.ratings import pictures, signals
from lianban.feedback.ratings.entry import UNKNOWN
from lianban.feedback.ratings.signals import UNKNOWN_SENDER, Sender
from lianban.feedback.ratings.tries import note_try
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import DB, connection, transaction
from lianban.rules.actors import HOLDER, Actor
from lianban.rules.ratings import CHANNELS, NEGATIVE, grade_of, month_of, options_of
from lianban.tables.ids import day_of, new_id

RATED = "rating given"
LONGEST_COMMENT = 500
LONGEST_NAME = 40
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,17}[0-9]")
PERSON = "rating person"
"""The purpose under which the rater's name and number are sealed."""
SEEN_BY_STAFF = frozenset({"terminal", "device"})
"""At the counter the person has just been served by name: where ratings are named, nothing more is asked."""

_OCCASION = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3 FOR UPDATE"
_RATE = """
INSERT INTO ratings (day, id, region_code, at, given_at, kind, step, channel, source, grade, options, comment, standing,
  reason, occasion_id, case_id, task_id, point_id, item, department, window_name, served_by, named, entered_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
"""
_USED = "UPDATE occasions SET rated_at = $3, rating_id = $4 WHERE day = $1 AND id = $2"
_FIRST = "SELECT grade, options, standing, reason FROM ratings WHERE day = $1 AND id = $2"
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
    pictures: tuple[Attachment, ...] = ()
    sender: Sender = UNKNOWN_SENDER


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating that stands. `again`: it had been given before and nothing was changed. `apart`: why it is looked at
    before it counts, "" when it counts at once."""

    id: UUID
    grade: int
    negative: bool
    again: bool = False
    apart: str = ""


class Turned(Exception):
    """A try that is refused and has to be counted; the cause of the refusal that is raised."""

    def __init__(self, reason: str, refusal: errors.Refusal, row: Mapping[str, Any] | None = None) -> None:
        self.reason, self.refusal, self.row = reason, refusal, row or {}


async def rate(token: str, given: Given, *, by: Actor = HOLDER, at: datetime) -> Rated:
    """Rate the occasion of a token. The same rating again (a double tap) is answered as the first was.

    Raises NotFound for an unknown token, Conflict for one that is used or has expired, both counted; Invalid. Called
    within a transaction, the caller counts (`count_refusal`), as what fails there leaves nothing.
    """
    grade = grade_of(given.grade)
    options = options_of(grade, given.options)
    comment = comment_of(given.comment)
    rater = _rater(given.rater)
    assert given.channel in CHANNELS
    kept = await pictures.drawn(given.pictures)
    id = new_id(at)
    # A paper is in time when it was filled in in time, whenever somebody enters it.
    since = given.given_at or at
    try:
        if kept:
            # Nobody fills the store with pictures under a link that opens nothing.
            async with transaction():
                await _held(token, grade, options, since)
            await pictures.store_files(id, kept)
        async with transaction():
            row, again = await _held(token, grade, options, since)
            if again:
                return again
            named = bool(rater.name or rater.phone)
            if not named and (await policy(row["region_code"])).rating_named and _must_be_named(row, given):
                sentence = "本地的评价要留姓名和电话。只有政务服务中心能看到，被评价的单位和人员看不到。"
                raise errors.Invalid(sentence, {"name": sentence})
            inspection = row["kind"] == "inspection"
            why = "" if inspection else await signals.doubts(row, given.channel, given.sender, at=at)
            await connection().execute(
                _RATE,
                day_of(id),
                id,
                row["region_code"],
                at,
                since,
                row["kind"],
                row["step"],
                given.channel,
                "inspection" if inspection else "citizen",
                grade,
                list(options),
                comment,
                "apart" if why else "counted",
                why,
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
                sealed = vault.seal({"name": rater.name, "phone": rater.phone}, PERSON)
                await connection().execute(_PERSON, id, day_of(id), sealed)
            await pictures.add_rows(id, kept, at=at)
            # Each day of ratings is sealed as a whole; a line in the journal has what leads to something.
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
    except Turned as turned:
        if not DB.transaction_exists():
            await _count(turned, at)
        raise turned.refusal from turned
    return Rated(id, grade, grade in NEGATIVE, apart=why)


async def count_refusal(fault: errors.Refusal, *, at: datetime) -> None:
    """Count a refusal of `rate` that was called within a transaction which has failed with it; else nothing."""
    if isinstance(fault.__cause__, Turned):
        await _count(fault.__cause__, at)


async def _count(turned: Turned, at: datetime) -> None:
    where = turned.row
    await note_try(
        turned.reason,
        region=where.get("region_code", ""),
        department=where.get("department", ""),
        point=where.get("point_id"),
        at=at,
    )


def comment_of(text: str) -> str:
    """A text as it is kept. Raises Invalid."""
    comment = text.strip()
    if len(comment) > LONGEST_COMMENT:
        sentence = f"文字最多 {LONGEST_COMMENT} 个字，现在有 {len(comment)} 个字，请删短一些。"
        raise errors.Invalid(sentence, {"comment": sentence})
    return comment


def _rater(said: Rater) -> Rater:
    rater = Rater(said.name.strip(), said.phone.strip())
    wrong = {}
    if len(rater.name) > LONGEST_NAME:
        wrong["name"] = f"姓名最多 {LONGEST_NAME} 个字。"
    if rater.phone and not PHONE.fullmatch(rater.phone):
        wrong["phone"] = "电话号码不完整，请填写手机号码，或者带区号的固定电话。"
    elif rater.name and not rater.phone:
        wrong["phone"] = "留了姓名的，请同时留电话，我们才能回访；不想留的，请把姓名也删去。"
    if wrong:
        raise errors.Invalid(next(iter(wrong.values())), wrong)
    return rater


def _must_be_named(row: Mapping[str, Any], given: Given) -> bool:
    return row["kind"] != "inspection" and given.channel not in SEEN_BY_STAFF


async def _held(
    token: str, grade: int, options: tuple[int, ...], at: datetime
) -> tuple[Mapping[str, Any], Rated | None]:
    """The occasion of a token, locked, and the rating it has if that is the same. Raises Turned."""
    months = month_of(token)
    row = await connection().fetchrow(_OCCASION, token, *months) if months else None
    if row is None:
        raise Turned("unknown", errors.NotFound(UNKNOWN))
    if row["rated_at"] is not None:
        return row, await _again(row, grade, options)
    if at > row["expires_at"]:
        sentence = f"评价期限到 {local(row['expires_at']):%Y年%m月%d日} 为止，已经过了。"
        raise Turned("expired", errors.Conflict(sentence), row)
    return row, None


async def _again(row: Mapping[str, Any], grade: int, options: tuple[int, ...]) -> Rated:
    first = await connection().fetchrow(_FIRST, day_of(row["rating_id"]), row["rating_id"])
    if first and (first["grade"], tuple(first["options"])) == (grade, options):
        apart = first["reason"] if first["standing"] == "apart" else ""
        return Rated(row["rating_id"], grade, grade in NEGATIVE, again=True, apart=apart)
    sentence = "这次服务已经评价过了，每次服务只能评价一次。您可以在原来的评价下面补充说明。"
    raise Turned("used", errors.Conflict(sentence), row)
