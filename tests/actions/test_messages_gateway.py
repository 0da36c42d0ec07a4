"""The gateway over real HTTP: signed, retried, deduped, killed in between; its receipts in any order, once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from lianban import api, errors, journal
from lianban.casework import messages
from lianban.casework.messages import sending
from lianban.outside import messages as door
from lianban.outside import signed as signed_door
from lianban.outside.database import connection, transaction
from lianban.outside.messages import Outcome, Outgoing
from lianban.outside.settings import read, settings
from tests.actions.drafts import MONDAY, WANG
from tests.actions.messaging import last, of, work
from tests.actions.working import accepted, one
from tests.gateway import SECRET, Gateway, running, signed

MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=10)
OTHER = {"newborn_name": "王二", "birth_certificate_number": "U220012346", "birth_datetime": "2026-10-21T06:15"}


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The reference receiver, configured."""
    with running() as found:
        monkeypatch.setenv("LIANBAN_SMS_URL", found.url)
        monkeypatch.setenv("LIANBAN_SMS_SECRET", SECRET)
        monkeypatch.setenv("LIANBAN_SMS_TIMEOUT_SECONDS", "0.3")
        monkeypatch.setenv("LIANBAN_SMS_ATTEMPTS", "3")
        settings.cache_clear()
        yield found
    sending._away.clear()


async def told() -> tuple[UUID, UUID]:
    """A case whose acceptance is told: its id, and the message's."""
    case = (await accepted()).case_id
    await work()
    return case, (await last(case)).id


async def receipt(id: UUID, status: str, number: str = "r1", at: datetime = MONDAY, **more: Any) -> tuple[int, str]:
    """A receipt as the gateway sends it; status of the answer, and what it says."""
    content = {"receipt": number, "id": str(id), "status": status, "at": at.isoformat()} | {
        k: v for k, v in more.items() if k not in ("timestamp", "secret", "signature")
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    timestamp = more.get("timestamp") or str(int(at.timestamp()))
    headers = {
        "X-Lianban-Timestamp": timestamp,
        "X-Lianban-Signature": more.get("signature") or signed(timestamp, body, more.get("secret", SECRET)),
        "Content-Type": "application/json",
    }
    app = Litestar(api.routers, openapi_config=None)
    transport = ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.post("/api/v1/messages/receipts", content=body, headers=headers)
    return answer.status_code, answer.json().get("status") if answer.status_code == 200 else answer.json()["detail"]


async def test_a_message_goes_out_signed_and_its_receipt_comes_back(pool: None, gateway: Gateway) -> None:
    case, id = await told()
    (message,) = gateway.requests
    shown = await last(case)
    assert message == {"id": str(id), "to": "13800138000", "text": shown.text, "occasion": "accepted", "parts": 3}
    assert shown.status == "sent" and shown.sent_at is not None
    assert await one("SELECT gateway_id FROM messages") == f"g-{str(id)[-6:]}"
    assert await receipt(id, "delivered") == (200, "recorded")
    arrived = await last(case)
    assert (arrived.status, arrived.arrived_at) == ("arrived", MONDAY)


async def test_what_the_gateway_refuses_is_for_the_window_and_the_case_goes_on(
    pool: None, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answers, gateway.reason = [422], "13800138000 是空号"
    with caplog.at_level(logging.DEBUG):
        case, id = await told()
    (open,) = await messages.untold(by=WANG)
    assert (open.id, open.status) == (id, "failed") and "HTTP 422" in open.reason and "空号" in open.reason
    assert "13800138000" not in open.reason and "13800138000" not in caplog.text
    assert "message failed" in [line.event for line in await journal.lines("case", case)]
    assert await one("SELECT count(*) FROM outbox WHERE payload::text LIKE '%138%' OR last_error <> ''") == 0
    await messages.send_again(id, "", by=WANG, at=MONDAY + MINUTE)
    await work(MONDAY + MINUTE)
    assert await of(case) == [("已受理", "failed"), ("已受理", "sent")]
    assert len({m["id"] for m in gateway.requests}) == 2, "a new message: the gateway must not take it for the old one"


@pytest.mark.parametrize("status", [500, 503, 429, 401])
async def test_what_may_pass_is_tried_again_later_and_at_last_given_up(
    pool: None, gateway: Gateway, status: int
) -> None:
    gateway.answers = [status] * 3
    case, id = await told()
    assert (await last(case)).status == "waiting" and str(status) in (await last(case)).reason
    await work(MONDAY + MINUTE / 2)
    assert len(gateway.requests) == 1
    await work(MONDAY + MINUTE + SOON)
    await work(MONDAY + MINUTE * 2)
    assert len(gateway.requests) == 2
    await work(MONDAY + MINUTE * 4)
    assert (await last(case)).status == "failed" and "试了 3 次" in (await last(case)).reason
    assert {m["id"] for m in gateway.requests} == {str(id)} and gateway.texts == ({} if status else gateway.texts)


async def test_a_gateway_that_is_silent_holds_up_nothing(pool: None, gateway: Gateway) -> None:
    gateway.answers = [0]
    first, _ = await told()
    second = (await accepted(OTHER)).case_id
    await work(MONDAY + timedelta(seconds=5))
    assert len(gateway.requests) == 1, "one has waited for it, the others do not knock"
    assert (await last(second)).status == "waiting"
    await work(MONDAY + timedelta(minutes=2))
    assert [(await last(case)).status for case in (first, second)] == ["sent", "sent"]
    assert len(gateway.texts) == 2, "what it had taken without a word is known by its id"


async def test_a_gateway_that_is_not_there_holds_up_nothing(
    pool: None, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANBAN_SMS_URL", "http://127.0.0.1:9/sms")
    settings.cache_clear()
    case, _ = await told()
    assert (await last(case)).status == "waiting" and "没有回答" in (await last(case)).reason


async def test_killed_between_sending_and_writing_down_it_is_sent_again_under_the_same_id(
    pool: None, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = sending._record

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(sending, "_record", killed)
    case = (await accepted()).case_id
    with pytest.raises(asyncio.CancelledError):
        await work()
    monkeypatch.setattr(sending, "_record", written)
    assert len(gateway.requests) == 1 and (await last(case)).status == "waiting"
    await work(MONDAY + MINUTE)
    assert len(gateway.requests) == 1, "the lease is not over yet"
    await work(MONDAY + MINUTE * 3)
    assert [m["id"] for m in gateway.requests] == [str((await last(case)).id)] * 2
    assert len(gateway.texts) == 1 and (await last(case)).status == "sent"


async def test_a_receipt_may_come_before_the_answer(
    pool: None, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = (await accepted()).case_id
    loop, answers = asyncio.get_running_loop(), []

    def faster(message: dict[str, Any]) -> None:
        coming = asyncio.run_coroutine_threadsafe(receipt(UUID(message["id"]), "delivered"), loop)
        answers.append(coming.result(10))

    gateway.before = faster
    monkeypatch.setenv("LIANBAN_SMS_TIMEOUT_SECONDS", "10")
    settings.cache_clear()
    await work()
    shown = await last(case)
    assert answers == [(200, "recorded")] and shown.status == "arrived" and shown.sent_at is not None


async def test_receipts_come_twice_and_in_any_order(pool: None, gateway: Gateway) -> None:
    case, id = await told()
    assert await receipt(id, "failed", "r1", reason="关机 13800138000") == (200, "recorded")
    assert await receipt(id, "failed", "r1", reason="关机 13800138000") == (200, "known")
    shown = await last(case)
    assert (shown.status, "关机" in shown.reason, "138" in shown.reason) == ("failed", True, False)
    assert len(await messages.untold(by=WANG)) == 1
    assert await receipt(id, "delivered", "r2", at=MONDAY + MINUTE, timestamp=str(int(MONDAY.timestamp()))) == (
        200, "recorded",
    )  # fmt: skip
    assert await receipt(id, "failed", "r3") == (200, "recorded")
    shown = await last(case)
    assert (shown.status, shown.reason, await messages.untold(by=WANG)) == ("arrived", "", [])


async def test_forged_and_replayed_receipts_are_refused(pool: None, gateway: Gateway) -> None:
    case, id = await told()
    old = MONDAY - timedelta(minutes=6)
    forged: tuple[dict[str, Any], ...] = (
        {"secret": "another"},
        {"signature": "sha256=00"},
        {"timestamp": "x"},
        {"timestamp": str(int(old.timestamp()))},
        {"timestamp": str(int((MONDAY + timedelta(minutes=6)).timestamp()))},
    )
    for more in forged:
        status, said = await receipt(id, "delivered", **more)
        assert status == 403 and "签名不对" in said
    assert (await last(case)).status == "sent"
    assert (await receipt(UUID(int=7), "delivered"))[0] == 404
    assert (await receipt(id, "perhaps"))[0] == 422
    assert (await receipt(id, "delivered", at=MONDAY, receipt=""))[0] == 422


async def test_a_message_that_never_went_out_has_no_receipts(pool: None, gateway: Gateway) -> None:
    case = (await accepted()).case_id
    async with transaction():
        await connection().execute("UPDATE parties SET phone = '' WHERE case_id = $1", case)
    await work()
    assert (await receipt((await last(case)).id, "delivered"))[0] == 404


async def test_without_a_secret_no_receipt_is_believed(pool: None) -> None:
    assert not signed_door.genuine(
        "", "1", signed_door.sign("", "1", b"{}"), b"{}", at=datetime.fromtimestamp(1, MONDAY.tzinfo)
    )


@pytest.mark.parametrize(
    ("address", "secret", "why"),
    [("sms.example.cn", SECRET, "https://"), ("https://sms.example.cn/v1", "", "LIANBAN_SMS_SECRET")],
)
def test_settings_that_cannot_work_are_refused(address: str, secret: str, why: str) -> None:
    with pytest.raises(errors.Invalid, match=why):
        read({"LIANBAN_SMS_URL": address, "LIANBAN_SMS_SECRET": secret})


async def test_an_answer_that_is_no_json_is_an_answer(gateway: Gateway) -> None:
    gateway.answers = [302]
    sent = await door.send(settings(), Outgoing("m", "13800138000", "好", "accepted", 1))
    assert sent.outcome is Outcome.LATER, "it is not sent elsewhere"
