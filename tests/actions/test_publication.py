"""Words are published after a person has looked at them; figures month by month, without what is too small."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta

import pytest

from lianban import errors, journal
from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import publication, ratings
from lianban.feedback.publication.deciding import EVENTS, Choice
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM
from lianban.tables.ids import day_of, new_id
from tests.actions.drafts import MONDAY
from tests.actions.voicing import SUPERVISOR, accepted_token, rated
from tests.actions.working import POLICE, REGION, one

pytestmark = pytest.mark.anyio
WORDS = "王芳让我打13800001234，跑了三趟"


async def many(department: str, counts: dict[int, int], at: datetime) -> None:
    """General ratings of a unit: grade → how many."""
    for grade, count in counts.items():
        for _ in range(count):
            async with transaction():
                token = await occasions.mint(
                    Service(REGION, "general", "service", "综合点评", department=department), at=at
                )
            await rated(token, grade, at=at)


async def test_a_text_is_published_masked_by_a_person_and_may_be_taken_back(pool: None) -> None:
    found = await rated(await accepted_token(), 2, comment=WORDS)
    waiting, rest = await publication.waiting("rating", by=SUPERVISOR)
    assert [(w.id, w.hidden, w.kinds, rest) for w in waiting] == [
        (found.id, "**让我打**，跑了三趟", ("电话、证件、卡号等号码", "人名"), "")
    ]
    with pytest.raises(errors.Forbidden, match="监督员"):
        await publication.decide("rating", found.id, Choice(True), by=POLICE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="没有“李四”"):
        await publication.decide("rating", found.id, Choice(True, hide=("李四",)), by=SUPERVISOR, at=MONDAY)
    choice = Choice(True, hide=("三趟",))
    await asyncio.gather(*(publication.decide("rating", found.id, choice, by=SUPERVISOR, at=MONDAY) for _ in range(3)))
    texts, _ = await publication.texts(REGION, "rating")
    assert [(t.text, t.month, t.grade_name) for t in texts] == [("**让我打**，跑了**", "2026年11月", "")]
    assert await publication.waiting("rating", by=SUPERVISOR) == ([], "")
    with pytest.raises(errors.Invalid, match="写明理由"):
        await publication.withdraw(texts[0].id, "", by=SUPERVISOR, at=MONDAY)
    await publication.withdraw(texts[0].id, "当事人要求撤下", by=SUPERVISOR, at=MONDAY)
    assert await publication.texts(REGION, "rating") == ([], "")
    async with transaction():
        told = [line.event for line in await journal.lines("rating", found.id)]
    assert told[-2:] == ["text published", "text taken back"] and set(told[-2:]) <= set(EVENTS)
    assert told.count("text published") == 1


async def test_what_was_added_later_is_screened_with_it(pool: None) -> None:
    found = await rated(await accepted_token(), 5, comment="很好")
    async with transaction():
        await connection().execute(
            "INSERT INTO rating_additions (id, rating_day, rating_id, comment, at) VALUES ($1, $2, $3, $4, $5)",
            *(new_id(MONDAY), day_of(found.id), found.id, "电话 13800001234", MONDAY),
        )
    waiting, _ = await publication.waiting("rating", by=SUPERVISOR)
    assert waiting[0].hidden == "很好\n补充：电话 **"
    await publication.decide("rating", found.id, Choice(True), by=SUPERVISOR, at=MONDAY)
    assert (await publication.texts(REGION, "rating"))[0][0].text == "很好\n补充：电话 **"


async def test_what_is_found_invalid_leaves_the_page_and_cannot_be_published(pool: None) -> None:
    found = await rated(await accepted_token(), 5, comment="很好")
    await publication.decide("rating", found.id, Choice(True), by=SUPERVISOR, at=MONDAY)
    async with transaction():
        await ratings.change_standing(found.id, "invalid", "恶意", by=SUPERVISOR, at=MONDAY)
    assert await publication.texts(REGION, "rating") == ([], "")
    with pytest.raises(errors.Conflict, match="没有计入"):
        await publication.decide("rating", found.id, Choice(False, "不是有效评价"), by=SUPERVISOR, at=MONDAY)


async def test_the_figures_of_a_month_are_published_once_it_is_over_and_put_right_with_the_next(pool: None) -> None:
    await accepted_token()
    october = datetime.fromisoformat("2026-10-20T10:00:00+08:00")
    await many("", {5: 12, 4: 7, 1: 1}, october)
    await many("public_security", {5: 9, 3: 6, 2: 6}, october)
    with pytest.raises(errors.Conflict, match="还没有结束"):
        await publication.issue_month(date(2026, 11, 1), by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="没有收到评价"):
        await publication.issue_month(date(2026, 9, 1), by=SUPERVISOR, at=MONDAY)
    assert await publication.issue_due(MONDAY) == 1
    assert await publication.issue_due(MONDAY) == 0
    assert await publication.months_of(REGION) == [date(2026, 10, 1)]
    view = await publication.month(REGION, date(2026, 10, 1))
    assert view is not None
    first, police = view.lines
    assert (police.unit, view.sum.total, view.hides) == ("龙井市公安局", 41, True)
    assert first.cells[4] is None and first.good == "*"
    assert view.problems == dict.fromkeys(("opened", "closed", "open", "void"))
    # The hidden count is not even kept.
    kept = json.loads(str(await one("SELECT content FROM public_months")))
    assert kept["lines"][0]["cells"][4] is None
    # Words tell their grade where the table shows how many gave it, and not where that would be counted by them.
    for grade in (1, 2):
        rating = await one("SELECT id FROM ratings WHERE grade = $1 LIMIT 1", grade)
        async with transaction():
            await connection().execute("UPDATE ratings SET comment = '跑了三趟' WHERE id = $1", rating)
        await publication.decide("rating", rating, Choice(True), by=SUPERVISOR, at=MONDAY)  # type: ignore[arg-type]
    texts, _ = await publication.texts(REGION, "rating")
    assert sorted((text.department_name, text.grade_name) for text in texts) == [
        (first.unit, ""), ("龙井市公安局", "不满意"),
    ]  # fmt: skip
    later = MONDAY + timedelta(days=1)
    async with transaction():
        await ratings.change_standing(rating, "invalid", "误评", by=SUPERVISOR, at=later)  # type: ignore[arg-type]
    assert await publication.issue_due(later) == 0
    await many("", {5: 5}, later)
    december = datetime.fromisoformat("2026-12-01T08:00:00+08:00")
    assert await publication.issue_due(december) == 2
    assert await publication.months_of(REGION) == [date(2026, 11, 1), date(2026, 10, 1)]
    assert not await publication.issue_month(date(2026, 10, 1), region=REGION, by=SYSTEM, at=december)
