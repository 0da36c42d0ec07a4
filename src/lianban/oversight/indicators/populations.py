"""What each count counts, row by row: one statement for each name of `rules.indicators.COUNTS`.

$1 is the region, $2 and $3 the first and last day of the period, $4 the day at whose end it was known, $5 the present
instant, before which today has not ended (null: all days have). Each row has
department, day, id, what it is (`title`), the case it belongs to, and how much it counts for (`amount`). The same
statement is counted and listed, so that a figure and its list are one; ratings and occasions, of which there are
millions, are counted from their roll-ups by the condition that also lists them (`where`).
"""

from __future__ import annotations

from dataclasses import dataclass


def _day(column: str) -> str:
    return f"({column} AT TIME ZONE 'Asia/Shanghai')::date"


def made_at(id: str) -> str:
    """The instant that a time-ordered id begins with (`tables.ids`), in words that PostgreSQL knows from 15 on."""
    return f"to_timestamp(('x' || left(replace({id}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"


_SINCE = "($2::date::timestamp AT TIME ZONE 'Asia/Shanghai')"
_UNTIL = "LEAST((LEAST($3::date, $4::date) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', $5::timestamptz)"
_KNOWN = "LEAST(($4::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', $5::timestamptz)"


@dataclass(frozen=True, slots=True)
class Population:
    """`rows` lists it. `of` says what the rows are; `where` is the condition on the roll-up, for what has one."""

    rows: str
    of: str
    where: str = ""


def _ratings(where: str) -> Population:
    """Ratings by the standing they had then: the one before the first mark that came later, else the present one."""
    return Population(
        f"""
        SELECT department, day, id, NULL::uuid AS case_id, grade::text AS title, 1 AS amount FROM (
          SELECT r.id, r.day, r.department, r.kind, r.source, r.grade, COALESCE((SELECT m.was FROM rating_marks m
            WHERE m.rating_id = r.id AND m.at >= {_KNOWN} ORDER BY m.at, m.id LIMIT 1), r.standing) AS standing
          FROM ratings r WHERE r.region_code = $1 AND r.day BETWEEN $2 AND LEAST($3::date, $4::date)
        ) x WHERE {where}
        """,
        "rating",
        where,
    )


_CITIZENS = "source = 'citizen' AND standing = 'counted'"
_NEGATIVE = "source = 'citizen' AND standing IN ('counted', 'invalid') AND grade <= 2"
_NEGATIVES = _ratings(_NEGATIVE).rows

_OCCASIONS = """
SELECT o.department, o.day, o.id, NULL::uuid AS case_id, o.matter AS title, 1 AS amount FROM occasions o
"""
_OCCASION = "o.region_code = $1 AND o.day BETWEEN $2 AND LEAST($3::date, $4::date) AND o.kind IN ('visit', 'matter')"
_STANDING = f"""
COALESCE((SELECT m.was FROM rating_marks m WHERE m.rating_id = r.id AND m.at >= {_KNOWN} ORDER BY m.at, m.id LIMIT 1),
  r.standing)
"""
# What was set apart and then found invalid (somebody of the staff, a machine) was no citizen's own rating.
_RATED = f"""
{_OCCASIONS} JOIN ratings r ON r.day = {_day("o.rated_at")} AND r.id = o.rating_id
WHERE {_OCCASION} AND r.day <= $4 AND r.source = 'citizen' AND {_STANDING} <> 'apart'
  AND NOT ({_STANDING} = 'invalid' AND EXISTS (SELECT 1 FROM rating_marks m
    WHERE m.rating_id = r.id AND m.was = 'apart' AND m.standing = 'invalid' AND m.at < {_KNOWN}))
"""

_POINTS = f"""
SELECT p.department, {_day("p.since")} AS day, p.id, NULL::uuid AS case_id, p.name AS title, 1 AS amount
FROM evaluation_points p
WHERE p.region_code = $1 AND p.since < {_UNTIL} AND (p.retired_at IS NULL OR p.retired_at >= {_UNTIL})
"""
# A window or an item without a point should have one, as long as that was noted (`feedback.points.gaps`).
_SHOULD = f"""
{_POINTS} UNION ALL
SELECT g.department, {_day("g.since")}, g.id, NULL, g.name || '（没有登记评价点）', 1 FROM point_gaps g
WHERE g.region_code = $1 AND g.since < {_UNTIL} AND (g.until IS NULL OR g.until >= {_UNTIL})
"""

_ABLE = f"""
{_POINTS} AND EXISTS (SELECT 1 FROM point_spans s
  WHERE s.point_id = p.id AND s.since < {_UNTIL} AND (s.until IS NULL OR s.until >= {_UNTIL}))
"""

# Problems that a citizen's rating has opened which counts: what is set apart, or invalid, owes nobody anything yet.
_PROBLEMS = f"""
rectifications f LEFT JOIN ratings r ON r.id = f.rating_id AND r.day = {_day(made_at("f.rating_id"))}
"""
_CITIZENS_OWN = f"""
f.source = 'rating' AND COALESCE({_STANDING}, 'counted') = 'counted'
"""
# Whose it was then: the unit of the last transfer, before the first one the unit that was rated.
_OWNED = f"""
COALESCE((SELECT s.department FROM rectification_steps s WHERE s.rectification_id = f.id AND s.at < {_KNOWN}
  AND s.event IN ('transfer', 'pass_on', 'assign') ORDER BY s.id DESC LIMIT 1), r.department, f.department)
"""
# How a problem stood then is its last step's state; its limit is settled or over on the first of the two days.
_STOOD = f"""
COALESCE((SELECT s.status FROM rectification_steps s WHERE s.rectification_id = f.id AND s.at < {_KNOWN}
  ORDER BY s.id DESC LIMIT 1), 'pending')
"""
_SETTLED = f"""
SELECT f.id, {_OWNED} AS department, f.number, f.case_id, f.replied_at, {_STOOD} AS stood,
  LEAST(f.closed_at, k.due) AS settled, {_day("LEAST(f.closed_at, k.due)")} AS day
FROM {_PROBLEMS} JOIN LATERAL (
  SELECT max(k.due_at) AS due FROM matter_clocks k
  WHERE k.matter_id = f.id AND k.matter = 'rectification' AND k.kind IN ('verify', 'accept', 'rectify', 'reply')
    AND k.started_at < {_KNOWN}
) k ON true
WHERE f.region_code = $1 AND {_CITIZENS_OWN} AND f.opened_at < {_UNTIL}
  AND (f.closed_at IS NULL OR f.closed_at >= {_SINCE})
"""
_DUE = f"""
SELECT department, day, id, case_id, number AS title, 1 AS amount FROM ({_SETTLED}) x
WHERE day BETWEEN $2 AND LEAST($3::date, $4::date) AND settled < {_KNOWN} AND stood <> 'void'
"""
# The unit's limit: it is over, or the unit has finished. One that a supervisor took away in time is neither.
_FINISHED = """
EXISTS (SELECT 1 FROM rectification_steps s WHERE s.rectification_id = f.id AND s.event = 'finish'
  AND s.at = k.stopped_at)
"""
_LIMITS = f"""
SELECT k.department, {_day("LEAST(k.stopped_at, k.due_at)")} AS day, f.id, f.case_id, f.number AS title, 1 AS amount
FROM matter_clocks k JOIN {_PROBLEMS} ON f.id = k.matter_id
WHERE k.region_code = $1 AND k.matter = 'rectification' AND k.kind = 'rectify' AND k.due_at >= {_SINCE}
  AND {_CITIZENS_OWN} AND LEAST(k.stopped_at, k.due_at) >= {_SINCE} AND LEAST(k.stopped_at, k.due_at) < {_UNTIL}
  AND {_STOOD} <> 'void' AND (k.stopped_at IS NULL OR k.stopped_at > k.due_at OR {_FINISHED})
"""
# A rating that does not count need not be called back any more.
_NAMED = f"""
SELECT {_OWNED} AS department, {_day("f.opened_at")} AS day, f.id, f.case_id, f.number AS title, 1 AS amount
FROM {_PROBLEMS}
WHERE f.region_code = $1 AND {_CITIZENS_OWN} AND f.named AND f.opened_at >= {_SINCE} AND f.opened_at < {_UNTIL}
  AND {_STOOD} <> 'void'
"""
_CALLED = f"""
EXISTS (SELECT 1 FROM rectification_steps s WHERE s.rectification_id = f.id AND s.event = 'called' AND s.at < {_KNOWN})
"""
_DRAWS = f"""
SELECT '' AS department, d.day, m.case_id AS id, m.case_id, c.number AS title, 1 AS amount
FROM callback_draws d JOIN callback_members m ON m.draw_id = d.id JOIN cases c ON c.id = m.case_id
WHERE d.region_code = $1 AND d.day BETWEEN $2 AND LEAST($3::date, $4::date) AND d.drawn_at < {_KNOWN}
"""
_SAMPLED = f"""
SELECT '' AS department, {_day("b.opened_at")} AS day, b.id, b.case_id, b.matter AS title, 1 AS amount FROM callbacks b
WHERE b.region_code = $1 AND b.source = 'draw' AND b.opened_at >= {_SINCE} AND b.opened_at < {_UNTIL}
  AND NOT COALESCE(b.status = 'dropped' AND b.closed_at < {_KNOWN}, false)
"""


def _tasks(moment: str, amount: str = "1", joins: str = "", where: str = "true") -> str:
    return f"""
    SELECT t.department, {_day(moment)} AS day, t.id, t.case_id, t.item_name AS title, {amount} AS amount
    FROM tasks t {joins}
    WHERE t.region_code = $1 AND {moment} >= {_SINCE} AND {moment} < {_UNTIL} AND {where}
    """


_PROMISE = "JOIN clocks k ON k.case_id = t.case_id AND k.task_id = t.id AND k.kind = 'committed'"
_LAW = "JOIN clocks l ON l.case_id = t.case_id AND l.task_id = t.id AND l.kind = 'statutory'"
_DECIDED = "t.status IN ('granted', 'refused')"
_BOTH_IN_DAYS = "k.unit IN ('wd', '0') AND l.unit = 'wd'"

# Only the first notice counts: whoever is told once more is told twice about one case, not a case more.
_CORRECTED = f"""
SELECT '' AS department, {_day("k.notified_at")} AS day, k.id, k.case_id, c.number AS title, 1 AS amount
FROM corrections k JOIN cases c ON c.id = k.case_id
WHERE c.region_code = $1 AND k.round = 1 AND k.notified_at >= {_SINCE} AND k.notified_at < {_UNTIL}
"""


def _counter(measure: str, amount: str) -> Population:
    return Population(
        f"""
        SELECT '' AS department, {_day("c.accepted_at")} AS day, c.id, c.id AS case_id,
          c.number || ' ' || c.bundle_name AS title, {amount} AS amount
        FROM cases c, jsonb_array_elements(c.plan -> 'counters') AS k
        WHERE c.region_code = $1 AND c.accepted_at >= {_SINCE} AND c.accepted_at < {_UNTIL}
          AND k ->> 'measure' = '{measure}'
        """,
        "case",
    )


_BEFORE = "(k ->> 'before')::integer"
_LESS = "(k ->> 'before')::integer - (k ->> 'after')::integer"

_LED = f"""
COALESCE((SELECT p.department FROM difficulty_parts p WHERE p.difficulty_id = q.id AND p.lead AND p.sent_at < {_KNOWN}
  AND (p.returned_at IS NULL OR p.returned_at >= {_KNOWN}) ORDER BY p.id DESC LIMIT 1), '')
"""
# Who comes again with the same matter is counted once, and not lost when the first time was none of the window's.
_REQUESTS = f"""
SELECT {_LED} AS department, {_day("q.registered_at")} AS day, q.id, q.case_id, q.number AS title, 1 AS amount
FROM difficulties q WHERE q.region_code = $1 AND q.registered_at >= {_SINCE} AND q.registered_at < {_UNTIL}
  AND NOT (q.status = 'out_of_scope' AND q.closed_at < {_KNOWN})
  AND NOT EXISTS (SELECT 1 FROM difficulties f WHERE f.id = q.repeats_id AND f.status <> 'out_of_scope')
"""
# Solved is what was closed as solved, by the call-back too: what the citizen denies goes on.
_SOLVED = f"{_REQUESTS} AND q.status = 'closed' AND q.result = 'solved' AND q.satisfied IS NOT FALSE"

_REPORTS = f"""
SELECT '' AS department, u.day, u.id, NULL::uuid AS case_id, u.cause AS title, 1 AS amount FROM upward_reports u
WHERE u.region_code = $1 AND u.day BETWEEN $2 AND LEAST($3::date, $4::date)
  AND u.created_at < {_KNOWN} AND LEAST(u.accepted_at, u.due_by) < {_KNOWN}
"""
# What the platform had lost at the latest look is not there until it has accepted it again.
_IN_TIME = f"""
{_REPORTS} AND u.accepted_at <= u.due_by AND u.accepted_at < {_KNOWN}
  AND NOT COALESCE((SELECT u.id = ANY(k.differing) OR u.id = ANY(k.missing)
      AND NOT COALESCE(u.status = 'accepted' AND u.answered_at >= k.at AND u.answered_at < {_KNOWN}, false)
    FROM upward_reconciliations k
    WHERE k.region_code = u.region_code AND k.day = u.day AND k.at < {_KNOWN} ORDER BY k.at DESC, k.id DESC LIMIT 1),
    false)
"""

POPULATIONS: dict[str, Population] = {
    "points": Population(_SHOULD, "point"),
    "points_able": Population(_ABLE, "point"),
    "occasions": Population(f"{_OCCASIONS} WHERE {_OCCASION}", "occasion", "what = 'minted'"),
    "rated": Population(_RATED, "occasion", "what = 'rated'"),
    "valid": _ratings(_CITIZENS),
    "good": _ratings(f"{_CITIZENS} AND grade >= 3"),
    "bad": _ratings(f"{_CITIZENS} AND grade <= 2"),
    "negatives": _ratings(_NEGATIVE),
    "invalid": _ratings("source = 'citizen' AND standing = 'invalid' AND grade <= 2"),
    "appealed": Population(
        f"SELECT n.* FROM ({_NEGATIVES}) n WHERE EXISTS (SELECT 1 FROM appeals a WHERE a.rating_id = n.id"
        f" AND a.filed_at < {_KNOWN} AND NOT (a.status = 'withdrawn' AND a.closed_at < {_KNOWN}))",
        "rating",
    ),
    "negatives_due": Population(_DUE, "rectification"),
    "negatives_settled": Population(f"{_DUE} AND stood = 'written_off' AND replied_at < {_KNOWN}", "rectification"),
    "rectify_due": Population(_LIMITS, "rectification"),
    "rectified_in_time": Population(f"{_LIMITS} AND {_FINISHED} AND k.stopped_at <= k.due_at", "rectification"),
    "named": Population(_NAMED, "rectification"),
    "named_called": Population(f"{_NAMED} AND {_CALLED}", "rectification"),
    "drawable": Population(_DRAWS, "case"),
    "drawn": Population(f"{_DRAWS} AND m.chosen", "case"),
    "sampled": Population(_SAMPLED, "callback"),
    "sampled_called": Population(f"{_SAMPLED} AND b.status = 'done' AND b.closed_at < {_KNOWN}", "callback"),
    "tasks_accepted": Population(_tasks("t.dispatched_at"), "task"),
    "tasks_closed": Population(_tasks("t.dispatched_at", where=f"t.decided_at < {_KNOWN}"), "task"),
    "tasks_decided": Population(_tasks("t.decided_at", where=_DECIDED), "task"),
    "decided_in_time": Population(
        _tasks("t.decided_at", joins=_PROMISE, where=f"{_DECIDED} AND t.decided_at <= k.promised_due"), "task"
    ),
    "decided_early": Population(
        _tasks(
            "t.decided_at",
            joins=_PROMISE,
            where=f"{_DECIDED} AND {_day('t.decided_at')} < {_day('k.promised_due')}",
        ),
        "task",
    ),
    "decided_on_the_spot": Population(
        _tasks("t.decided_at", joins=_PROMISE, where=f"{_DECIDED} AND k.unit = '0'"), "task"
    ),
    "days_statutory": Population(_tasks("t.dispatched_at", "l.amount", f"{_PROMISE} {_LAW}", _BOTH_IN_DAYS), "task"),
    "days_saved": Population(
        _tasks(
            "t.dispatched_at",
            "l.amount - CASE k.unit WHEN '0' THEN 0 ELSE k.amount END",
            f"{_PROMISE} {_LAW}",
            _BOTH_IN_DAYS,
        ),
        "task",
    ),
    "corrected": Population(_CORRECTED, "case"),
    "corrected_once": Population(
        f"{_CORRECTED} AND NOT EXISTS (SELECT 1 FROM corrections m WHERE m.case_id = k.case_id AND m.round > 1"
        f" AND m.notified_at < {_KNOWN})",
        "case",
    ),
    **{
        name: _counter(measure, amount)
        for measure in ("papers", "fields", "trips", "days")
        for name, amount in ((measure, _BEFORE), (f"reduced_{measure}", _LESS))
    },
    "reports": Population(_REPORTS, "report", "what = 'made'"),
    "reported_in_time": Population(_IN_TIME, "report", "what = 'in_time'"),
    "requests": Population(_REQUESTS, "difficulty"),
    "requests_solved": Population(f"{_SOLVED} AND q.closed_at < {_KNOWN}", "difficulty"),
}
