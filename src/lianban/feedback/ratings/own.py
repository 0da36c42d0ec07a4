"""The citizen's own side of a rating: what the address shows before, and to the one who rated, after.

Whoever only knows the address (the clerk who invited, the next at the screen) sees no more than that it is rated: what
was said opens for the browser it was said from, and for the holder of the case's query code (R-HCP-10).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import occasions, tracking
from lianban.casework.attachments import Attachment
from lianban.casework.calendars import calendar_of
from lianban.casework.occasions import address_of
from lianban.casework.policies import policy
from lianban.feedback.ratings import pictures
from lianban.feedback.ratings.entry import UNKNOWN
from lianban.feedback.ratings.giving import comment_of
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import HOLDER
from lianban.rules.clock import History
from lianban.rules.ratings import GRADES, NEGATIVE, STEPS, month_of, option_text
from lianban.tables.ids import day_of, new_id

ADDED = "rating supplemented"
MOST_ADDITIONS = 5
CLOSED = "没有权限查看这条评价。请用评价时的手机和浏览器打开，或者输入办件的查询码。"
_KEY = "rating key"

_OCCASION = """
SELECT o.*, c.number FROM occasions o LEFT JOIN cases c ON c.id = o.case_id
WHERE o.token = $1 AND o.day >= $2 AND o.day < $3
"""
_RATING = "SELECT * FROM ratings WHERE day = $1 AND id = $2"
_ADDITIONS = "SELECT id, comment, at FROM rating_additions WHERE rating_id = $1 ORDER BY id"
_ADD = "INSERT INTO rating_additions (id, rating_day, rating_id, comment, at) VALUES ($1, $2, $3, $4, $5)"


@dataclass(frozen=True, slots=True)
class Said:
    """What was added later, and when."""

    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """A rating as the one who gave it sees it."""

    id: UUID
    at: datetime
    grade: str
    negative: bool
    options: tuple[str, ...]
    comment: str
    named: bool
    standing: str
    reason: str
    pictures: int
    additions: tuple[Said, ...]
    until: datetime
    """Until when it may be supplemented."""
    may_add: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands under an address: a service, whether it may be rated now, and the rating for who may see it."""

    token: str
    region: str
    matter: str
    step: str
    kind: str
    opened_at: datetime
    expires_at: datetime
    open: bool
    rated: bool
    named_only: bool
    has_code: bool
    """Whether the rating can be opened with a query code."""
    own: Own | None
    others: tuple[tuple[str, str], ...]
    """Other services of the same case that may still be rated, (token, words), for who may see the rating."""


def key_of(token: str) -> str:
    """What opens the rating under a token to the one who gave it."""
    return vault.fingerprint(token, _KEY)


def own_address(token: str) -> str:
    """The whole address that opens a rating to the one who gave it; for messages to that person only."""
    return f"{address_of(token)}?key={key_of(token)}"


def right_key(token: str, key: str) -> bool:
    """Whether the key is the token's."""
    return hmac.compare_digest(key_of(token).encode(), key.encode())


async def opened(token: str, key: str = "", *, at: datetime) -> Opened:
    """What a token opens. Raises NotFound."""
    async with transaction():
        row = await _occasion(token)
        own = await _own(row, at) if row["rated_at"] and right_key(token, key) else None
        named_only = (await policy(row["region_code"])).rating_named
        others = await occasions.of_case(row["case_id"]) if own and row["case_id"] else []
    return Opened(
        token=token,
        region=row["region_code"],
        matter=row["matter"].removesuffix(f"（{STEPS[row['step']]}）"),
        step=STEPS[row["step"]],
        kind=row["kind"],
        opened_at=local(row["opened_at"]),
        expires_at=local(row["expires_at"]),
        open=row["rated_at"] is None and at <= row["expires_at"],
        rated=row["rated_at"] is not None,
        named_only=named_only,
        has_code=row["number"] is not None,
        own=own,
        others=tuple((one.token, one.matter) for one in others if one.open(at)),
    )


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a case for the holder of its query code: `to` is where it is rated, or where its rating stands."""

    words: str
    until: datetime
    rated: bool
    to: str


async def services(case_id: UUID, *, at: datetime) -> list[Service]:
    """What of a case may be rated now or was rated, oldest first."""
    async with transaction():
        found = await occasions.of_case(case_id)
    return [
        Service(
            words=one.matter,
            until=one.expires_at,
            rated=one.rated_at is not None,
            to=f"/r/{one.token}?key={key_of(one.token)}" if one.rated_at else f"/r/{one.token}?via=portal",
        )
        for one in found
        if one.rated_at or one.open(at)
    ]


async def open_with_code(token: str, code: str, *, address: str, at: datetime) -> str:
    """The key of a rating for the holder of its case's query code. Raises NotFound, TooOften."""
    async with transaction():
        row = await _occasion(token)
    if row["number"] is None:
        raise errors.NotFound(CLOSED)
    await tracking.opened(row["number"], code, address=address, at=at)
    return key_of(token)


async def supplement(token: str, key: str, comment: str, files: tuple[Attachment, ...] = (), *, at: datetime) -> None:
    """Add words or pictures to a rating within its period; the grade stays. The same words again are the same addition.

    Raises NotFound without the key, Conflict when the period is over, Invalid.
    """
    comment = comment_of(comment)
    if not comment and not files:
        sentence = "请填写要补充的内容，或者选择图片。"
        raise errors.Invalid(sentence, {"comment": sentence})
    if not right_key(token, key):
        raise errors.NotFound(CLOSED)
    kept = await pictures.drawn(files)
    async with transaction():
        rating = await _may_add(await _occasion(token), at)
    await pictures.store_files(rating, kept)
    async with transaction():
        row = await _occasion(token, lock=True)
        rating = await _may_add(row, at)
        conn = connection()
        said = [one["comment"] for one in await conn.fetch(_ADDITIONS, rating)]
        if comment in said and not kept:
            return
        if len(said) >= MOST_ADDITIONS:
            raise errors.Conflict(f"一条评价最多补充 {MOST_ADDITIONS} 次。还有要反映的，请联系政务服务中心。")
        if len(await pictures.of_rating(rating)) + len(kept) > pictures.MOST:
            sentence = f"一条评价的图片总共最多 {pictures.MOST} 张。"
            raise errors.Invalid(sentence, {"pictures": sentence})
        id = new_id(at)
        await conn.execute(_ADD, id, day_of(rating), rating, comment, at)
        await pictures.add_rows(rating, kept, addition=id, at=at)
        content = {"words": bool(comment), "pictures": len(kept)}
        await journal.record(
            "rating",
            rating,
            ADDED,
            by=HOLDER,
            at=at,
            region=row["region_code"],
            department=row["department"],
            content=content,
        )


async def _occasion(token: str, *, lock: bool = False) -> Mapping[str, Any]:
    months = month_of(token)
    statement = f"{_OCCASION} FOR UPDATE OF o" if lock else _OCCASION
    row: Mapping[str, Any] | None = await connection().fetchrow(statement, token, *months) if months else None
    if row is None:
        raise errors.NotFound(UNKNOWN)
    return row


async def _until(region: str, rated_at: datetime) -> datetime:
    limit = (await policy(region)).limit("rating_supplement")
    return clock.reckon(History(rated_at, limit), await calendar_of(region), explain=False).instant


async def _may_add(row: Mapping[str, Any], at: datetime) -> UUID:
    if row["rated_at"] is None:
        raise errors.NotFound(CLOSED)
    until = await _until(row["region_code"], row["rated_at"])
    if at > until:
        raise errors.Conflict(f"补充评价的期限到 {until:%Y年%m月%d日} 为止，已经过了。")
    id: UUID = row["rating_id"]
    return id


async def _own(row: Mapping[str, Any], at: datetime) -> Own:
    conn = connection()
    rating = await conn.fetchrow(_RATING, day_of(row["rating_id"]), row["rating_id"])
    until = await _until(row["region_code"], row["rated_at"])
    additions = tuple(Said(one["comment"], local(one["at"])) for one in await conn.fetch(_ADDITIONS, rating["id"]))
    return Own(
        id=rating["id"],
        at=local(rating["at"]),
        grade=GRADES[rating["grade"]],
        negative=rating["grade"] in NEGATIVE,
        options=tuple(option_text(code) for code in rating["options"]),
        comment=rating["comment"],
        named=rating["named"],
        standing=rating["standing"],
        reason=rating["reason"],
        pictures=len(await pictures.of_rating(rating["id"])),
        additions=additions,
        until=until,
        may_add=at <= until and len(additions) < MOST_ADDITIONS,
    )
