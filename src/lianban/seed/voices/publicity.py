"""What the public reads: last month's figures, words that were screened, and a campaign against a cause."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import campaigns, publication, ratings, rectification
from lianban.feedback.campaigns import Draft, NewMeasure
from lianban.feedback.publication.deciding import Choice
from lianban.feedback.ratings import Given
from lianban.outside.database import connection, transaction
from lianban.seed.crew import Crew

REGION = "222405"
CAUSE = "209"
LAST_MONTH = (
    ("", "综合窗口服务", {5: 12, 4: 8, 3: 5}),
    ("public_security", "户口登记", {5: 9, 4: 7, 3: 5}),
    ("market_regulation", "食品经营许可", {5: 7, 4: 6, 3: 2}),
)
"""Department, matter, how many of each grade."""
WORDS = (
    ("5", "3 号窗口王芳很耐心，一次就办好了，不用再跑。"),
    ("4", "孙建国审批员打 13800001234 提醒我补材料，挺好。"),
    ("5", "在家就能查进度，方便。"),
)
_PROBLEM = "SELECT id FROM rectifications WHERE rating_id = $1"


async def tell(crew: Crew, now: datetime) -> None:
    """Last month was rated and published; the same delay three times this week is put right at its root."""
    first = now.replace(day=1, hour=10, minute=0, second=0, microsecond=0)
    month = (first - timedelta(days=3)).replace(day=12)
    if month.date().replace(day=1) in await publication.months_of(REGION):
        return
    supervisor = crew.supervisor(REGION)
    for department, matter, counts in LAST_MONTH:
        for grade, count in counts.items():
            for _ in range(count):
                await _rated(department, matter, Given(str(grade)), month)
    await publication.issue_month(month.date(), region=REGION, by=supervisor, at=now)
    for n, (given, words) in enumerate(WORDS):
        id = await _rated("", "综合窗口服务", Given(given, comment=words), now - timedelta(hours=5))
        if n < len(WORDS) - 1:
            await publication.decide("rating", id, Choice(True), by=supervisor, at=now - timedelta(hours=1))
    await _campaign(crew, now)


async def _campaign(crew: Crew, now: datetime) -> None:
    supervisor, head = crew.supervisor(REGION), crew.head(REGION, "market_regulation")
    officer = crew.officer(REGION, "market_regulation")
    at = now - timedelta(hours=4)
    for number in range(3):
        given = Given("2", (CAUSE,), comment=f"说好五个工作日，等了{'六七八'[number]}个工作日。")
        rating = await _rated("market_regulation", "食品经营许可", given, at, served_by=officer.id)
        async with transaction():
            problem: UUID = await connection().fetchval(_PROBLEM, rating)
        note = "调取办理记录，情况属实。"
        await rectification.verify(
            problem, "simple", note, department="market_regulation", by=supervisor, at=at + timedelta(hours=1)
        )
    await campaigns.count(problem, at=at + timedelta(hours=1))
    draft = Draft(
        cause=f"option:{CAUSE}",
        title="“未在承诺时间内办结”专项整改",
        problem="食品经营许可超过承诺时限，群众反映集中。",
        goal="新受理的食品经营许可全部在承诺时限内办结。",
        department="market_regulation",
        owner=head.name,
    )
    id = await campaigns.open_campaign(draft, by=supervisor, at=now - timedelta(hours=2))
    for measure, days in (("每天上班先清点临期办件，逐件到人", 7), ("现场勘查改为受理当天约定", 14)):
        due: date = (now + timedelta(days=days)).date()
        new = NewMeasure(measure, "market_regulation", head.name, due)
        await campaigns.plan(id, new, by=head, at=now - timedelta(hours=2))
    await campaigns.begin(id, by=supervisor, at=now - timedelta(hours=1))


async def _rated(department: str, matter: str, given: Given, at: datetime, *, served_by: str = "") -> UUID:
    service = Service(
        REGION, "visit", "service", matter, department=department, window="3 号综合窗口", served_by=served_by
    )
    async with transaction():
        token = await occasions.mint(service, at=at)
    return (await ratings.rate(token, given, at=at)).id
