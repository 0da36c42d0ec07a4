"""Counts of a day, made anew from its ratings, marks and occasions, never added to.

Each count carries the day on which it became known, so that one sum tells what stood on any past day. A day is counted
again whenever it may have changed: today, a day whose rating was marked, a day on which nobody counted. To count it
twice, late or by two workers changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.oversight.indicators.populations import made_at

REPORTED = timedelta(days=14)
"""How long the answers to a day's upward reports are waited for: what comes later came too late."""
OVERLAP = timedelta(minutes=10)
"""A transaction that began before the last count may have ended after it."""
EVER = datetime(2020, 1, 1, tzinfo=SHANGHAI)

# What a rating is to the columns, before and after each mark. A citizen's rating of a service uses its occasion up
# unless it stands apart, or has stood apart and was found invalid (`refuted`): then it was no citizen's.
_LINES = """
WITH moves AS MATERIALIZED (
  SELECT r.region_code, r.day, r.day AS known, r.department, r.kind, r.step, r.channel, r.source, r.grade,
    COALESCE(f.was, r.standing) AS standing, r.occasion_id, false AS refuted, 1 AS d
  FROM ratings r LEFT JOIN (
    SELECT DISTINCT ON (rating_id) rating_id, was FROM rating_marks WHERE rating_day = $1 ORDER BY rating_id, at, id
  ) f ON f.rating_id = r.id
  WHERE r.day = $1
  UNION ALL
  SELECT r.region_code, r.day, (m.at AT TIME ZONE 'Asia/Shanghai')::date, r.department, r.kind, r.step, r.channel,
    r.source, r.grade, s.standing, r.occasion_id, m.was = 'apart' AND m.standing = 'invalid', s.d
  FROM rating_marks m JOIN ratings r ON r.day = $1 AND r.id = m.rating_id,
    LATERAL (VALUES (m.was, -1), (m.standing, 1)) s (standing, d)
  WHERE m.rating_day = $1
)
"""
_RATINGS = f"""
{_LINES}
INSERT INTO rating_rollups (region_code, day, known, department, kind, step, channel, source, grade, standing, n)
SELECT region_code, day, known, department, kind, step, channel, source, grade, standing, sum(d)
FROM moves GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(d) <> 0
"""
_RATED = f"""
{_LINES}
INSERT INTO occasion_rollups (region_code, day, known, counted, what, department, kind, step, n)
SELECT region_code, ({made_at("occasion_id")} AT TIME ZONE 'Asia/Shanghai')::date, known, day, 'rated',
  department, kind, step, sum(d)
FROM moves WHERE source = 'citizen' AND kind IN ('visit', 'matter') AND standing IN ('counted', 'invalid')
  AND NOT refuted
GROUP BY 1, 2, 3, 4, 6, 7, 8 HAVING sum(d) <> 0
"""
_MINTED = """
INSERT INTO occasion_rollups (region_code, day, known, counted, what, department, kind, step, n)
SELECT region_code, day, day, day, 'minted', department, kind, step, count(*)
FROM occasions WHERE day = $1 AND kind IN ('visit', 'matter') GROUP BY region_code, day, department, kind, step
"""
# A report is one of those that count once it is accepted or its time is over, and not before there was one. One that a
# reconciliation finds differing or lost is not accurate from that day on, until a later one finds it right, or what was
# lost is accepted again.
_REPORTS = """
WITH looks AS (
  SELECT k.id, k.region_code, k.at, k.differing, k.missing FROM upward_reconciliations k WHERE k.day = $1
), wrong AS (
  SELECT u.* FROM upward_reports u WHERE u.day = $1 AND u.accepted_at <= u.due_by
    AND u.id IN (SELECT unnest(differing || missing) FROM looks)
), said AS (
  SELECT w.id, k.at, k.id AS look, w.id = ANY(k.differing || k.missing) AS faulty
  FROM wrong w JOIN looks k ON k.region_code = w.region_code
  UNION ALL
  SELECT w.id, w.answered_at, NULL, false FROM wrong w WHERE w.status = 'accepted' AND w.id = ANY((
    SELECT k.missing FROM looks k WHERE k.region_code = w.region_code AND k.at <= w.answered_at
    ORDER BY k.at DESC, k.id DESC LIMIT 1)::uuid[])
), looked AS (
  SELECT id, at, faulty, COALESCE(lag(faulty) OVER (PARTITION BY id ORDER BY at, look), false) AS was FROM said
), moves AS (
  SELECT region_code, GREATEST(created_at, LEAST(accepted_at, due_by)) AS at, 'made' AS what, 1 AS d
  FROM upward_reports WHERE day = $1
  UNION ALL
  SELECT region_code, accepted_at, 'in_time', 1 FROM upward_reports WHERE day = $1 AND accepted_at <= due_by
  UNION ALL
  SELECT w.region_code, GREATEST(l.at, w.accepted_at), 'in_time', CASE WHEN l.faulty THEN -1 ELSE 1 END
  FROM looked l JOIN wrong w USING (id) WHERE l.faulty <> l.was
)
INSERT INTO report_rollups (region_code, day, known, what, n)
SELECT region_code, $1, (at AT TIME ZONE 'Asia/Shanghai')::date, what, sum(d) FROM moves GROUP BY 1, 3, 4
HAVING sum(d) <> 0
"""
# Days of which not everything was accepted in time when they were counted: that may still come. Of days longer past,
# what was queued only lately, and changes that were accepted lately: a rating is written off weeks after its day.
_OPEN = """
SELECT day FROM report_rollups WHERE day >= $1
GROUP BY day HAVING sum(n) FILTER (WHERE what = 'made') > COALESCE(sum(n) FILTER (WHERE what = 'in_time'), 0)
UNION SELECT day FROM upward_reports WHERE status <> 'accepted' AND day >= $1
UNION SELECT day FROM upward_reconciliations WHERE day >= $1 AND (differing <> '{}' OR missing <> '{}')
UNION SELECT day FROM upward_reconciliations WHERE id >= $2
UNION SELECT day FROM upward_reports WHERE id >= $2
UNION SELECT day FROM upward_reports WHERE cause <> 'rating' AND accepted_at >= $3
"""
_COUNTED = """
INSERT INTO rollup_days (day, seen, rolled_at) VALUES ($1, $2, $3)
ON CONFLICT (day) DO UPDATE SET seen = excluded.seen, rolled_at = excluded.rolled_at
"""
# The latest of a day, and the latest mark: one look-up each in an index.
_SEEN = """
SELECT concat_ws(' ', (SELECT id FROM ratings WHERE day = $1 ORDER BY id DESC LIMIT 1),
  (SELECT id FROM occasions WHERE day = $1 ORDER BY id DESC LIMIT 1),
  (SELECT id FROM rating_marks ORDER BY id DESC LIMIT 1))
"""
_MARKED = """
SELECT DISTINCT rating_day FROM rating_marks
WHERE at >= COALESCE((SELECT max(rolled_at) FROM rollup_days), '-infinity') - $1::interval
"""


async def refresh(at: datetime, *, only_new: bool = False) -> str:
    """Count today, days whose ratings were marked, and days that nobody has counted; what was seen, as one text.

    With `only_new`, nothing is done while today's latest rating and occasion and the latest mark are the known ones.
    """
    today = local(at).date()
    async with transaction():
        conn = connection()
        seen: str = await conn.fetchval(_SEEN, today)
        if only_new and seen == await conn.fetchval("SELECT seen FROM rollup_days WHERE day = $1", today):
            return seen
        last: date | None = await conn.fetchval("SELECT max(day) FROM rollup_days WHERE day < $1", today)
        marked = [row["rating_day"] for row in await conn.fetch(_MARKED, OVERLAP)]
        counted: datetime = await conn.fetchval("SELECT max(rolled_at) FROM rollup_days") or EVER
        lately = counted - OVERLAP
        args = (today - REPORTED, UUID(int=int(lately.timestamp() * 1000) << 80), lately)
        open = [row["day"] for row in await conn.fetch(_OPEN, *args)]
        since = min(last or await _first(), today - timedelta(days=1))
    days = {since + timedelta(days=n) for n in range((today - since).days + 1)} | {*marked, *open}
    await count(sorted(days), at=at)
    return seen


async def _first() -> date:
    """The first day of which there is anything to count."""
    conn = connection()
    days = [await conn.fetchval(f"SELECT min(day) FROM {table}") for table in ("ratings", "occasions")]
    return min((day for day in days if day), default=date.max)


async def count(days: Iterable[date], *, at: datetime) -> None:
    """Count these days anew, each in a transaction of its own: memory and locks stay those of one day."""
    for day in days:
        async with transaction():
            conn = connection()
            # Two who count the same day one after the other write the same.
            await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"rollup {day}")
            seen = await conn.fetchval(_SEEN, day)
            await conn.execute("DELETE FROM rating_rollups WHERE day = $1", day)
            await conn.execute("DELETE FROM report_rollups WHERE day = $1", day)
            await conn.execute("DELETE FROM occasion_rollups WHERE counted = $1", day)
            for statement in (_RATINGS, _RATED, _MINTED, _REPORTS):
                await conn.execute(statement, day)
            await conn.execute(_COUNTED, day, seen, at)
