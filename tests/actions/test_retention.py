"""Nothing is kept longer than it is needed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from lianban import errors, journal, timers
from lianban.casework import intake, materials, retention
from lianban.outside import clock, database
from lianban.outside.storage import store
from lianban.rules.actors import Role
from lianban.tables.cases import Case, Fact, MaterialFile
from lianban.tables.ids import new_id
from tests.actions import rows
from tests.actions.drafts import MONDAY, WANG, begin, picture
from tests.actions.rows import actor

CLERK = actor("clerk", Role.CLERK, window="3号窗口")


async def case_with_a_scan(edition: str, status: str, days: int) -> tuple[UUID, str]:
    """A case last touched `days` ago, with one scan; its id and the scan's key."""
    at = clock.now() - timedelta(days=days)
    case = await rows.case(edition, at, opened_by=CLERK)
    await Case.update({Case.status: status, Case.number: f"n-{case.id}"}).where(Case.id == case.id)
    scan = await store().put(f"cases/{case.id}", b"%PDF")
    await MaterialFile.insert(
        MaterialFile(
            id=new_id(at),
            case_id=case.id,
            material="id-card",
            position=1,
            name="身份证.pdf",
            media_type="application/pdf",
            size=4,
            sha256=scan.sha256,
            by_id=CLERK.id,
            at=at,
        )
    )
    await Fact.insert(
        Fact(id=new_id(at), case_id=case.id, element="name", value="崔", source="form", by_id=CLERK.id, at=at)
    )
    return case.id, scan.key


async def there(key: str) -> bool:
    try:
        return bool(await store().open(key))
    except errors.NotFound:
        return False


@pytest.mark.parametrize(
    ("status", "days", "case_stays", "scan_stays"),
    [
        ("draft", 6, True, True),
        ("draft", 8, True, False),
        ("draft", 29, True, False),
        ("draft", 31, False, False),
        ("discarded", 31, False, False),
        ("processing", 400, True, True),
        ("closed", 400, True, True),
    ],
)
async def test_how_long_a_draft_and_its_scans_are_kept(
    pool: None, status: str, days: int, case_stays: bool, scan_stays: bool
) -> None:
    id, key = await case_with_a_scan(await rows.edition(clock.now(), infant=False), status, days)
    await timers.round(clock.now())
    assert await Case.exists().where(Case.id == id) is case_stays
    assert await Fact.exists().where(Fact.case_id == id) is case_stays
    assert await MaterialFile.exists().where(MaterialFile.case_id == id) is scan_stays
    assert await there(key) is scan_stays
    events = [line.event for line in await journal.lines("case", id)]
    assert events == ["draft deleted"] * (not case_stays) + ["uploads deleted"] * (case_stays and not scan_stays)
    assert await retention.clear(clock.now()) == retention.Cleared(0, 0)


async def test_traces_that_have_done_their_work_go_too(pool: None) -> None:
    at = clock.now()
    async with database.transaction():
        conn = database.connection()
        for days in (0, 2, 31):
            await conn.execute("INSERT INTO attempts VALUES ('b', $1, 1)", at - timedelta(days=days))
            await conn.execute(
                "INSERT INTO idempotency_keys (by_id, key, verb, at) VALUES ('c', $1, 'v', $2)",
                str(days),
                at - timedelta(days=days),
            )
    await retention.clear(at)
    async with database.transaction():
        conn = database.connection()
        assert await conn.fetchval("SELECT count(*) FROM attempts") == 1
        assert await conn.fetchval("SELECT count(*) FROM idempotency_keys") == 2


async def test_a_scan_that_has_just_come_in_stays_though_nothing_was_typed_for_days(pool: None) -> None:
    draft = await begin()
    await materials.add(draft.case_id, "photo", "旧.jpg", picture(10), by=WANG, at=MONDAY)
    later = MONDAY + timedelta(days=8)
    await materials.add(draft.case_id, "photo", "新.jpg", picture(11), by=WANG, at=later)
    assert await retention.clear(later + timedelta(hours=1)) == retention.Cleared(0, 0)
    shown = await intake.draft(draft.case_id, by=WANG, at=later)
    assert [f.name for m in shown.materials if m.material == "photo" for f in m.files] == ["旧.jpg", "新.jpg"]
    assert (await retention.clear(later + timedelta(days=8))).uploads == 1
