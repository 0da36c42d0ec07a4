"""Reports to the superior platform over real HTTP: nobody escapes, at least once, acknowledged, reconciled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from lianban import api, errors, timers
from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings, rectification, upward
from lianban.feedback.upward import sending
from lianban.outside.database import connection, transaction
from lianban.outside.settings import read, settings
from lianban.rules.actors import Actor, Role
from tests.actions.appealing import transferred
from tests.actions.drafts import MONDAY
from tests.actions.messaging import CHIEF
from tests.actions.voicing import SUPERVISOR, rated, reviewed_token
from tests.actions.working import POLICE_TOO, REGION, one
from tests.upward import SECRET, Platform, running, signed

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
TODAY = MONDAY.date()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The reference receiver, configured."""
    with running() as found:
        monkeypatch.setenv("LIANBAN_UPWARD_URL", found.url)
        monkeypatch.setenv("LIANBAN_UPWARD_SECRET", SECRET)
        monkeypatch.setenv("LIANBAN_UPWARD_TIMEOUT_SECONDS", "0.3")
        settings.cache_clear()
        yield found
    sending._away.clear()


async def work(at: Any = MONDAY) -> None:
    """What the worker's round does about it."""
    await upward.sweep(at)
    while await upward.send_due(at):
        pass


async def served() -> str:
    """A service at the window that may be rated; its token."""
    async with transaction():
        return await occasions.mint(Service(REGION, "visit", "service", "咨询"), at=MONDAY)


async def states() -> list[tuple[str, str]]:
    async with transaction():
        rows = await connection().fetch("SELECT cause, status FROM upward_reports ORDER BY id")
    return [tuple(row) for row in rows]


async def receipt(id: str, status: str, number: str = "r1", **more: str) -> tuple[int, str]:
    """A receipt as the platform sends it; status of the answer, and what it says."""
    body = json.dumps({"receipt": number, "id": id, "status": status, "reason": more.get("reason", "")}).encode()
    timestamp = str(int(MONDAY.timestamp()))
    headers = {
        "X-Lianban-Timestamp": timestamp,
        "X-Lianban-Signature": signed(timestamp, body, more.get("secret", SECRET)),
    }
    transport = ASGITransport(
        app=Litestar(api.routers, openapi_config=None),  # type: ignore[arg-type]
        raise_app_exceptions=False,
    )
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.post("/api/v1/upward/receipts", content=body, headers=headers)
    return answer.status_code, answer.json().get("status") if answer.status_code == 200 else answer.json()["detail"]


async def test_a_rating_goes_up_signed_with_what_the_schema_names_and_nothing_else(
    pool: None, platform: Platform
) -> None:
    await rated(await reviewed_token(), 1, named=True, comment="找朴先生问了三次，电话 13800001234")
    await work()
    ((report,),) = platform.batches
    assert (report["cause"], report["region"], report["schema"], report["rated_on"]) == (
        "rating", REGION, "national-1", "2026-11-02",
    )  # fmt: skip
    content = report["content"]
    assert content["satisfaction"] == 1 and content["areaCode"] == "222405000000" and content["validFlag"] == "1"
    assert content["taskHandleItem"] == "出生登记" and content["serviceNumber"] == 2
    assert "13800001234" not in json.dumps(report) and "朴女士" not in json.dumps(report, ensure_ascii=False)
    assert await states() == [("rating", "accepted")]
    assert await one("SELECT sealed IS NULL FROM upward_reports"), "what was sent is forgotten once it is there"


async def test_names_go_only_where_the_schema_asks_for_them_and_only_of_named_ratings(
    pool: None, platform: Platform
) -> None:
    await upward.choose("anhui-1", {"channel.dynamic_qr": "QR01"}, "接口文档 2026 版", by=CHIEF, at=MONDAY)
    await rated(await reviewed_token(), 5, named=True)
    await work()
    content = platform.batches[0][0]["content"]
    assert content["evaluateChannel"] == "QR01" and content["applicantName"] == "朴女士"
    assert "applicantCardNumber" not in content
    async with transaction():
        await connection().execute("UPDATE ratings SET named = false")
        await connection().execute("DELETE FROM upward_reports")
    await work()
    assert "applicantName" not in platform.batches[1][0]["content"]


async def test_each_change_is_reported_after_the_rating(pool: None, platform: Platform) -> None:
    problem = await transferred()
    rating = await one("SELECT rating_id FROM rectifications WHERE id = $1", problem)
    assert isinstance(rating, UUID)
    await rectification.accept(problem, by=POLICE_TOO, at=MONDAY)
    await work()
    async with transaction():
        await ratings.change_standing(rating, "invalid", "误评", by=SUPERVISOR, at=MONDAY + MINUTE)
        await rectification.void(problem, "误评", by=SUPERVISOR, at=MONDAY + MINUTE)
    await work(MONDAY + 2 * MINUTE)
    await work(MONDAY + 3 * MINUTE)
    assert await states() == [("rating", "accepted"), ("standing", "accepted"), ("handling", "accepted")]
    told = {one["cause"]: one["content"] for batch in platform.batches for one in batch}
    assert (told["rating"]["validFlag"], told["standing"]["validFlag"]) == ("1", "0")
    assert told["handling"]["handleResult"] == "认定无效"
    assert len(platform.kept) == 3


async def test_nobody_escapes_the_daily_look(pool: None, platform: Platform) -> None:
    await rated(await served(), 5)
    await work()
    late = await rated(await served(), 4, at=MONDAY - timedelta(days=3))
    await work()
    assert len(platform.kept) == 1, "it came in behind what was known"
    assert await upward.complete(MONDAY) == 1
    assert await upward.complete(MONDAY) == 0
    await work()
    assert str(late.id) == str(await one("SELECT rating_id FROM upward_reports WHERE day < $1", TODAY))
    assert len(platform.kept) == 2


async def test_what_is_older_than_the_platform_follows(pool: None, platform: Platform) -> None:
    for days in (90, 60, 0):
        await rated(await served(), 5, at=MONDAY - timedelta(days=days))
    assert (await upward.sweep(MONDAY), await upward.complete(MONDAY), await upward.complete(MONDAY)) == (1, 2, 0)


async def test_default_ratings_are_nobodys_and_are_not_reported(pool: None, platform: Platform) -> None:
    await rated(await served(), 3)
    async with transaction():
        await connection().execute("UPDATE ratings SET source = 'default'")
    await work()
    assert platform.batches == []


async def test_killed_between_sending_and_writing_down_it_goes_again_under_the_same_id(
    pool: None, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = sending._record

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(sending, "_record", killed)
    await rated(await served(), 5)
    with pytest.raises(asyncio.CancelledError):
        await work()
    monkeypatch.setattr(sending, "_record", written)
    await work(MONDAY + MINUTE)
    assert len(platform.batches) == 1, "the lease is not over yet"
    await work(MONDAY + 4 * MINUTE)
    assert [batch[0]["id"] for batch in platform.batches] == [next(iter(platform.kept))] * 2
    assert await states() == [("rating", "accepted")] and len(platform.kept) == 1


async def test_a_platform_that_is_away_or_busy_is_asked_again_and_never_given_up(
    pool: None, platform: Platform
) -> None:
    await rated(await served(), 5)
    platform.answers = [503, 0]
    await work()
    assert "HTTP 503" in str(await one("SELECT reason FROM upward_reports"))
    await work(MONDAY + 2 * MINUTE)
    assert "没有回答" in str(await one("SELECT reason FROM upward_reports")) and await states() == [
        ("rating", "waiting")
    ]
    await work(MONDAY + timedelta(hours=3))
    assert await states() == [("rating", "accepted")] and len(platform.kept) == 1


async def test_one_bad_report_holds_up_no_other(pool: None, platform: Platform) -> None:
    for text in ("好", "坏字段", "很好"):
        await rated(await served(), 5, comment=text)
    platform.poison = "坏字段"
    await work()
    assert sorted(state for _, state in await states()) == ["accepted", "accepted", "rejected"]
    shown = await upward.overview(by=CHIEF, at=MONDAY)
    (bad,) = shown.open
    assert "HTTP 422" in bad.reason and "字段不符" in bad.reason
    with pytest.raises(errors.Forbidden):
        await upward.resend(bad.id, by=POLICE_TOO, at=MONDAY)
    platform.poison = ""
    await upward.resend(bad.id, by=CHIEF, at=MONDAY)
    await work()
    assert {state for _, state in await states()} == {"accepted"}
    with pytest.raises(errors.Conflict, match="不需要重新上报"):
        await upward.resend(bad.id, by=CHIEF, at=MONDAY)


async def test_a_receipt_may_come_later_twice_and_forged(pool: None, platform: Platform) -> None:
    platform.verdicts = {"rating": "taken"}
    await rated(await served(), 5)
    await work()
    id = next(iter(platform.kept))
    assert await states() == [("rating", "taken")]
    assert (await receipt(id, "accepted", secret="another"))[0] == 403
    assert (await receipt(str(UUID(int=7)), "accepted"))[0] == 404
    assert await receipt(id, "accepted") == (200, "recorded")
    assert await receipt(id, "accepted") == (200, "known")
    assert await receipt(id, "rejected", "r2", reason="晚到") == (200, "recorded")
    assert await states() == [("rating", "accepted")], "what was accepted stays so"


async def test_a_day_is_reconciled_what_they_lack_goes_again(pool: None, platform: Platform) -> None:
    for grade in (5, 4, 3):
        await rated(await served(), grade)
    platform.page = 2
    await work()
    lost, changed, heard = sorted(platform.kept)
    async with transaction():
        await connection().execute("UPDATE upward_reports SET status = 'waiting' WHERE id = $1", UUID(heard))
    del platform.kept[lost]
    platform.kept[changed]["content"]["satisfaction"] = 1
    found = await upward.reconcile(REGION, TODAY, by=SUPERVISOR, at=MONDAY)
    assert (found.ours, found.theirs, found.unknown) == (3, 2, 0)
    assert ([str(id) for id in found.missing], [str(id) for id in found.differing]) == ([lost], [changed])
    await work(MONDAY + MINUTE)
    assert lost in platform.kept and {state for _, state in await states()} == {"accepted"}
    async with transaction():
        rates = [vars_of(await upward.figure(REGION, TODAY, TODAY, at=MONDAY + n * MINUTE)) for n in (0.5, 2)]
    assert rates == [(1, 3), (2, 3)], "what differs is not accurate, what was lost not until it is there again"
    await upward.nightly(MONDAY + timedelta(days=9))
    assert await one("SELECT count(*) FROM upward_reconciliations") == 2, "it was not in order: it is looked at again"
    with pytest.raises(errors.Forbidden):
        await upward.reconcile(REGION, TODAY, by=POLICE_TOO, at=MONDAY)


async def test_what_is_late_or_cannot_be_made_is_not_in_time(pool: None, platform: Platform) -> None:
    await rated(await served(), 5)
    platform.answers = [503]
    await work()
    late = MONDAY + timedelta(days=5)
    await work(late)
    async with transaction():
        assert tuple(vars_of(await upward.figure(REGION, TODAY, TODAY, at=MONDAY))) == (0, 0)
        assert tuple(vars_of(await upward.figure(REGION, TODAY, TODAY, at=late + MINUTE))) == (0, 1)


def vars_of(figure: upward.Figure) -> tuple[int, int]:
    return figure.good, figure.all


async def test_the_worker_does_all_of_it(pool: None, platform: Platform) -> None:
    await rated(await served(), 5)
    await timers.round(MONDAY)
    await timers.round(MONDAY)
    assert await states() == [("rating", "accepted")]
    await timers.round(MONDAY + timedelta(days=1))
    assert await one("SELECT count(*) FROM upward_reconciliations") == 1


async def test_codes_are_chosen_by_the_administrator_with_a_reason(pool: None) -> None:
    officer = Actor("x", "某人", REGION, frozenset({Role.SUPERVISOR}))
    with pytest.raises(errors.Forbidden):
        await upward.choose("anhui-1", {}, "文档", by=officer, at=MONDAY)
    with pytest.raises(errors.Invalid, match="依据"):
        await upward.choose("anhui-1", {}, "", by=CHIEF, at=MONDAY)
    assert await upward.choose("anhui-1", {"channel.sms": "DX", "no.such": "1"}, "文档一", by=CHIEF, at=MONDAY) == 1
    async with transaction():
        found = await upward.chosen(REGION)
    assert (found.schema.id, found.codes, found.number) == ("anhui-1", {"channel": {"sms": "DX"}}, 1)


@pytest.mark.parametrize(
    ("address", "secret", "why"),
    [("platform.example.cn", SECRET, "https://"), ("https://platform.example.cn/v1", "", "LIANBAN_UPWARD_SECRET")],
)
def test_settings_that_cannot_work_are_refused(address: str, secret: str, why: str) -> None:
    with pytest.raises(errors.Invalid, match=why):
        read({"LIANBAN_UPWARD_URL": address, "LIANBAN_UPWARD_SECRET": secret})
