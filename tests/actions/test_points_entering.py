"""Paper, calls and spot checks: entered with their proof, in time when they were given in time, never for oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.feedback import points, rectification
from lianban.feedback.points import Entry, NewPoint
from lianban.oversight import indicators
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.test_points import ADMIN, token_of
from tests.actions.voicing import RATER, SUPERVISOR, accepted_token
from tests.actions.working import REGION, one

pytestmark = pytest.mark.anyio

SCAN = Attachment("评价表.jpg", picture())
COLLEAGUE = Actor("sun", "孙丽", REGION, frozenset({Role.CLERK}), window="综合窗口 9 号")


async def test_a_paper_is_entered_by_somebody_else_with_its_scan(pool: None) -> None:
    token = await accepted_token()
    number = str(await one("SELECT number FROM cases"))
    late = MONDAY + timedelta(days=40)
    said = Entry("paper", number, "2", MONDAY + timedelta(days=1), options=("213",), rater=RATER, paper=SCAN)
    with pytest.raises(errors.Forbidden, match="被评价窗口的人员不能录入"):
        await points.enter(said, by=WANG, at=late)
    with pytest.raises(errors.Invalid, match="扫描件"):
        await points.enter(replace(said, paper=None), by=COLLEAGUE, at=late)
    with pytest.raises(errors.Invalid, match="不能晚于现在"):
        await points.enter(replace(said, given_at=late + timedelta(days=1)), by=COLLEAGUE, at=late)
    with pytest.raises(errors.Invalid, match="一年以前"):
        await points.enter(replace(said, given_at=MONDAY.replace(year=1)), by=COLLEAGUE, at=late)
    id = await points.enter(said, by=COLLEAGUE, at=late, key="k")
    assert await points.enter(said, by=COLLEAGUE, at=late, key="k") == id
    row = await one("SELECT (channel, source, entered_by, named, grade)::text FROM ratings")
    assert row == "(paper,citizen,sun,t,2)"
    assert await one("SELECT count(*) FROM rectifications") == 1
    name, kind, data = await points.paper(id, by=SUPERVISOR, at=late)
    assert (kind, data) == ("image/jpeg", SCAN.data) and name
    assert await one("SELECT what FROM access_log WHERE what LIKE '纸质评价表%'")
    with pytest.raises(errors.Forbidden):
        await points.paper(id, by=COLLEAGUE, at=late)
    with pytest.raises(errors.Conflict, match="评价过了"):
        await points.enter(replace(said, about=token, given_at=MONDAY), by=COLLEAGUE, at=late)


async def test_a_ticket_of_the_hotline_is_general_and_entered_once(pool: None) -> None:
    await points.add(NewPoint("hotline", "12345 热线"), by=ADMIN, at=MONDAY)
    said = Entry("hotline", "12345 热线", "3", MONDAY, comment="希望延长服务时间", reference="GD20261102001")
    with pytest.raises(errors.Invalid, match="工单号"):
        await points.enter(replace(said, reference=""), by=COLLEAGUE, at=MONDAY)
    await points.enter(said, by=COLLEAGUE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经录入过了"):
        await points.enter(said, by=COLLEAGUE, at=MONDAY)
    assert await one("SELECT string_agg(kind || channel, '') FROM ratings") == "generalhotline"


async def test_spot_checks_are_the_supervisors_and_no_citizens_ratings(pool: None) -> None:
    id = await points.add(NewPoint("window", "综合窗口 3 号", window="综合窗口 3 号"), by=ADMIN, at=MONDAY)
    assert await token_of(id)
    check = Entry("inspection", "综合窗口 3 号", "1", MONDAY, options=("115",), comment="窗口无人值守")
    with pytest.raises(errors.Forbidden):
        await points.enter(check, by=COLLEAGUE, at=MONDAY)
    await points.enter(check, by=SUPERVISOR, at=MONDAY)
    assert (
        await one("SELECT (kind, source, window_name)::text FROM ratings") == '(inspection,inspection,"综合窗口 3 号")'
    )
    # It is put right like any other problem, and counts as nobody's 差评.
    problem = await one("SELECT id FROM rectifications")
    await rectification.verify(problem, "simple", "属实。", department="", by=SUPERVISOR, at=MONDAY)  # type: ignore[arg-type]
    assert await one("SELECT source FROM rectifications") == "inspection"
    later = MONDAY + timedelta(days=30)
    found = await indicators.sheet(REGION, indicators.month_of(MONDAY.date()), known=later.date(), at=later)
    assert found.of("*")["negatives_due"] == found.of("*")["valid"] == found.of("*")["negatives"] == 0
