"""A thousand papers issued by eight clients at once: numbers without a gap and none double.

    .venv/bin/python bench/bench_papers.py [PAPERS]

Two processes with four clients each; every client locks a case, issues a receipt or an acceptance of the centre or of
a department, and one time in ten its transaction is rolled back after the number was taken. Bar: the numbers kept are
1 to n in each series.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from ground import AT, CLERK, REGION, asked, gathered, in_processes, installation, machine, ready, spread, table

from lianban.casework import notices
from lianban.outside import database
from lianban.outside.clock import elapsed
from lianban.rules.notices import Enquiry, HandedIn, Party, receipt

SERIES = ("龙政服", "龙市监", "龙消防")
ROLLED_BACK = 0.1


class Changed(Exception):
    """Something was refused after the number had been taken."""


async def _issue(case_id: UUID, authority: str, fails: bool) -> None:
    content = receipt(
        authority="龙井市政务服务中心",
        applicant=Party("李四"),
        agent=None,
        bundle="开办餐饮店一件事",
        case_number="222405-2026-000001",
        items=[("食品经营许可", "龙井市市场监督管理局")],
        materials=[HandedIn("申请表", "电子件")],
        received_at=AT,
        answer_due=AT.date(),
        accepted=False,
        clerk=CLERK.name,
        enquiry=Enquiry("龙井市", "0433-0000000"),
    )
    try:
        async with database.transaction():
            await database.connection().execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", case_id)
            await notices.issue(
                "receipt", content, case_id=case_id, region=REGION, authority=authority, by=CLERK, at=AT
            )
            if fails:
                raise Changed
    except Changed:
        return


def clients(dsn: str, cases: Sequence[UUID], seed: int, count: int) -> list[float]:
    """Four clients of one process."""
    chance = random.Random(seed)

    async def run() -> list[float]:
        async with database.pool(4):
            todo = [
                partial(_issue, chance.choice(cases), chance.choice(SERIES), chance.random() < ROLLED_BACK)
                for _ in range(count)
            ]
            return await gathered(todo, 4)

    database.use(dsn)
    return asyncio.run(run())


def main(count: int) -> None:
    """Measure, count, say whether the bar is met."""
    with installation() as dsn:

        async def cases() -> list[UUID]:
            async with database.pool(1):
                return await ready("catering", 40)

        ids = asyncio.run(cases())
        print(machine(dsn))
        began = elapsed()
        took = [each for one in in_processes(2, clients, [(dsn, ids, seed, count // 2) for seed in (1, 2)])
                for each in one]  # fmt: skip
        seconds = elapsed() - began
        kept = asyncio.run(asked(dsn, "SELECT count(*) FROM papers"))
        gaps = asyncio.run(
            asked(
                dsn,
                "SELECT count(*) FROM number_series s WHERE s.kind = 'receipt' AND s.last <> (SELECT count(DISTINCT"
                " p.number) FROM papers p WHERE p.number LIKE split_part(s.authority, ' ', 2) || '%')",
            )
        )
    middle, late = spread(took)
    table(["papers", "asked", "kept", "series with a gap", "a second", "p50 ms", "p99 ms"],
          [["8 clients", count, kept, gaps, count / seconds, middle, late]])  # fmt: skip
    print(f"bar: no gap, none double: {'met' if gaps == 0 else 'MISSED'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
