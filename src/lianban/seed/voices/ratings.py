"""What people said of the services of the town's cases: most content, some not, one of them by name."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.feedback import ratings
from lianban.feedback.ratings import Given, Rater, Sender
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.seed.crew import Crew
from lianban.web.cast import CHANGSHA, LONGJING

SAID = (
    Given("5", ("510", "517"), "一次就办好了，很快。", "sms"),
    Given("4", ("413",), "", "dynamic_qr"),
    Given("2", ("207", "213"), "材料样本没有摆出来，问了两次才说清楚。", "sms", Rater("朴女士", "13800000001")),
    Given("5", (), "", "portal"),
    Given("3", ("314",), "等的时间有点长。", "dynamic_qr"),
    Given("1", ("113",), "两个窗口来回跑。", "portal"),
    Given("5", ("512",), "", "sms"),
)
_THERE = "SELECT EXISTS (SELECT 1 FROM ratings WHERE region_code = $1 AND case_id IS NOT NULL)"
_SERVICES = """
SELECT token, opened_at, department FROM occasions WHERE region_code = $1 AND case_id IS NOT NULL AND rated_at IS NULL
  AND opened_at < $2 AND expires_at > $3 ORDER BY opened_at DESC, id LIMIT $4
"""
LATER = timedelta(hours=3)
MOST = 40


async def tell(crew: Crew, now: datetime) -> None:
    """Rate the latest services of each place, and one more from the window's own browser, unless some were rated."""
    for region in (LONGJING, CHANGSHA):
        async with transaction():
            if await connection().fetchval(_THERE, region):
                continue
            rows = await connection().fetch(_SERVICES, region, now - LATER, now, MOST)
        for given, row in zip(SAID, rows, strict=False):
            await ratings.rate(row["token"], given, at=local(row["opened_at"]) + LATER)
        own = Sender(person=crew.window(region))
        for row in [each for each in rows[len(SAID) :] if not each["department"]][:1]:
            given = Given("5", channel="static_qr", sender=own)
            await ratings.rate(row["token"], given, at=local(row["opened_at"]) + LATER)
