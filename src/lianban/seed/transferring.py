"""Papers between window and departments: a list that waits for its department, one that was received with a
difference, results of a department on their way to the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lianban import journal
from lianban.casework import transfers
from lianban.casework.transfers import Thing
from lianban.outside.database import connection, transaction
from lianban.seed.crew import Crew
from lianban.web.cast import LONGJING

GIVEN, TAKEN = timedelta(minutes=15), timedelta(minutes=5)
"""How long ago they were handed over and received."""
MOST = 6
DIFFERENCE = "缺最后一页"


async def hand_round(everybody: Crew, now: datetime) -> None:
    """Make the three lists in the one place; once there are lists, nothing more."""
    async with transaction():
        if await connection().fetchval("SELECT EXISTS (SELECT 1 FROM transfers WHERE region_code = $1)", LONGJING):
            return
    clerk, given = everybody.window(LONGJING), now - GIVEN
    waiting = {w.department: await _settled(w.things, given) for w in (await transfers.desk(by=clerk)).waiting}
    # The longest list is counted at once, the next one still waits.
    ready = sorted((d for d in waiting if waiting[d]), key=lambda d: (-len(waiting[d]), d))
    made = []
    for number, department in enumerate(ready[:2]):
        keys = [thing.key for thing in waiting[department]][:MOST]
        key = f"seed-transfer-{number}"
        made.append((department, await transfers.hand_over(department, keys, by=clerk, at=given, key=key)))
    for department, done in made[:1]:
        by = everybody.officer(LONGJING, department)
        lines = (await transfers.transfer(done.id, by=by)).lines
        arrived = [line.position for line in lines]
        said = {next((x for x in lines if "复印件" in x.form), lines[-1]).position: DIFFERENCE}
        remark = "已电话告知窗口，缺的一页随下次补送。"
        await transfers.receive(done.id, arrived, said, remark=remark, by=by, at=now - TAKEN, key="seed-received")
    for department in sorted(await _departments()):
        by = everybody.officer(LONGJING, department)
        things = [thing for w in (await transfers.desk(by=by)).waiting for thing in w.things if thing.result_id]
        if keys := [thing.key for thing in await _settled(things, given)][:MOST]:
            await transfers.hand_over(department, keys, by=by, at=given, key="seed-transfer-results")
            return


async def _settled(things: Iterable[Thing], given: datetime) -> Sequence[Thing]:
    """The things of cases to which nothing has happened since."""
    found, calm = [], {}
    for thing in things:
        if thing.case_id not in calm:
            calm[thing.case_id] = all(x.at <= given for x in await journal.lines("case", thing.case_id))
        if calm[thing.case_id]:
            found.append(thing)
    return found


async def _departments() -> set[str]:
    async with transaction():
        rows = await connection().fetch(
            "SELECT DISTINCT t.department FROM results r JOIN tasks t ON t.id = r.task_id WHERE t.region_code = $1",
            LONGJING,
        )
    return {row["department"] for row in rows}
