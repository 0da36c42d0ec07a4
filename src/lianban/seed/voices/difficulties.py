"""Requests at the window of difficulties: one untouched, some with the units, one to be judged, one closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lianban.feedback import difficulties
from lianban.feedback.difficulties import Filters, Request
from lianban.rules.actors import HOLDER, Actor
from lianban.seed.crew import Crew
from lianban.web.cast import LONGJING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def tell(crew: Crew, now: datetime) -> None:
    """Tell the requests of Longjing, unless there are some."""
    clerk, supervisor = crew.window(LONGJING), crew.supervisor(LONGJING)
    if (await difficulties.listing(Filters(tab=""), by=supervisor, at=now)).rows:
        return
    police, insurance = (crew.officer(LONGJING, unit) for unit in ("public_security", "healthcare_security"))
    await _closed(clerk, supervisor, now - 6 * DAY)
    await _told_how_it_stands(clerk, police, now - 4 * DAY)
    await _joint(clerk, police, insurance, now - 2 * DAY)
    await _to_be_judged(clerk, police, now - DAY)
    await _answered(clerk, now - 3 * HOUR)
    await _spoken("朴哲", "13800000106", "elsewhere", "延吉能凭电子证照办，这里一定要原件。", "开办餐饮店", now - HOUR)
    today = now.date()
    await difficulties.put_duty(
        clerk.id, supervisor.id, since=today, until=today + timedelta(days=6), by=supervisor, at=now
    )


async def _spoken(name: str, phone: str, kind: str, problem: str, item: str, at: datetime, by: Actor = HOLDER) -> UUID:
    source = "online" if by == HOLDER else "window"
    request = Request(name, phone, kind, problem, item=item, source=source)
    return (await difficulties.register(request, region=LONGJING, by=by, at=at)).id


async def _closed(clerk: Actor, supervisor: Actor, at: datetime) -> None:
    problem = "网上指南写带复印件，到了窗口又要原件，白跑一趟。"
    id = await _spoken("崔英", "13800000101", "many_trips", problem, "社会保障卡", at)
    await difficulties.triage(id, "simple", by=clerk, at=at + HOUR)
    answer = "窗口已经当场拍照核对原件，材料收下；指南同时更正。"
    await difficulties.settle(id, answer, by=clerk, at=at + 2 * HOUR)
    await difficulties.called_back(id, True, True, "已经办好，满意。", by=supervisor, at=at + DAY)
    await difficulties.close(id, "unclear_guide", "指南与实际不一致，已提请更正。", by=supervisor, at=at + DAY)


async def _told_how_it_stands(clerk: Actor, police: Actor, at: datetime) -> None:
    problem = "户口本上的出生地写错了，跑了三次都说要回原籍开证明。"
    id = await _spoken("李顺姬", "13800000102", "many_trips", problem, "户口登记更正", at, clerk)
    await difficulties.triage(id, "hard", by=clerk, at=at + HOUR)
    await difficulties.dispatch(id, police.department, task="请指定专人帮办。", by=clerk, at=at + HOUR)
    await difficulties.accept(id, by=police, at=at + 2 * HOUR)
    told = "已经向原籍派出所发函核实，不用您再跑；回函后我们打电话告诉您。"
    await difficulties.tell(id, told, by=police, at=at + DAY)


async def _joint(clerk: Actor, police: Actor, insurance: Actor, at: datetime) -> None:
    problem = "公安说要先有医保登记，医保说要先有户口，谁也办不了。"
    id = await _spoken("金成国", "13800000103", "other", problem, "新生儿出生一件事", at)
    await difficulties.triage(id, "coordinate", by=clerk, at=at + HOUR)
    await difficulties.dispatch(id, police.department, [insurance.department], by=clerk, at=at + HOUR)
    await difficulties.accept(id, by=police, at=at + 2 * HOUR)
    await difficulties.accept(id, by=insurance, at=at + 2 * HOUR)
    await difficulties.tell(id, "两个单位已经会商，先办户口，医保凭回执同步登记。", by=police, at=at + 3 * HOUR)
    await difficulties.contribute(id, "凭出生登记回执即可登记，不需要户口本。", by=insurance, at=at + DAY)


async def _to_be_judged(clerk: Actor, police: Actor, at: datetime) -> None:
    problem = "排到我的时候说系统坏了让明天来，后面的人却都办了。"
    id = await _spoken("匿名群众", "13800000104", "attitude", problem, "居住证", at)
    await difficulties.triage(id, "refused", by=clerk, at=at + HOUR)
    await difficulties.dispatch(id, police.department, by=clerk, at=at + HOUR)
    await difficulties.accept(id, by=police, at=at + 2 * HOUR)


async def _answered(clerk: Actor, at: datetime) -> None:
    problem = "想用外地的健康证办食品经营许可，窗口说不认。"
    id = await _spoken("朴成哲", "13800000105", "not_accepted", problem, "食品经营许可", at, clerk)
    await difficulties.triage(id, "cannot", by=clerk, at=at + HOUR)
    answer = "健康证明全国有效的规定适用于同一省内，外省的请在本地补做检查；检查点和预约电话已经发给您。"
    await difficulties.settle(id, answer, result="explained", by=clerk, at=at + 2 * HOUR)
