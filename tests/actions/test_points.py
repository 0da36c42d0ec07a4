"""Points: registered, made from what there is, imported, opened and closed; their stickers may be rated at once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import catalogue
from lianban.feedback import points, ratings
from lianban.feedback.points import NewPoint
from lianban.feedback.points.stickers import FORM, FORM_WORDS, HAND_IN, HOW, INVITE, TICK, VOLUNTARY
from lianban.feedback.ratings import Given, Rated
from lianban.outside.database import connection, transaction
from lianban.outside.printing.labels import labels
from lianban.oversight import indicators
from lianban.oversight.indicators import reading, rollups
from lianban.rules import languages
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import WHOLE
from lianban.tables.ids import new_id
from tests.actions.drafts import MONDAY
from tests.actions.voicing import SUPERVISOR
from tests.actions.working import REGION, one

pytestmark = pytest.mark.anyio

ADMIN = Actor("admin", "高远", REGION, frozenset({Role.ADMINISTRATOR}), terminal="办公 1")
NOVEMBER = indicators.month_of(date(2026, 11, 2))
VILLAGES = "种类,名称,上级,部门\n乡镇（街道）,东盛涌镇,,\n村（社区）,仁化村,东盛涌镇,\n村（社区）,龙山村,东盛涌镇,\n"


async def window(name: str = "综合窗口1号") -> UUID:
    """A window's point that takes ratings."""
    return await points.add(NewPoint("window", name, window=name), by=ADMIN, at=MONDAY)


async def token_of(id: UUID) -> str:
    """What its sticker carries."""
    return (await points.point(id, by=ADMIN, at=MONDAY)).token


async def test_a_sticker_is_rated_once_for_each_time_it_is_opened(pool: None) -> None:
    token = await token_of(await window())
    first, second = [await points.sticker(token, at=MONDAY) for _ in range(2)]
    assert await one("SELECT count(*) FROM occasions") == 0
    later = MONDAY + timedelta(minutes=5)

    async def good(occasion: str) -> Rated:
        return await ratings.rate(occasion, Given("5", channel="static_qr"), at=later)

    async def bad(occasion: str) -> Rated:
        return await ratings.rate(occasion, Given("7", channel="static_qr"), at=later)

    with pytest.raises(errors.Invalid):
        await points.rate_at(token, first.ticket, bad, at=later)
    assert await one("SELECT count(*) FROM occasions") == 0
    occasion, rated = await points.rate_at(token, first.ticket, good, at=later)
    assert await points.rate_at(token, first.ticket, good, at=later) == (
        occasion,
        Rated(rated.id, 5, False, again=True),
    )
    await points.rate_at(token, second.ticket, good, at=later)
    async with transaction():
        rows = await connection().fetch("SELECT window_name, kind, step, channel, point_id FROM ratings")
    assert [tuple(row)[:4] for row in rows] == [("综合窗口1号", "visit", "service", "static_qr")] * 2
    assert rows[0]["point_id"] == first.point_id


async def test_a_stale_a_foreign_and_a_made_up_ticket_open_nothing(pool: None) -> None:
    here, there = await token_of(await window()), await token_of(await window("综合窗口2号"))
    ticket = (await points.sticker(here, at=MONDAY)).ticket

    async def good(occasion: str) -> Rated:
        return await ratings.rate(occasion, Given("5"), at=MONDAY)

    for at, token, sent in (
        (MONDAY + timedelta(minutes=31), here, ticket),
        (MONDAY, there, ticket),
        (MONDAY, here, ticket[:-1] + ("0" if ticket[-1] != "0" else "1")),
        (MONDAY, here, ""),
    ):
        with pytest.raises(errors.Conflict, match="请重新扫码"):
            await points.rate_at(token, sent, good, at=at)
    assert await one("SELECT count(*) FROM ratings") == 0


async def test_a_closed_point_and_an_old_sticker_say_what_to_do(pool: None) -> None:
    id = await window()
    old = await token_of(id)
    await points.renew(id, by=ADMIN, at=MONDAY)
    with pytest.raises(errors.NotFound, match="已经更换"):
        await points.sticker(old, at=MONDAY)
    await points.close_point(id, "窗口装修", by=ADMIN, at=MONDAY + timedelta(hours=1))
    with pytest.raises(errors.Conflict, match="没有开通评价"):
        await points.sticker(await token_of(id), at=MONDAY + timedelta(hours=2))
    with pytest.raises(errors.Forbidden):
        await points.open_point(id, by=SUPERVISOR, at=MONDAY + timedelta(hours=2))
    await points.open_point(id, by=ADMIN, at=MONDAY + timedelta(hours=3))
    known = [await points.registered(REGION, MONDAY + timedelta(hours=h)) for h in (0.5, 2, 4)]
    assert [each["window"] for each in known] == [(1, 1), (1, 0), (1, 1)]
    assert [words for _, words in await points.story(id, by=ADMIN, at=MONDAY)] == [
        "登记评价点",
        "更换二维码",
        "暂停评价",
        "开通评价",
    ]


async def test_villages_come_as_a_file_once_and_whole_or_not_at_all(pool: None) -> None:
    made = await points.import_csv(VILLAGES.encode("gb18030"), by=ADMIN, at=MONDAY)
    again = await points.import_csv(VILLAGES.encode(), by=ADMIN, at=MONDAY)
    assert (made.added, made.known, again.added, again.known) == (3, 0, 0, 3)
    wrong = VILLAGES + "村（社区）,太平村,没有的镇,\n店铺,甲,,\n"
    with pytest.raises(errors.Invalid, match="第 6 行：种类“店铺”不存在"):
        await points.import_csv(wrong.encode(), by=ADMIN, at=MONDAY)
    with pytest.raises(errors.Invalid, match="第 5 行：没有找到上级“没有的镇”"):
        await points.import_csv(wrong.rsplit("店铺", 1)[0].encode(), by=ADMIN, at=MONDAY)
    found = await points.listed(kind="village", by=SUPERVISOR, at=MONDAY)
    assert [(each.name, each.parent_name) for each in found.points] == [("仁化村", "东盛涌镇"), ("龙山村", "东盛涌镇")]
    assert "仁化村,东盛涌镇" in points.csv_of(found.points, {}).decode()


async def test_windows_and_items_without_a_point_are_missing_until_they_are_made(pool: None) -> None:
    await catalogue.ship(MONDAY)
    async with transaction():
        await connection().execute(
            "INSERT INTO people (id, region_code, login, name, password_hash, roles, window_name, created_at)"
            " VALUES (gen_random_uuid(), $1, 'wangfang', '王芳', '', '{clerk}', '综合窗口1号', $2)",
            REGION,
            MONDAY,
        )
    hall = await points.add(NewPoint("centre", "龙井市政务服务中心"), by=ADMIN, at=MONDAY)
    before = {each.kind: each for each in await points.coverage(by=SUPERVISOR, at=MONDAY)}
    assert (before["window"].should, before["window"].able, before["window"].missing) == (1, 0, 1)
    made = await points.make_missing(by=ADMIN, at=MONDAY)
    assert made.added == 1 + before["item"].missing > 10
    assert await points.missing(by=SUPERVISOR) == []
    listed = await points.listed(kind="window", by=SUPERVISOR, at=MONDAY)
    assert [each.parent_id for each in listed.points] == [hall]
    assert all(each.able == each.should for each in await points.coverage(by=SUPERVISOR, at=MONDAY))


async def test_the_list_goes_on_where_it_ended(pool: None) -> None:
    for number in range(5):
        await window(f"窗口{number}")
    seen: list[str] = []
    after = ""
    while True:
        part = await points.listed(after=after, limit=2, by=SUPERVISOR, at=MONDAY)
        seen += [each.name for each in part.points]
        after = part.after
        if not after:
            break
    assert (seen, part.found) == ([f"窗口{number}" for number in range(5)], 5)


def test_screens_and_stickers_speak_both_languages_of_longjing() -> None:
    book = languages.book("222405", "ko")
    assert book
    said = [*labels("terminal/rest.html"), *labels("terminal/rate.html"), *labels("terminal/thanks.html")]
    said += [*labels("ratings/sticker.html"), INVITE, HOW, VOLUNTARY, FORM, TICK, HAND_IN, *FORM_WORDS.values()]
    assert len(said) > 20 and [words for words in said if not book.find(words)] == []


async def test_coverage_counts_what_has_no_point_and_a_limit_of_today_ends_when_it_ends(pool: None) -> None:
    await catalogue.ship(MONDAY)
    async with transaction():
        await connection().execute(
            "INSERT INTO upward_reports (id, region_code, rating_id, day, cause, cause_id, occurred_at, due_by, schema,"
            " edition, digest, status, created_at) VALUES ($1, $2, $1, $3, 'rating', '', $4, $5, 'anhui', 1, '',"
            " 'waiting', $4)",
            new_id(MONDAY), REGION, MONDAY.date(), MONDAY, MONDAY + timedelta(hours=2),
        )  # fmt: skip
    first = (await indicators.sheet(REGION, NOVEMBER, known=MONDAY.date(), at=MONDAY)).of(WHOLE)
    should = sum(one.should for one in await points.coverage(by=SUPERVISOR, at=MONDAY))
    assert (first["points_able"], first["points"], first["reports"]) == (0, should, 0) and should > 10
    await points.make_missing(by=ADMIN, at=MONDAY + timedelta(hours=1))
    late = MONDAY + timedelta(hours=3)
    second = (await indicators.sheet(REGION, NOVEMBER, known=late.date(), at=late)).of(WHOLE)
    assert (second["points_able"], second["points"], second["reports"]) == (should, should, 1)
    again = await indicators.rows(
        "reports", period=NOVEMBER, known=late.date(), department=WHOLE, by=SUPERVISOR, at=late
    )
    assert again.total == len(again.rows) == 1
    # A change is told weeks after the rating's day, and counts for that day.
    later = MONDAY + timedelta(days=30)
    await rollups.refresh(later - timedelta(hours=1))
    async with transaction():
        await connection().execute(
            "INSERT INTO upward_reports (id, region_code, rating_id, day, cause, cause_id, occurred_at, due_by, schema,"
            " edition, digest, status, created_at, accepted_at) VALUES ($1, $2, $1, $3, 'handling', '', $4, $5, 'a',"
            " 1, '', 'accepted', $4, $4)",
            new_id(later), REGION, MONDAY.date(), later, later + timedelta(days=1),
        )  # fmt: skip
    await rollups.refresh(later)
    async with transaction():
        found = (await reading.counted(REGION, NOVEMBER, later.date()))[WHOLE]
        assert (found["reported_in_time"], found["reports"]) == (1, 2)
        assert found == (await reading.recounted(REGION, NOVEMBER, later.date()))[WHOLE]
