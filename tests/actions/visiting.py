"""A restaurant in Longjing whose kitchen and exits are looked at on Monday morning, by two departments at once."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from PIL import Image

from lianban.casework import catalogue, tasks
from lianban.casework.visits import offering, planning, surveying
from lianban.outside import clock
from lianban.rules.surveys import Surveyor
from tests.actions import jointly
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import officer, task_of

MARKET = officer("market", "market_regulation")
MARKET_TOO = officer("market-too", "market_regulation")
FIRE = officer("fire", "fire_rescue")
TAX = officer("tax", "tax")
TEAM = (Surveyor("赵一", "吉07-0101"), Surveyor("钱二", "吉07-0102"))
OTHER_TEAM = (Surveyor("孙三", "消07-0201"), Surveyor("李四", "消07-0202"))
VISIT_AT = MONDAY + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appointed:
    """A visit with its items."""

    case_id: UUID
    visit: UUID
    food: UUID
    fire: UUID


async def appointed() -> Appointed:
    """A visit planned for Tuesday, 3 November 2026, both teams named."""
    await catalogue.ship(MONDAY)
    known = {**jointly.GATHERING, "licence_held": "yes", "uscc": "91222405MA17XK4T9N"}
    case = await jointly.accepted(known)
    food, fire = await task_of(case.case_id, "food_permit"), await task_of(case.case_id, "fire_check")
    await tasks.claim(food, by=MARKET, at=MONDAY)
    await tasks.claim(fire, by=FIRE, at=MONDAY)
    offers = await offering.offered("222405", {"market_regulation", "fire_rescue"}, at=MONDAY)
    offer = next(one for one in offers if not one.why and one.starts_at.date() == VISIT_AT.date())
    visit = await planning.plan(
        case.case_id, slot=offer.slot, day=offer.starts_at.date(), place="龙井市六道河路1号", by=WANG, at=MONDAY
    )
    await surveying.name_team(visit, food, TEAM, by=MARKET, at=MONDAY)
    await surveying.name_team(visit, fire, OTHER_TEAM, by=FIRE, at=MONDAY)
    return Appointed(case.case_id, visit, food, fire)


async def begun() -> Appointed:
    """The same visit while it is held."""
    there = await appointed()
    clock.set_clock(lambda: VISIT_AT)
    await surveying.begin(there.visit, there.food, by=MARKET, at=VISIT_AT)
    await surveying.begin(there.visit, there.fire, by=FIRE, at=VISIT_AT)
    return there


def shot(shade: int = 90, *, orientation: int = 1, size: tuple[int, int] = (320, 240)) -> bytes:
    """A photo as a phone takes it, with where it was taken, by which device, and how it was held."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Telefon"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 09:12:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (42.0, 46.0, 1.0), 3: "E", 4: (129.0, 25.0, 2.0)})
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 120, 160)).save(out, "JPEG", exif=exif, comment=b"owner")
    return out.getvalue()


def at(minutes: int) -> datetime:
    """So many minutes into the visit."""
    return VISIT_AT + timedelta(minutes=minutes)
