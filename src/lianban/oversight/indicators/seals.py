"""Days of ratings that are over are sealed as a whole: their number and a keyed digest, each seal chained to the last.

Thirty million ratings a year have no line each in the journal; the seal of their day has one, and the journal's daily
anchor lies outside the database. A rating that is added to a sealed day, removed, or altered, and a standing changed
without its mark, are found by `lianban ratings verify`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lianban import journal
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import SYSTEM

SEALED = "ratings sealed"
GRACE = time(0, 10)
"""Transactions of the last minute of a day have ended by then."""

# What a rating was on its own day: its first standing, and everything that never changes. `row(…)::text` quotes what
# holds commas; instants are numbers, so that no session's time zone changes the text.
_DAY = """
SELECT region_code, count(*) AS ratings, encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY id), 'UTF8')), 'hex')
  AS digest
FROM (
  SELECT r.region_code, r.id, row(r.id, extract(epoch FROM r.at), extract(epoch FROM r.given_at), r.kind, r.step,
    r.channel, r.source, r.grade, r.options, r.comment, COALESCE(f.was, r.standing), r.occasion_id, r.case_id,
    r.task_id, r.point_id, r.item, r.department, r.window_name, r.served_by, r.named, r.entered_by)::text AS line
  FROM ratings r LEFT JOIN (
    SELECT DISTINCT ON (rating_id) rating_id, was FROM rating_marks WHERE rating_day = $1 ORDER BY rating_id, at, id
  ) f ON f.rating_id = r.id
  WHERE r.day = $1 AND ($2::text IS NULL OR r.region_code = $2)
) lines GROUP BY region_code
"""
_MARKS = """
SELECT rating_id FROM (
  SELECT DISTINCT ON (rating_id) rating_id, standing FROM rating_marks
  WHERE rating_day = $1 AND region_code = $2 ORDER BY rating_id, at DESC, id DESC
) m LEFT JOIN ratings r ON r.day = $1 AND r.id = m.rating_id WHERE r.standing IS DISTINCT FROM m.standing
"""
_LAST = "SELECT day, digest FROM rating_seals WHERE region_code = $1 AND day < $2 ORDER BY day DESC LIMIT 1"
_SEAL = """
INSERT INTO rating_seals (region_code, day, ratings, digest, previous, sealed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING day
"""
_OPEN = """
SELECT DISTINCT day FROM rating_rollups r WHERE day >= $1 AND day < $2 AND NOT EXISTS
  (SELECT 1 FROM rating_seals s WHERE s.region_code = r.region_code AND s.day = r.day) ORDER BY day
"""
_SEALS = """
SELECT * FROM rating_seals
WHERE ($1::text IS NULL OR region_code = $1) AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
ORDER BY region_code, day
"""
_JOURNALLED = """
SELECT j.region_code, (c.content ->> 'day')::date AS day, c.content ->> 'digest' AS digest
FROM journal j JOIN journal_contents c USING (position)
WHERE j.stream = 'rating' AND j.subject LIKE 'days %' AND j.event = $1
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What was compared; `faults` are Chinese sentences, none when every day is as it was sealed."""

    days: int
    ratings: int
    faults: tuple[str, ...]


async def due(at: datetime) -> int:
    """Seal the days that are over and that nobody has sealed; how many seals are new."""
    today = local(at).date()
    if local(at).time() < GRACE:
        return 0
    async with transaction():
        conn = connection()
        last: date | None = await conn.fetchval("SELECT max(day) FROM rating_seals")
        # A day without any rating has no seal: the counting of days tells how far to look.
        first = await conn.fetchval("SELECT min(day) FROM rollup_days")
        if first is None or last == today - timedelta(days=1):
            return 0
        days = [row["day"] for row in await conn.fetch(_OPEN, last or first, today)]
    done = 0
    for day in days:
        done += await seal(day, at=at)
    return done


async def seal(day: date, *, at: datetime) -> int:
    """Seal a day for every region that has ratings of it; how many seals are new. Days are sealed in order."""
    done = 0
    async with transaction():
        for row in await connection().fetch(_DAY, day, None):
            done += await _seal(row, day, at)
    return done


async def _seal(row: Mapping[str, object], day: date, at: datetime) -> int:
    conn, region = connection(), str(row["region_code"])
    last = await conn.fetchrow(_LAST, region, day)
    previous = last["digest"] if last else ""
    digest = _digest(region, day, row, previous)
    if await conn.fetchval(_SEAL, region, day, row["ratings"], digest, previous, at) is None:
        return 0
    content = {"day": day.isoformat(), "ratings": row["ratings"], "digest": digest}
    await journal.record("rating", _subject(region), SEALED, by=SYSTEM, at=at, region=region, content=content)
    return 1


async def verify(region: str | None = None, since: date | None = None, until: date | None = None) -> Report:
    """Compare sealed days with the ratings as they are now, day by day: memory stays that of one day."""
    faults: list[str] = []
    ratings = 0
    async with transaction():
        seals = await connection().fetch(_SEALS, region, since, until)
        lines = await connection().fetch(_JOURNALLED, SEALED)
    told = {(line["region_code"], line["day"]): line["digest"] for line in lines}
    before: dict[str, str] = {}
    for one in seals:
        place, day = one["region_code"], one["day"]
        async with transaction():
            found = await connection().fetchrow(_DAY, day, place)
            marks = await connection().fetch(_MARKS, day, place)
        now = found["ratings"] if found else 0
        ratings += now
        wrong = []
        if now != one["ratings"]:
            wrong.append(f"封存时有 {one['ratings']} 条评价，现在有 {now} 条")
        elif not hmac.compare_digest(_digest(place, day, found or {}, one["previous"]), one["digest"]):
            wrong.append("评价的内容和封存时不一致，有的评价被改动过，或者有的结论没有留下记录就改变了")
        if one["previous"] != before.get(place, one["previous"]):
            wrong.append("和前一天的封存不衔接，中间的封存被删除或者重写过")
        if told.pop((place, day), None) != one["digest"]:
            wrong.append("封存和日志里的记录不一致，封存被重写过")
        wrong += [f"评价 {mark['rating_id']} 的结论和最后一次认定不一致" for mark in marks]
        faults += [f"{place} {day}：{sentence}。" for sentence in wrong]
        before[place] = one["digest"]
    faults += [
        f"{place} {day}：日志里有这一天的封存，封存却不见了。"
        for place, day in sorted(told)
        if region in (None, place) and (since or day) <= day <= (until or day)
    ]
    return Report(len(seals), ratings, tuple(faults))


def _subject(region: str) -> str:
    return f"days {region}"


def _digest(region: str, day: date, row: Mapping[str, object], previous: str) -> str:
    key = hmac.new(settings().secret.encode(), b"rating seals", hashlib.sha256).digest()
    text = f"{region} {day} {row.get('ratings', 0)} {row.get('digest', '')} {previous}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
