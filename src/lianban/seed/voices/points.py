"""Where one can rate in the town: the hall with its windows, items, three towns with villages, the hotline, a box."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.feedback import points, ratings
from lianban.feedback.points import NewPoint
from lianban.feedback.ratings import Given, Rated
from lianban.rules.actors import Actor, Role
from lianban.seed.crew import Crew

REGION = "222405"
HALL = "龙井市政务服务中心"
PLACES = (
    NewPoint("self_service", "一楼自助服务区"),
    NewPoint("portal", "龙井市网上办事大厅"),
    NewPoint("hotline", "12345 热线"),
    NewPoint("box", "政务服务中心意见箱"),
)
VILLAGES = """种类,名称,上级
乡镇（街道）,东盛涌镇便民服务中心,
乡镇（街道）,智新镇便民服务中心,
乡镇（街道）,老头沟镇便民服务中心,
村（社区）,仁化村,东盛涌镇便民服务中心
村（社区）,龙山村,东盛涌镇便民服务中心
村（社区）,明东村,智新镇便民服务中心
村（社区）,长财村,智新镇便民服务中心
村（社区）,天宝山村,老头沟镇便民服务中心
"""
SAID = (("仁化村", "5", "在村里就办了，不用跑镇上"), ("东盛涌镇便民服务中心", "4", ""), (HALL, "5", ""))


async def tell(crew: Crew, now: datetime) -> None:
    """The points are registered, one screen is set up, one village's point is closed, and three people rate."""
    admin = _administrator(crew)
    if (await points.listed(kind="centre", by=admin, at=now)).points:
        return
    since = now - timedelta(days=60)
    await points.add(NewPoint("centre", HALL), by=admin, at=since)
    for place in PLACES:
        await points.add(place, by=admin, at=since)
    await points.make_missing(by=admin, at=since)
    await points.import_csv(VILLAGES.encode(), by=admin, at=since)
    found = {one.name: one for one in (await points.listed(limit=500, by=admin, at=now)).points}
    window = crew.window(REGION).window
    await points.set_up_screen(found[window].id, by=admin, at=since)
    await points.close_point(found["天宝山村"].id, "村部迁址，重新张贴后开通", by=admin, at=now - timedelta(days=1))
    at = now - timedelta(hours=3)
    for name, grade, words in SAID:
        await _rated(found[name].token, Given(grade, comment=words), at)


async def _rated(token: str, given: Given, at: datetime) -> None:
    async def rate(occasion: str) -> Rated:
        return await ratings.rate(occasion, given, at=at)

    await points.rate_at(token, (await points.sticker(token, at=at)).ticket, rate, at=at)


def _administrator(crew: Crew) -> Actor:
    return next(each for each in crew.known.values() if each.region == REGION and Role.ADMINISTRATOR in each.roles)
