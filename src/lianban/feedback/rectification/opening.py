"""A problem comes in: a negative rating, or what a call-back, a request or an inspection has found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import journal, outbox
from lianban.casework.notices.issuing import take_number
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.matters import Matter
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import SYSTEM, Actor
from lianban.tables.ids import day_id, day_of

OPENED = "rectification opened"
VERIFY_BASIS = "国办发〔2019〕51号：差评核实；期限由本地确定"

_RATING = "SELECT * FROM ratings WHERE day = $1 AND id = $2"
_OPEN = """
INSERT INTO rectifications (id, region_code, number, source, source_id, rating_id, case_id, department, window_name,
  served_by, grade, options, problem, named, status, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'pending', $15)
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be put right, and whose it is; `department` "" is the centre with its windows."""

    region: str
    source: str
    source_id: UUID
    problem: str
    department: str = ""
    window: str = ""
    served_by: str = ""
    case_id: UUID | None = None
    rating_id: UUID | None = None
    grade: int | None = None
    options: tuple[int, ...] = ()
    named: bool = False


async def open_for_rating(rating_id: UUID, *, at: datetime) -> UUID:
    """Open what a negative rating demands, in the transaction that keeps the rating: nobody can lose one."""
    row = await connection().fetchrow(_RATING, day_of(rating_id), rating_id)
    return await open_problem(
        Problem(
            region=row["region_code"],
            # What the authorities found themselves is no citizen's 差评 (监督查评, R-HCP-2).
            source="inspection" if row["source"] == "inspection" else "rating",
            source_id=rating_id,
            rating_id=rating_id,
            problem=row["comment"],
            department=row["department"],
            window=row["window_name"],
            served_by=row["served_by"],
            case_id=row["case_id"],
            grade=row["grade"],
            options=tuple(row["options"]),
            named=row["named"],
        ),
        by=SYSTEM,
        at=at,
    )


async def open_problem(problem: Problem, *, by: Actor, at: datetime) -> UUID:
    """Open a problem in the caller's transaction, as the last thing in it (it takes a number); its id. The same source
    opens one only."""
    conn = connection()
    # Two who find the same thing at once: the second waits here, then finds it open.
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"problem {problem.source_id}")
    known: UUID | None = await conn.fetchval(
        "SELECT id FROM rectifications WHERE source = $1 AND source_id = $2", problem.source, problem.source_id
    )
    if known:
        return known
    id, year = day_id(at), local(at).year
    serial = await take_number(problem.region, "rectification", year)
    await conn.execute(
        _OPEN,
        id,
        problem.region,
        f"ZG{year}-{serial:05}",
        problem.source,
        problem.source_id,
        problem.rating_id,
        problem.case_id,
        problem.department,
        problem.window,
        problem.served_by,
        problem.grade,
        list(problem.options),
        problem.problem,
        problem.named,
        at,
    )
    limit = (await policy(problem.region)).limit("negative_verify")
    matter = Matter("rectification", id, problem.region)
    await matters.start(matter, "verify", limit, VERIFY_BASIS, at=at)
    await journal.record("rating", id, OPENED, by=by, at=at, region=problem.region, content={"source": problem.source})
    await outbox.write(OPENED, case_id=problem.case_id, payload={"rectification": str(id)}, at=at)
    return id
