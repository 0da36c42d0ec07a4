"""Ratings of the weeks before, so that indicators have something to tell, and last week's but one as a bulletin."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.ratings import Given
from lianban.outside.database import transaction
from lianban.oversight import bulletins, indicators
from lianban.rules.bulletins import before, period_of
from lianban.seed.crew import Crew

REGION = "222405"
SERVED = (
    ("public_security", "出生登记", "55455455"),
    ("healthcare_security", "城乡居民基本医疗保险参保登记", "54553554"),
    ("market_regulation", "食品经营许可", "55445354"),
    ("", "一件事咨询", "5455455"),
)
"""Department, what was done, and the grades given, one each day."""


async def tell(crew: Crew, now: datetime) -> None:
    """Citizens have rated for three weeks; the bulletin of the last week but one has gone out."""
    last = period_of("week", now.date())[0] - timedelta(days=14)
    start = now.replace(year=last.year, month=last.month, day=last.day, hour=10, minute=0)
    by = crew.supervisor(REGION)
    if (await bulletins.listing(by=by, at=now)).issued:
        return
    for n, (department, matter, grades) in enumerate(SERVED):
        for visit, grade in enumerate(grades):
            at = start + timedelta(days=visit, minutes=17 * n)
            if at >= now:
                break
            service = Service(REGION, "visit", "service", matter, department=department, window="3 号综合窗口")
            async with transaction():
                token = await occasions.mint(service, at=at)
            # One leaves without a word.
            if visit != 4:
                await ratings.rate(token, Given(grade, channel="terminal"), at=at + timedelta(minutes=3))
    await indicators.refresh(now)
    since, _ = before("week", period_of("week", now.date())[0])
    since, _ = before("week", since)
    await bulletins.issue("week", since, "各窗口继续请群众自愿评价，不得代评、诱导。", by=by, at=now)
