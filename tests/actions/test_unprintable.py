"""What is typed for a notice and cannot be printed is refused where it is typed: a paper would never leave the line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lianban.casework import adjusting, calendars, corrections, hearings
from lianban.casework.corrections import Finding
from lianban.errors import Invalid
from lianban.rules.actors import Role
from tests.actions.drafts import MONDAY, WANG
from tests.actions.limits import HYGIENE, HYGIENE_HEAD, REASON, lodging
from tests.actions.receiving import CERTIFICATE, all_clear, asked, received
from tests.actions.rows import REGION, actor
from tests.actions.working import one

pytestmark = pytest.mark.usefixtures("pool")

UNSEEN = r"无法打印|看不见"
BAD = ["看不清\x00编号", "看不清\ud800编号", "看不清\u202e编号", "看不清😀编号", "看不清\ue000编号"]


@pytest.mark.parametrize("bad", BAD)
async def test_of_a_correction_notice(bad: str) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))["birth_registration"]
    for finding in (
        Finding("material", CERTIFICATE, "unreadable", problem=bad),
        Finding("material", CERTIFICATE, "unreadable", remedy=bad),
        Finding("field", "householder_name", problem=bad),
        Finding("other", problem="缺少说明", basis=bad),
    ):
        with pytest.raises(Invalid, match=UNSEEN):
            await corrections.report(question, [finding], by=police, at=MONDAY)
    good = Finding("material", CERTIFICATE, "unreadable", problem="编号看不清。")
    await corrections.report(question, [good], by=police, at=MONDAY)
    await all_clear(id)
    gap = await one("SELECT id FROM gaps WHERE case_id = $1", id)
    with pytest.raises(Invalid, match="没有写明问题"):
        await corrections.notify(id, wording={gap: (bad, "请重新拍照。")}, by=WANG, at=MONDAY)  # type: ignore[dict-item]
    with pytest.raises(Invalid, match="逐条写明理由"):
        await corrections.drop(id, {gap: bad}, by=WANG, at=MONDAY)  # type: ignore[dict-item]
    with pytest.raises(Invalid, match=UNSEEN):
        await corrections.notify(id, early_reason=bad, by=WANG, at=MONDAY)
    with pytest.raises(Invalid, match=UNSEEN):
        await corrections.correct(id, "householder_name", "王芳芳", bad, by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'correction'", id) == 0


@pytest.mark.parametrize("bad", BAD)
async def test_of_notices_that_move_a_limit(bad: str) -> None:
    matter = await lodging()
    with pytest.raises(Invalid, match=UNSEEN):
        await adjusting.ask_extension(matter.task, amount=2, reason=bad, by=HYGIENE, at=MONDAY)
    asked = {"cause": "testing", "since": date(2026, 11, 5), "days": 5}
    for words in ({"reason": bad}, {"reason": REASON, "basis": bad}):
        with pytest.raises(Invalid, match=UNSEEN):
            await adjusting.ask_procedure(matter.task, **{**asked, **words}, by=HYGIENE, at=MONDAY)  # type: ignore[arg-type]
    id = await adjusting.ask_extension(matter.task, amount=2, reason=REASON, by=HYGIENE, at=MONDAY)
    with pytest.raises(Invalid, match=UNSEEN):
        await adjusting.approve(id, remark=bad, by=HYGIENE_HEAD, at=MONDAY + timedelta(hours=1))
    with pytest.raises(Invalid, match=UNSEEN):
        await hearings.tell(matter.task, reason=f"{bad}，涉及邻居的重大利益。", by=HYGIENE, at=MONDAY)


@pytest.mark.parametrize("bad", [*BAD, "两\n行", "长" * 201])
async def test_of_a_regions_own_days(bad: str) -> None:
    by = actor("gao", Role.ADMINISTRATOR)
    for name, basis in ((bad, "龙政发〔2026〕3号"), ("暴雪停止办公", bad)):
        with pytest.raises(Invalid, match=f"{UNSEEN}|一行|缩短"):
            await calendars.add_overlay(REGION, name, basis, [date(2026, 11, 5)], by=by, at=MONDAY)
