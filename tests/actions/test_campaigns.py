"""A cause that comes again becomes a campaign; who is complained of again rises a level each time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import catalogue, occasions
from lianban.casework.attachments import Attachment
from lianban.casework.occasions import Service
from lianban.feedback import campaigns, matters, ratings, rectification
from lianban.feedback.campaigns import Draft, NewMeasure
from lianban.feedback.campaigns.keeping import LINES
from lianban.feedback.ratings import Given
from lianban.outside.database import transaction
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.voicing import GOVERNMENT, SUPERVISOR, problem_of
from tests.actions.working import POLICE, POLICE_HEAD, POLICE_TOO, REGION

pytestmark = pytest.mark.anyio
PLEASE = "按时办结没有做到，群众反映集中。"


async def negative(option: str = "209", at: datetime = MONDAY, *, by: str = "police") -> UUID:
    """A negative rating of somebody of the police, and the problem that it opened."""
    async with transaction():
        service = Service(REGION, "general", "service", "户口登记", department="public_security", served_by=by)
        token = await occasions.mint(service, at=at)
    found = await ratings.rate(token, Given("2", (option,), channel="static_qr"), at=at)
    return await problem_of(found.id)


async def written_off(id: UUID, at: datetime = MONDAY) -> None:
    """The problem is put right."""
    await rectification.verify(id, "simple", "情况属实。", department="public_security", by=SUPERVISOR, at=at)
    await rectification.accept(id, by=POLICE_TOO, at=at)
    await rectification.finish(id, "已经改正。", files=[], by=POLICE_TOO, at=at)
    await rectification.reply(id, "已经改正，向您致歉。", by=POLICE_TOO, at=at)


def draft(title: str = "“未在承诺时间内办结”专项整改", **more: str) -> Draft:
    return Draft("option:209", title, more.get("problem", PLEASE), "全部按承诺时间办结。", "public_security", "朴勇")


async def test_a_cluster_is_proposed_and_becomes_one_campaign_with_its_ledger(pool: None) -> None:
    await catalogue.ship(MONDAY)
    for _ in range(2):
        await negative()
    await negative("214")
    found = await campaigns.clusters(by=SUPERVISOR, at=MONDAY)
    assert [(c.name, c.count, c.proposed) for c in found] == [
        ("未在承诺时间内办结", 2, False),
        ("服务态度生硬", 1, False),
    ]
    await negative()
    assert (await campaigns.clusters(by=SUPERVISOR, at=MONDAY))[0].proposed
    with pytest.raises(errors.Invalid, match="不能有电话"):
        await campaigns.open_campaign(draft(problem="请联系13800001234了解情况"), by=SUPERVISOR, at=MONDAY)
    id = await campaigns.open_campaign(draft(), by=SUPERVISOR, at=MONDAY)
    assert await campaigns.open_campaign(draft(), by=SUPERVISOR, at=MONDAY) == id
    with pytest.raises(errors.Conflict, match="已经立项"):
        await campaigns.open_campaign(draft("又一次专项整改"), by=SUPERVISOR, at=MONDAY)
    await negative()
    view = await campaigns.campaign(id, by=POLICE, at=MONDAY)
    assert (view.number, len(view.ledger), view.more) == ("ZX2026-001", 3, 1)
    assert await campaigns.join(id, by=SUPERVISOR, at=MONDAY) == 1
    with pytest.raises(errors.Conflict, match="没有同一原因"):
        await campaigns.join(id, by=SUPERVISOR, at=MONDAY)
    assert [c.name for c in await campaigns.clusters(by=SUPERVISOR, at=MONDAY)] == ["服务态度生硬"]


async def test_what_was_declined_is_not_proposed_again_until_as_many_come_anew(pool: None) -> None:
    await catalogue.ship(MONDAY)
    for _ in range(3):
        await negative()
    await campaigns.decline("option:209", "同一件事的三次评价，已经解决。", by=SUPERVISOR, at=MONDAY)
    assert await campaigns.clusters(by=SUPERVISOR, at=MONDAY) == []
    later = MONDAY + timedelta(days=1)
    await negative(at=later)
    assert [(c.count, c.proposed) for c in await campaigns.clusters(by=SUPERVISOR, at=later)] == [(1, False)]


async def test_a_campaign_goes_from_measures_over_proofs_to_write_off(pool: None) -> None:
    await catalogue.ship(MONDAY)
    problem = await negative()
    id = await campaigns.open_campaign(draft(), by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还没有措施"):
        await campaigns.begin(id, by=SUPERVISOR, at=MONDAY)
    new = NewMeasure("每日清点临期办件", "public_security", "朴勇", date(2026, 11, 13))
    with pytest.raises(errors.Conflict, match="牵头单位"):
        await campaigns.plan(id, new, by=WANG, at=MONDAY)
    for _ in range(2):
        await campaigns.plan(id, new, by=POLICE_HEAD, at=MONDAY, key="one")
    await campaigns.begin(id, by=SUPERVISOR, at=MONDAY)
    measure = (await campaigns.campaign(id, by=POLICE, at=MONDAY)).measures[0].id
    with pytest.raises(errors.Invalid, match="上传完成的证明"):
        await campaigns.prove(id, measure, "已经每日清点。", [], by=POLICE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="承担措施的单位"):
        await campaigns.prove(id, measure, "已经每日清点。", [Attachment("表.jpg", picture())], by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还有措施没有完成"):
        await campaigns.report(id, by=POLICE_HEAD, at=MONDAY)
    await campaigns.prove(id, measure, "已经每日清点。", [Attachment("表.jpg", picture())], by=POLICE, at=MONDAY)
    await campaigns.report(id, by=POLICE_HEAD, at=MONDAY)
    await campaigns.send_back(id, [measure], "清点表没有签字。", by=SUPERVISOR, at=MONDAY)
    await campaigns.prove(id, measure, "已经签字。", [Attachment("表.jpg", picture())], by=POLICE, at=MONDAY)
    await campaigns.report(id, by=POLICE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还有没有销号的问题"):
        await campaigns.write_off(id, "办件全部按时办结。", by=SUPERVISOR, at=MONDAY)
    await written_off(problem)
    late = MONDAY + timedelta(days=60)
    await matters.look(late)
    await rectification.write_off(problem, "整改到位。", by=SUPERVISOR, at=late)
    await campaigns.write_off(id, "办件全部按时办结。", by=SUPERVISOR, at=late)
    view = await campaigns.campaign(id, by=GOVERNMENT, at=late)
    assert (view.status_name, len(view.measures), view.buttons) == ("已销号", 1, {})
    assert [mark.level for mark in view.marks] == ["yellow", "red", "up"]
    assert view.clocks[0].late and {told.word for told in view.story} <= set(LINES.values())


async def test_repeated_faults_rise_a_level_each_time_and_nobody_talks_to_himself(pool: None) -> None:
    await catalogue.ship(MONDAY)
    problems = [await negative() for _ in range(3)]
    assert await campaigns.count(problems[0], at=MONDAY) == 0, "not verified yet"
    for one in problems:
        await rectification.verify(one, "simple", "属实。", department="public_security", by=SUPERVISOR, at=MONDAY)
    assert await campaigns.count(problems[2], at=MONDAY) == 2
    assert await campaigns.count(problems[2], at=MONDAY) == 0
    found = {(f.kind_name, f.level_name): f for f in await campaigns.faults(by=SUPERVISOR)}
    assert set(found) == {("人员", "部门负责人"), ("单位", "监督员")}
    person = found["人员", "部门负责人"]
    with pytest.raises(errors.Forbidden, match="部门负责人约谈"):
        await campaigns.talk(person.id, "已经谈话，要求改进。", by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Forbidden):
        await campaigns.faults(by=POLICE)
    await campaigns.talk(person.id, "已经谈话，要求改进。", by=POLICE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经约谈"):
        await campaigns.talk(person.id, "再谈一次话。", by=POLICE_HEAD, at=MONDAY)
    for _ in range(3):
        again = await negative()
        await rectification.verify(again, "simple", "属实。", department="public_security", by=SUPERVISOR, at=MONDAY)
    await campaigns.count(again, at=MONDAY)
    levels = {(f.kind_name, f.level_name) for f in await campaigns.faults(by=GOVERNMENT) if not f.talked_at}
    assert levels == {("人员", "监督员"), ("单位", "监督员"), ("单位", "政府负责人")}
