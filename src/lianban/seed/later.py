"""What happens to accepted cases besides the straight way: papers that follow, limits that move, cards."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from lianban import oversight
from lianban.casework import adjusting, catalogue, hearings, notices, tasks, withdrawing
from lianban.casework.notices import replacing
from lianban.casework.promises import tolerance, verification
from lianban.oversight import Card
from lianban.rules.actors import Actor
from lianban.rules.remedies import remedy
from lianban.seed.telling import Ending, Tale, accept, claim, decide, others, straight


async def _looked_at(tale: Tale) -> list[Card]:
    """The timer looks at the case; the cards that it has raised so far, as the supervisor sees them."""
    await oversight.look(tale.case_id, tale.at)
    return list(await oversight.of_case(tale.case_id, by=tale.crew.supervisor(tale.story.region)))


async def withdrawn(tale: Tale) -> None:
    """The applicant withdraws one item; the others go on."""
    await accept(tale)
    await others(tale, "food_permit", "sign_management")
    await withdrawing.withdraw(
        tale.case_id,
        ["sign_management"],
        reason="暂时不设置户外招牌",
        channel="window",
        returned="招牌效果图一份，当面退还",
        by=tale.clerk,
        at=tale.goes_on(40, tale.story.days - 1),
        key=f"seed-withdraw-{tale.number}",
    )


async def tolerated(tale: Tale) -> None:
    """A paper is to follow, and has not come yet."""
    await accept(tale)
    await others(tale, "hygiene_permit")


async def made_up(tale: Tale) -> None:
    """The paper that was to follow has come in time; the department is at work."""
    await accept(tale)
    await others(tale, "hygiene_permit")
    tale.goes_on(50, tale.story.days - 1)
    await claim(tale, "hygiene_permit", "health")
    for material in tale.story.later:
        await tolerance.make_up(
            tale.case_id,
            material,
            original=True,
            channel="window",
            by=tale.clerk,
            at=tale.goes_on(45, tale.story.days - 2),
            key=f"seed-make-up-{tale.number}",
        )


async def _extension(tale: Tale, item: str, department: str, amount: int, reason: str) -> UUID:
    by = tale.officer(department)
    task = await claim(tale, item, department)
    return await adjusting.ask_extension(
        task, amount=amount, reason=reason, by=by, at=tale.goes_on(35), key=f"seed-extension-{tale.number}"
    )


async def asks_extension(tale: Tale) -> None:
    """More time is asked for, the head has not decided. A card was raised and taken away meanwhile."""
    await accept(tale)
    await others(tale, "food_permit", "sign_management")
    tale.goes_on(80, tale.story.days - 2)
    await _card_removed(tale)
    await _extension(
        tale, "food_permit", "market_regulation", 5, "申请的经营项目包含冷食类食品制售，需要会同上级专家复核布局图。"
    )


async def _card_removed(tale: Tale) -> None:
    """A yellow or red card that was not the department's fault."""
    cards = [c for c in await _looked_at(tale) if c.kind == "claim" and c.department == "urban_management"]
    if not cards:
        return
    by, card = tale.officer("urban_management"), cards[0]
    await oversight.ask_removal(
        card.id, reason="当天办公楼停电，业务系统无法登录，恢复后已经签收。", by=by, at=tale.goes_on(10)
    )
    task = await claim(tale, "sign_management", "urban_management")
    await decide(tale, task, "sign_management", "urban_management")
    await oversight.decide_removal(
        card.id,
        approve=True,
        note="停电通知属实，同意解除。",
        by=tale.crew.supervisor(tale.story.region),
        at=tale.goes_on(30),
    )


async def extended(tale: Tale) -> None:
    """The head has approved more time; the notice is out."""
    await accept(tale)
    await others(tale, "lodging_permit")
    tale.goes_on(30, tale.story.days - 1)
    asked = await _extension(
        tale, "lodging_permit", "public_security", 6, "客房治安防范设施正在改造，完工后才能核实，原定期限内不能完成。"
    )
    await adjusting.approve(
        asked,
        remark="情况属实，同意延长。",
        by=tale.crew.head(tale.story.region, "public_security"),
        at=tale.goes_on(50),
        key=f"seed-approve-{tale.number}",
    )


async def paused(tale: Tale) -> None:
    """An inspection is under way: the clocks stand still for the time that the notice told."""
    await accept(tale)
    await others(tale, "hygiene_permit")
    tale.goes_on(30, tale.story.days - 1)
    task = await claim(tale, "hygiene_permit", "health")
    asked = await adjusting.ask_procedure(
        task,
        cause="inspection",
        since=tale.at.date(),
        days=8,
        reason="客房空气、水质和公共用品需要抽样送检。",
        by=tale.officer("health"),
        at=tale.goes_on(15),
        key=f"seed-procedure-{tale.number}",
    )
    await adjusting.approve(
        asked,
        remark="同意送检。",
        by=tale.crew.head(tale.story.region, "health"),
        at=tale.goes_on(40),
        key=f"seed-approve-{tale.number}",
    )


async def overdue(tale: Tale) -> None:
    """Claimed and forgotten: cards, the reason of the overrun for everybody to read, and a removal to be decided."""
    await accept(tale)
    tale.goes_on(15)
    holder: Actor = tale.crew.known["jiangzhezhu"]
    await claim(tale, "business_licence", "market_regulation", holder)
    for days in range(tale.story.days - 1, -1, -1):
        tale.goes_on(5, days)
        cards = await _looked_at(tale)
    late = [c for c in cards if c.department == "market_regulation" and c.unexplained]
    by = tale.officer("market_regulation")
    for card in late[:1]:
        await oversight.explain(
            card.id, reason="承办人外出培训，代岗交接不及时，已经督促当天办理。", by=by, at=tale.goes_on(4)
        )
        await oversight.ask_removal(card.id, reason="登记系统检修两天，无法核准名称。", by=by, at=tale.goes_on(3))


async def revoking(tale: Tale) -> None:
    """A promise proved false and was not put right in time: the head has to decide whether the permission falls."""
    await straight(tale, "closed")
    by, item = tale.officer("fire_rescue"), "fire_check_promise"
    edition = await catalogue.edition_for(tale.story.bundle, tale.story.region, tale.at.date())
    found = tasks.Filters(state="done", text=tale.case_number, item=item)
    task = (await tasks.worklist(by=by, at=tale.at, filters=found)).lines[0].task_id
    checkers = [by.name, "金明浩"]
    await verification.verify(
        task,
        outcome="rectify",
        findings="二层疏散通道堆放杂物，一处应急照明损坏，与承诺不符。",
        checkers=checkers,
        by=by,
        at=tale.goes_on(60, tale.story.days - 2),
        key=f"seed-check-{tale.number}",
    )
    await verification.verify(
        task,
        outcome="revoke",
        findings="改正期限已满，复查时疏散通道仍未清理。",
        checkers=checkers,
        reason="承诺的消防安全条件不属实，责令改正后逾期未改。",
        basis="《中华人民共和国消防法》第十五条、《中华人民共和国行政许可法》第六十九条",
        remedy=remedy(edition.items[item], edition.departments["fire_rescue"]),
        by=by,
        at=tale.goes_on(60, 1),
        key=f"seed-propose-{tale.number}",
    )


async def corrected(tale: Tale) -> None:
    """A delivered refusal left something out: corrected, to be delivered again; the closure is to be made void."""
    await straight(tale, "closed")
    papers = {paper.kind: paper for paper in await notices.of_case(tale.case_id)}
    refusal = papers["refusal"]
    asked = await replacing.propose(
        refusal.id,
        kind="correct",
        reason="决定书漏写了不具备哪一项条件。",
        changes={"reason": "申请人的配偶没有参加职工生育保险，不具备申领护理补贴的条件。"},
        by=tale.officer(refusal.department),
        at=tale.goes_on(60, 2),
        key=f"seed-correct-{tale.number}",
    )
    await replacing.confirm(
        asked.id,
        remark="属实，同意更正。",
        by=tale.crew.supervisor(tale.story.region),
        at=tale.goes_on(30),
        key=f"seed-corrected-{tale.number}",
    )
    await replacing.propose(
        papers["closure"].id,
        kind="void",
        reason="所列的决定书已经更正，原文号不再使用。",
        by=tale.clerk,
        at=tale.goes_on(10),
        key=f"seed-void-{tale.number}",
    )


async def hearing_called(tale: Tale) -> None:
    """A neighbour has asked for a hearing; its day is told and its time left out of the limits."""
    await accept(tale)
    await others(tale, "hygiene_permit")
    tale.goes_on(30, tale.story.days - 1)
    task, by = await claim(tale, "hygiene_permit", "health"), tale.officer("health")
    neighbour = hearings.Interested("相邻住户赵玉兰", "老头沟镇站前路 8 号")
    await hearings.tell(
        task,
        reason="空调室外机和布草晾晒场紧邻住宅，涉及相邻住户的重大利益。",
        interested=[neighbour],
        by=by,
        at=tale.at,
    )
    found = await hearings.of_task(task, by=by, at=tale.at)
    assert found is not None
    party = next(p.id for p in found.parties if p.kind == "interested")
    at = tale.goes_on(60, tale.story.days - 2)
    await hearings.applied(task, party=party, channel="mail", by=by, at=at)
    found = await hearings.of_task(task, by=by, at=at)
    assert found is not None
    await hearings.call(
        task,
        held_on=found.earliest,
        hour="上午九时",
        place="龙井市政务服务中心二楼会议室",
        presider=tale.crew.head(tale.story.region, "health").id,
        by=by,
        at=tale.goes_on(30),
    )


LATER: Mapping[str, Ending] = {
    "withdrawn": withdrawn,
    "tolerated": tolerated,
    "made up": made_up,
    "asks extension": asks_extension,
    "extended": extended,
    "paused": paused,
    "overdue": overdue,
    "revoking": revoking,
    "hearing called": hearing_called,
    "corrected": corrected,
}
