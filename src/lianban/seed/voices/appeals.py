"""The market regulators contest three bad ratings: one was about the car park, one is being voted on, one waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lianban.casework import occasions
from lianban.casework.attachments import Attachment
from lianban.casework.occasions import Service
from lianban.feedback import appeals, ratings, rectification
from lianban.feedback.ratings import Given
from lianban.outside.database import connection, transaction
from lianban.seed.crew import Crew
from lianban.seed.filling import scan

REGION, UNIT = "222405", "market_regulation"
PANEL = ("public_security", "fire_rescue", "health")
TOLD = (
    ("停车场太小，绕了三圈。", "unrelated", "评价说的是停车场，与食品经营许可的办理无关，办理记录显示当日办结。"),
    ("说少了一份材料，其实交过。", "mistaken", "当事人评价的是另一家单位的业务，本单位没有收过这份材料，见收件记录。"),
    ("等了很久。", "mistaken", "当日叫号记录显示等候 6 分钟，评价与事实不符。"),
)


async def tell(crew: Crew, now: datetime) -> None:
    """Three appeals in three states."""
    head, supervisor = crew.head(REGION, UNIT), crew.supervisor(REGION)
    if await appeals.listing("all", by=supervisor, at=now):
        return
    panel = [crew.officer(REGION, department) for department in PANEL]
    at = now - timedelta(hours=3)
    for number, (comment, ground, statement) in enumerate(TOLD):
        problem = await _problem(crew, comment, at)
        await rectification.verify(problem, "simple", "已向当事人了解情况。", department=UNIT, by=supervisor, at=at)
        proof = Attachment("办理记录.jpg", scan("食品经营许可", "办理记录"))
        id = await appeals.file(problem, ground, statement, [proof], by=head, at=at + timedelta(hours=1))
        if number < 2:
            members = [one.id for one in panel]
            await appeals.convene(id, members, by=supervisor, at=at + timedelta(hours=2))
        for member in (panel, panel[:1], ())[number]:
            reason = "与办理无关，有办理记录为证。" if number == 0 else "收件记录可以证明。"
            await appeals.vote(id, "invalid", ground, reason, by=member, at=now)


async def _problem(crew: Crew, comment: str, at: datetime) -> UUID:
    officer = crew.officer(REGION, UNIT)
    service = Service(REGION, "visit", "service", "食品经营许可", department=UNIT, served_by=officer.id)
    async with transaction():
        token = await occasions.mint(service, at=at)
    given = await ratings.rate(token, Given("2", comment=comment), at=at)
    async with transaction():
        id: UUID = await connection().fetchval("SELECT id FROM rectifications WHERE rating_id = $1", given.id)
    return id
