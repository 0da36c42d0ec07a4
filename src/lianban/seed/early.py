"""Cases between receipt and acceptance: looked through, told once, answered, deemed accepted, turned away in part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lianban import oversight
from lianban.casework import catalogue, corrections, intake
from lianban.casework.corrections import Finding, ScreeningView
from lianban.casework.intake import outcomes, turning
from lianban.rules.actors import HOLDER
from lianban.seed import filling
from lianban.seed.telling import ACCEPTED, Ending, Tale, others

BLURRED = "扫描件右下角看不清，编号辨认不了。"
ADDRESS = "申请表填写的经营场所地址不完整，没有写明楼层或者门面号。"
WRONG_ADDRESS = "premises_address"


async def _receive(tale: Tale) -> None:
    tale.waits_until(tale.at + ACCEPTED)
    taken = await intake.receive(tale.case_id, by=tale.clerk, at=tale.at, key=f"seed-receive-{tale.number}")
    tale.case_number = taken.number
    tale.due = taken.answer_due


def _findings(view: ScreeningView) -> list[Finding]:
    """The first paper cannot be read; the address, where this item asks for it, is not whole."""
    found = [Finding("material", paper.material, "unreadable", problem=BLURRED) for paper in view.papers[:1]]
    if any(value.element == WRONG_ADDRESS for value in view.fields):
        found.append(Finding("field", WRONG_ADDRESS, problem=ADDRESS))
    return found


async def _screen(tale: Tale, gaps: str = "", leave: int = 0) -> None:
    """The departments look through: one item has `gaps`, the last ones stay pending, the others are clear."""
    room = await corrections.room(tale.case_id, by=tale.clerk, at=tale.at)
    pending = [line for line in room.asked if line.status == "pending"]
    kept = [line for line in pending if line.item != gaps]
    for line in pending:
        by = tale.officer(line.department)
        if line.item == gaps:
            view = await corrections.view(line.id, by=by, at=tale.goes_on(7))
            await corrections.report(line.id, _findings(view), by=by, at=tale.at)
        elif line in kept[: len(kept) - leave]:
            await corrections.clear(line.id, by=by, at=tale.goes_on(7))


async def _notified(tale: Tale) -> None:
    """Received, looked through on the next working day, and everything told at once."""
    days, gaps = tale.story.days, GAPS[tale.story.bundle]
    await _receive(tale)
    tale.goes_on(25, days - 1)
    await _screen(tale, gaps)
    await corrections.notify(tale.case_id, by=tale.clerk, at=tale.goes_on(20), key=f"seed-notify-{tale.number}")


async def received(tale: Tale) -> None:
    """Some departments have found nothing, one has found something, some have not looked yet."""
    await _receive(tale)
    tale.goes_on(25, tale.story.days - 1)
    await _screen(tale, GAPS[tale.story.bundle], leave=1)


async def correcting(tale: Tale) -> None:
    """The applicant has the notice and has not answered yet."""
    await _notified(tale)


async def answered_online(tale: Tale) -> None:
    """The applicant has sent everything with the query code; the departments look again."""
    await _notified(tale)
    tale.goes_on(600, tale.story.days - 2)
    told = await corrections.open_correction(tale.case_id, by=HOLDER, at=tale.at)
    for gap in told.gaps:
        assert gap.id is not None
        at = tale.goes_on(3)
        if gap.kind == "field":
            value = f"{filling.given(tale.story, tale.number, at)[gap.subject]}东侧门面"
            await corrections.supply_field(tale.case_id, gap.id, value, channel="online", by=HOLDER, at=at)
        else:
            picture = filling.scan(tale.person, f"{gap.label}（补正）")
            await corrections.supply_material(
                tale.case_id, gap.id, "补正.jpg", picture, channel="online", by=HOLDER, at=at
            )
    await corrections.finish(tale.case_id, channel="online", by=HOLDER, at=tale.goes_on(1))


async def answered_at_the_counter(tale: Tale) -> None:
    """The applicant has brought the papers; nobody finds anything more, and the window accepts."""
    await _notified(tale)
    tale.goes_on(95, tale.story.days - 2)
    told = await corrections.open_correction(tale.case_id, by=tale.clerk, at=tale.at)
    for gap in told.gaps:
        assert gap.id is not None
        await corrections.supply_original(tale.case_id, gap.id, by=tale.clerk, at=tale.goes_on(2))
    await corrections.finish(tale.case_id, channel="window", by=tale.clerk, at=tale.goes_on(1))
    await _screen(tale)
    await intake.accept(tale.case_id, by=tale.clerk, at=tale.goes_on(5), key=f"seed-accept-{tale.number}")
    await others(tale, "social_security_card")


async def deemed(tale: Tale) -> None:
    """Nobody has said anything in five working days: the system accepts as of receipt."""
    await _receive(tale)
    await oversight.look(tale.case_id, tale.waits_until(tale.due + timedelta(minutes=1)))


async def not_accepted(tale: Tale) -> None:
    """One item is another authority's; the others go on."""
    await _receive(tale)
    told = NOT_OURS
    edition = await catalogue.edition_for(tale.story.bundle, tale.story.region, tale.at.date())
    item = edition.items[told["item"]]
    await outcomes.not_accept(
        tale.case_id,
        told["item"],
        ground="not_competent",
        reason=told["reason"],
        basis=told["basis"],
        competent=told["competent"],
        remedy=outcomes.suggested_remedy(item, edition.departments[item.department]),
        by=tale.clerk,
        at=tale.goes_on(12),
        key=f"seed-not-accept-{tale.number}",
    )
    tale.goes_on(15, tale.story.days - 1)
    await _screen(tale)
    await intake.accept(tale.case_id, by=tale.clerk, at=tale.goes_on(6), key=f"seed-accept-{tale.number}")


async def turned(tale: Tale) -> None:
    """Outside the bundle's conditions: each item is applied for alone."""
    reason = "新生儿随父亲在外省落户，出生登记须在落户地办理，不能在本市联办；其余事项可以分别申请。"
    await turning.turn(tale.case_id, reason=reason, by=tale.clerk, at=tale.goes_on(12), key=f"seed-turn-{tale.number}")


GAPS = {"newborn": "birth_registration", "catering": "food_permit", "lodging": "hygiene_permit"}
"""Which item of a bundle lacks something."""
NOT_OURS = {
    "item": "sign_management",
    "reason": "拟设招牌的位置在国道用地范围内，不属于城市管理部门的管辖范围。",
    "basis": "《中华人民共和国公路法》第五十四条、《中华人民共和国行政许可法》第三十二条第一款第二项",
    "competent": "龙井市交通运输局（公路管理机构）",
}
EARLY: Mapping[str, Ending] = {
    "received": received,
    "correcting": correcting,
    "answered online": answered_online,
    "answered at the counter": answered_at_the_counter,
    "deemed": deemed,
    "not accepted": not_accepted,
    "turned": turned,
}
