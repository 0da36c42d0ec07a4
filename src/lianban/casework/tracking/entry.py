"""Who may follow a case: whoever has its number and its query code, and does not guess.

An unknown number and a wrong code get the same answer after the same work. Attempts are counted by address (all of
them) and by number (the wrong ones), in a transaction of their own, so that guessing stops being worth while.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from lianban import errors
from lianban.casework.policies import policy
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings

WRONG = "编号或查询码不对，请对照受理通知书重新输入。"
KEPT = timedelta(minutes=10)
"""Older counts are forgotten."""

_COUNT = """
INSERT INTO attempts (bucket, slot, count) VALUES ($1, $2, 1)
ON CONFLICT (bucket, slot) DO UPDATE SET count = attempts.count + 1 RETURNING count
"""
_FORGET = """
DELETE FROM attempts WHERE (bucket, slot) IN (
  SELECT bucket, slot FROM attempts WHERE bucket >= 'track ' AND bucket < 'track!' AND slot < $1
  LIMIT 200 FOR UPDATE SKIP LOCKED
)
"""
_CASE = "SELECT id, query_code FROM cases WHERE number = $1 AND status NOT IN ('draft', 'discarded')"


class Unknown(errors.NotFound):
    """Number and code open nothing together."""


class TooOften(errors.Conflict):
    """Too many attempts in this minute; told before anything is looked up."""

    code = "too-many"


async def opened(number: str, query_code: str, *, address: str, at: datetime, patience: int = 1) -> UUID:
    """The case that number and code open together. Counts the attempt, whatever comes of it.

    `patience` multiplies what one address may ask in a minute, for whoever is busy answering; guesses at one number
    are held back as ever. Raises Unknown (one answer for an unknown number and a wrong code) or TooOften.
    """
    wanted, code = _plain(number), _plain(query_code)
    by_address, by_number = _bucket("address", address), _bucket("number", wanted)
    limit = settings().tracking_per_minute
    found: UUID | None = None
    async with transaction():
        # Counted and committed before the answer, so that breaking off a request saves nobody an attempt.
        open = await _count(by_address, at) <= limit * patience and await _counted(by_number, at) < limit
        if open:
            row = await connection().fetchrow(_CASE, wanted)
            right = hmac.compare_digest((row["query_code"] if row else "").encode(), code.encode())
            found = row["id"] if row and right and code else None
            if found is None:
                await _count(by_number, at)
    if not open:
        raise TooOften("查询太频繁了，请过一分钟再试。编号和查询码都在收件凭证和受理通知书上。")
    if found is None:
        raise Unknown(WRONG)
    return found


async def may_verify(*, address: str, at: datetime) -> None:
    """Count a question whether a paper is genuine; they share a limit of their own. Raises TooOften."""
    async with transaction():
        tries = await _count(_bucket("verify", address), at)
    if tries > settings().tracking_per_minute:
        raise TooOften("查验太频繁了，请过一分钟再试。")


async def may_open_box(*, address: str, at: datetime) -> None:
    """Count a try at a box of a self-service cabinet, so that nobody shuts all of them by guessing. Raises TooOften."""
    async with transaction():
        tries = await _count(_bucket("cabinet", address), at)
    if tries > settings().tracking_per_minute:
        raise TooOften("取件码输入得太频繁了，请过一分钟再试。")


async def may_follow(number: str, *, address: str, at: datetime) -> None:
    """Count a try at a number that is no case's but is followed in the same way, by address and by number. Raises
    TooOften."""
    async with transaction():
        tries = await _count(_bucket("follow", address), at), await _count(_bucket("followed", number), at)
    if max(tries) > settings().tracking_per_minute:
        raise TooOften("查询太频繁了，请过一分钟再试。")


async def may_speak(*, address: str, at: datetime) -> None:
    """Count something that is told online without an account. Raises TooOften."""
    async with transaction():
        tries = await _count(_bucket("speak", address), at)
    if tries > settings().tracking_per_minute:
        raise TooOften("提交得太频繁了，请过一分钟再试；着急的请拨打 12345 或者到窗口。")


async def may_call(key: str, *, limit: int, at: datetime) -> None:
    """Count a request of a machine with a key; `limit` in a minute. Raises TooOften."""
    async with transaction():
        tries = await _count(_bucket("machine", key), at)
    if tries > limit:
        raise TooOften("请求太频繁了，请过一分钟再试。")


async def online(case_id: UUID) -> bool:
    """Whether the region of a case lets applicants answer online."""
    async with transaction():
        region = await connection().fetchval("SELECT region_code FROM cases WHERE id = $1", case_id)
    return (await policy(str(region))).online_answers


def _plain(typed: str) -> str:
    """What was typed, without spaces and control characters, in capitals."""
    return "".join(c for c in typed if c.isprintable() and not c.isspace()).upper()[:40]


def _bucket(kind: str, value: str) -> str:
    """The name under which attempts are counted: it holds neither address nor number in the clear."""
    return f"track {kind} {hmac.new(settings().secret.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]}"


def _slot(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


async def _count(bucket: str, at: datetime) -> int:
    """One more in this minute; how many that makes."""
    tries: int = await connection().fetchval(_COUNT, bucket, _slot(at))
    if tries == 1:
        await connection().execute(_FORGET, at - KEPT)
    return tries


async def _counted(bucket: str, at: datetime) -> int:
    tries = await connection().fetchval("SELECT count FROM attempts WHERE bucket = $1 AND slot = $2", bucket, _slot(at))
    return int(tries or 0)
