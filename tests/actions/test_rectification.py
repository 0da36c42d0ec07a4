"""A problem is verified, transferred, put right, answered, rated again, written off; nobody plays ping-pong with it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.feedback import matters, rectification
from lianban.feedback.matters.waking import OVER
from lianban.feedback.rectification import LINES, STEPS, Filters
from lianban.feedback.rectification.citizens import STAGES, TOLD
from lianban.feedback.rectification.words import JOURNALLED
from lianban.outside.database import connection, transaction
from lianban.rules.lifecycles import RectificationLife, labels
from tests.actions.drafts import JIN, MONDAY, WANG, picture
from tests.actions.voicing import GOVERNMENT, SUPERVISOR, accepted_token, problem_of, rated, reviewed_token
from tests.actions.working import HEALTHCARE, LABOUR, POLICE, POLICE_HEAD, POLICE_TOO, SOCIAL, one

pytestmark = pytest.mark.anyio


async def opened(*, named: bool = False, window: bool = False) -> UUID:
    """A negative rating of the police's decision, or of the acceptance at the window, and what it opened."""
    token = await (accepted_token() if window else reviewed_token())
    found = await rated(token, 1, named=named, comment="让我跑了三趟😡\ufffe")
    return await problem_of(found.id)


async def verified(id: UUID, department: str | None = "public_security") -> None:
    await rectification.verify(id, "simple", "调取记录，情况属实。", department=department, by=SUPERVISOR, at=MONDAY)


async def answered(id: UUID) -> None:
    """Put right and answered by the colleague of the one who was rated."""
    await rectification.accept(id, by=POLICE_TOO, at=MONDAY)
    proof = Attachment("整改.jpg", picture())
    await rectification.finish(id, "已经改正，并培训窗口人员。", files=[proof], by=POLICE_TOO, at=MONDAY)
    await rectification.reply(id, "已经改正，向您致歉。", by=POLICE_TOO, at=MONDAY)


async def status(id: UUID) -> str:
    return str(await one("SELECT status FROM rectifications WHERE id = $1", id))


async def rating_of(id: UUID) -> UUID:
    found = await one("SELECT rating_id FROM rectifications WHERE id = $1", id)
    assert isinstance(found, UUID)
    return found


async def limits(id: UUID) -> list[tuple[str, str, bool]]:
    """Kind, whose, and whether it still runs."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT kind, department, stopped_at IS NULL AS runs FROM matter_clocks WHERE matter_id = $1 ORDER BY id",
            id,
        )
    return [tuple(row) for row in rows]


def test_every_move_has_its_words() -> None:
    events = set(labels(RectificationLife))
    assert events == set(JOURNALLED) and events < set(STEPS) and set(TOLD) < set(STEPS)
    assert set(JOURNALLED.values()) < set(LINES)
    assert set(STAGES) == {state.id for state in RectificationLife.states}


async def test_each_step_has_its_limit_and_its_owner(pool: None) -> None:
    id = await opened()
    await verified(id)
    await answered(id)
    assert await limits(id) == [
        ("verify", "", False),
        ("accept", "public_security", False),
        ("rectify", "public_security", False),
        ("reply", "public_security", False),
        ("rerate", "", True),
    ]
    told = await rectification.for_citizen(await rating_of(id), at=MONDAY)
    assert told is not None and told.can_rerate and told.reply == "已经改正，向您致歉。"
    assert [step.words for step in told.steps] == [
        "核实情况属实", "转给承办单位", "承办单位已经接收", "整改完成", "答复",
    ]  # fmt: skip
    assert all(step.note in ("", told.reply) for step in told.steps), "what the units write is none of the citizen's"
    assert await rectification.rerate(await rating_of(id), "basically", at=MONDAY) == "reviewed"
    assert await one("SELECT count(*) FROM rectification_files WHERE rectification_id = $1", id) == 1


async def test_it_is_written_off_with_its_sheet_once_even_by_two_at_once(pool: None) -> None:
    id = await opened(named=True)
    await verified(id)
    await answered(id)
    with pytest.raises(errors.Conflict, match="“已答复，待回评”时不能销号"):
        await rectification.write_off(id, "整改到位。", by=SUPERVISOR, at=MONDAY)
    await matters.look(MONDAY + timedelta(days=8))
    assert await status(id) == "reviewed", "the time to rate the reply was over"
    late = MONDAY + timedelta(days=8)
    with pytest.raises(errors.Conflict, match="还没有回访"):
        await rectification.write_off(id, "整改到位。", by=SUPERVISOR, at=late)
    await rectification.called_back(id, True, True, "电话中表示满意。", by=WANG, at=late)
    done = await asyncio.gather(
        *(rectification.write_off(id, "整改到位。", by=SUPERVISOR, at=late) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Illegal", "Illegal", "NoneType"]
    assert await one("SELECT count(*) FROM papers WHERE kind = 'handling_sheet'") == 1
    assert await one("SELECT count(*) FROM matter_clocks WHERE matter_id = $1 AND stopped_at IS NULL", id) == 0
    sheet = str(await one("SELECT content FROM papers WHERE kind = 'handling_sheet'"))
    assert "对答复表示满意；已经电话回访" in sheet and "朴女士" not in sheet and "13800001234" not in sheet
    assert "让我跑了三趟□□" in sheet, "what no font has would hold up the sheet for ever"


async def test_the_person_rated_neither_verifies_nor_handles_it(pool: None) -> None:
    id = await opened()
    with pytest.raises(errors.Conflict, match="只有本地的监督员"):
        await rectification.verify(id, "simple", "属实。", by=POLICE_TOO, at=MONDAY)
    await verified(id)
    with pytest.raises(errors.Conflict, match="被评价的人不能"):
        await rectification.accept(id, by=POLICE, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await rectification.accept(id, by=SOCIAL, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await rectification.accept(id, by=WANG, at=MONDAY)
    shown = await rectification.problem(id, by=POLICE, at=MONDAY)
    assert shown.rated_me and shown.case_number == "" and shown.case_id is None
    assert shown.buttons["accept"] == ["被评价的人不能核实、处理对自己的差评，请由其他人员办理"]
    assert (await rectification.problem(id, by=SUPERVISOR, at=MONDAY)).case_number


async def test_the_third_hop_goes_to_the_supervisor(pool: None) -> None:
    id = await opened()
    await verified(id)
    with pytest.raises(errors.Invalid, match="转出的理由"):
        await rectification.pass_on(id, "social_insurance", " ", by=POLICE_TOO, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还可以直接转给"):
        await rectification.send_up(id, "不属于公安。", by=POLICE_TOO, at=MONDAY)
    await rectification.pass_on(id, "social_insurance", "参保登记不属于公安。", by=POLICE_TOO, at=MONDAY)
    await rectification.pass_on(id, "healthcare_security", "属于医保经办。", by=SOCIAL, at=MONDAY)
    with pytest.raises(errors.Conflict, match="转出的次数已经用完"):
        await rectification.pass_on(id, "public_security", "还是公安的。", by=HEALTHCARE, at=MONDAY)
    await rectification.send_up(id, "三个单位都说不属于自己。", by=HEALTHCARE, at=MONDAY)
    await rectification.assign(id, "public_security", "按职责分工由公安承办。", by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="承办单位由监督员指定"):
        await rectification.pass_on(id, "social_insurance", "不是我们的。", by=POLICE_TOO, at=MONDAY)
    kinds = [(kind, whose) for kind, whose, _ in await limits(id)]
    assert kinds == [
        ("verify", ""),
        ("accept", "public_security"),
        ("accept", "social_insurance"),
        ("accept", "healthcare_security"),
        ("assign", ""),
        ("accept", "public_security"),
    ]
    assert (await rectification.problem(id, by=SOCIAL, at=MONDAY)).number, "who had it may go on reading"
    with pytest.raises(errors.NotFound):
        await rectification.problem(id, by=LABOUR, at=MONDAY)


async def test_dissatisfaction_reopens_it_once_and_then_the_supervisor_explains(pool: None) -> None:
    id = await opened()
    await verified(id)
    await answered(id)
    rating = await rating_of(id)
    assert await rectification.rerate(rating, "not", "窗口还是没有样本", at=MONDAY) == "rectifying"
    with pytest.raises(errors.Conflict, match="现在不能回评"):
        await rectification.rerate(rating, "satisfied", at=MONDAY)
    await rectification.finish(id, "补上样本。", by=POLICE_TOO, at=MONDAY)
    await rectification.reply(id, "样本已经摆在窗口。", by=POLICE_TOO, at=MONDAY)
    assert await rectification.rerate(rating, "not", at=MONDAY) == "reviewed"
    assert await rectification.rerate(rating, "not", at=MONDAY) == "reviewed", "the same again is answered alike"
    await rectification.write_off(id, "样本确已摆放，现场核实，予以销号。", by=SUPERVISOR, at=MONDAY)
    assert await status(id) == "written_off"


async def test_more_time_is_given_once_by_somebody_else_while_there_is_some(pool: None) -> None:
    id = await opened()
    await verified(id)
    await rectification.accept(id, by=POLICE_TOO, at=MONDAY)
    await rectification.ask_extension(id, "要换系统。", by=POLICE_TOO, at=MONDAY)
    with pytest.raises(errors.Conflict, match="只能延长一次"):
        await rectification.ask_extension(id, "再要几天。", by=POLICE_TOO, at=MONDAY)
    await rectification.grant_extension(id, by=SUPERVISOR, at=MONDAY)
    due = "2026-11-16T17:00:00+08:00"
    clocks = (await rectification.problem(id, by=SUPERVISOR, at=MONDAY)).clocks
    assert [c.due.isoformat() for c in clocks if c.kind == "rectify"] == [due], "five working days and five more"
    with pytest.raises(errors.Conflict, match="没有申请延期"):
        await rectification.grant_extension(id, by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="只能延长一次"):
        await rectification.ask_extension(id, "再要几天。", by=POLICE_TOO, at=MONDAY)


async def test_what_is_overdue_goes_up_and_stands_in_the_lists(pool: None) -> None:
    id = await opened()
    await verified(id)
    late = MONDAY + timedelta(days=3)
    await matters.look(late)
    assert [one.id for one in (await rectification.listing(Filters("up"), by=SUPERVISOR, at=late)).lines] == [id]
    assert [one.id for one in (await rectification.listing(Filters("up"), by=POLICE_HEAD, at=late)).lines] == [id]
    assert (await rectification.listing(Filters("up"), by=GOVERNMENT, at=late)).lines == ()
    await matters.look(MONDAY + timedelta(days=8))
    assert (await rectification.listing(Filters("up"), by=GOVERNMENT, at=MONDAY + timedelta(days=8))).lines
    found = await rectification.listing(Filters("overdue"), by=POLICE_TOO, at=late)
    assert [one.remaining.tone for one in found.lines if one.remaining] == ["red"]
    assert (await rectification.listing(Filters("unit"), by=JIN, at=late)).lines == (), "it is the police's"


async def test_what_is_not_true_is_explained_and_a_disbelieved_explanation_is_looked_into_again(pool: None) -> None:
    id = await opened(window=True)
    await rectification.verify(id, "unfounded", "材料清单在受理时已经给您，附有签收。", by=SUPERVISOR, at=MONDAY)
    told = await rectification.for_citizen(await rating_of(id), at=MONDAY)
    assert told is not None and told.reply.startswith("材料清单") and told.can_rerate
    assert await rectification.rerate(await rating_of(id), "not", at=MONDAY) == "pending"
    await verified(id, "")
    with pytest.raises(errors.Conflict, match="被评价的人不能"):
        await rectification.accept(id, by=WANG, at=MONDAY)
    await rectification.accept(id, by=JIN, at=MONDAY)
    await rectification.finish(id, "重新发给清单。", by=JIN, at=MONDAY)


async def test_an_invalid_one_ends_and_what_is_written_off_cannot(pool: None) -> None:
    id = await opened()
    await verified(id)
    async with transaction():
        await rectification.mark_appeal(id, True, at=MONDAY)
        await rectification.void(id, "评价内容与办理无关。", by=SUPERVISOR, at=MONDAY)
    await rectification.void(id, "评价内容与办理无关。", by=SUPERVISOR, at=MONDAY)
    told = await rectification.for_citizen(await rating_of(id), at=MONDAY)
    assert told is not None and told.reason == "评价内容与办理无关。" and told.due is None
    with pytest.raises(errors.Conflict, match="“认定无效”时不能接收"):
        await rectification.accept(id, by=POLICE_TOO, at=MONDAY)
    assert await one("SELECT appeal_open FROM rectifications WHERE id = $1", id) is False


async def test_a_citizen_and_the_timer_at_once_have_one_outcome(pool: None) -> None:
    id = await opened()
    await verified(id)
    await answered(id)
    over, rating = MONDAY + timedelta(days=8), await rating_of(id)
    done = await asyncio.gather(
        matters.look(over), rectification.rerate(rating, "not", at=over), return_exceptions=True
    )
    assert not [one for one in done if isinstance(one, Exception) and not isinstance(one, errors.Conflict)]
    ends = ("expire", "reopen")
    assert await one(
        "SELECT count(*) FROM rectification_steps WHERE rectification_id = $1 AND event = ANY($2)", id, list(ends)
    ) in (1, 2)
    assert await status(id) in ("reviewed", "rectifying")


async def test_a_timer_that_dies_before_it_has_acted_acts_later(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await opened()
    await verified(id)
    await answered(id)
    over = MONDAY + timedelta(days=8)

    async def dies(id: UUID, at: datetime) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setitem(OVER, "rerate", dies)
        await matters.look(over)
    assert await status(id) == "replied"
    await matters.look(over + timedelta(minutes=6))
    assert await status(id) == "reviewed"
    assert await matters.look(over + timedelta(minutes=12)) == 0, "nothing is left to be looked at"
    # Months that no calendar has are no months.
    for month in ("9999-12", "0001-01", "2026-13"):
        assert (await rectification.listing(Filters(view="all", month=month), by=SUPERVISOR, at=over)).lines
