"""By mail: posted with carrier and number, arrived on the date of the return receipt, or come back (民事诉讼法 91)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import progress
from lianban.casework.delivery.running import begin, concluded, failed, fresh, halt, living
from lianban.casework.delivery.standing import at_window, chosen
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.casework.tasks.checking import unprintable
from lianban.outside.clock import local
from lianban.outside.database import transaction
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import fire

SENT = "parcel sent"
TRACKING = re.compile(r"[A-Za-z0-9-]{5,40}")
LONGEST = {"carrier": 60, "receiver": 60, "phone": 30, "address": 200, "reason": 200, "relation": 60}
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Moved:
    """A delivery that has gone one step further: its state, the case's, and the receipt if it has arrived."""

    case_id: UUID
    delivery_id: UUID
    state: str
    status: str
    paper_id: UUID | None = None


def moved(case_id: UUID, answer: dict[str, Any]) -> Moved:
    """The answer of a step, from what was kept of it."""
    paper = UUID(answer["paper"]) if answer.get("paper") else None
    return Moved(case_id, UUID(answer["delivery"]), answer["state"], answer["status"], paper)


async def send(
    case_id: UUID,
    *,
    carrier: str,
    tracking: str,
    receiver: str,
    phone: str = "",
    address: str,
    results: Sequence[UUID] | None = None,
    papers: Sequence[UUID] | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Moved:
    """交寄: what lies here goes to the post. No receipt yet: that is filled when the return receipt is there.

    Raises as `hand_over` does.
    """
    said = {
        name: " ".join(text.split())
        for name, text in (
            ("carrier", carrier), ("tracking", tracking), ("receiver", receiver), ("phone", phone), ("address", address)
        )
    }  # fmt: skip
    said["tracking"] = said["tracking"].replace(" ", "").upper()

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            what = await chosen(held, results, papers)
            _check(said)
            life = fresh(held, tracking=said["tracking"])
            fire(life, "send", by)
            counts = at if (await policy(held.region)).mail_counts == "sent" else None
            id = await begin(held, what, method="mail", status=life.state, counts_at=counts, **said, by=by, at=at)
            if counts:
                await halt(held, what.tasks, at=at)
            await progress.note(held, SENT, by=by, at=at, results=len(what.results), papers=len(what.papers))
            await outbox.write(SENT, case_id=held.id, payload={"delivery": str(id)}, at=at)
            return {"delivery": str(id), "state": life.state, "status": held.life.state}

    wanted = [None if ids is None else sorted(str(id) for id in ids) for ids in (results, papers)]
    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(case_id), wanted, *said.values()]
        return moved(case_id, await once(key, "send", by=by, at=at, fingerprint=asked, run=run))


async def arrive(
    case_id: UUID,
    delivery_id: UUID,
    *,
    on: date | None,
    signer: str,
    relation: str = "本人",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Moved:
    """The return receipt is there: its date `on` is the delivery date. The 送达回证 is issued now.

    A receipt names a day and no hour; noon stands for it. Raises NotFound, Conflict for what has arrived or come back
    already, Invalid with the fields.
    """
    signer, relation = " ".join(signer.split()), " ".join(relation.split())

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            row, life = await living(held, delivery_id, receipt_date=on is not None)
            if life.state == "sent":
                _check_arrival(on, signer, relation, sent=local(row["at"]), at=at)
            fire(life, "arrive", by)
            assert on is not None
            noon = datetime.combine(on, NOON, tzinfo=local(at).tzinfo)
            when = min(max(noon, row["at"]), at)
            paper = await concluded(held, delivery_id, when=when, receiver=signer, relation=relation, by=by, at=at)
            return {"delivery": str(delivery_id), "state": life.state, "status": held.life.state, "paper": str(paper)}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(delivery_id), str(on), signer, relation]
        return moved(case_id, await once(key, "arrive", by=by, at=at, fingerprint=asked, run=run))


async def send_back(case_id: UUID, delivery_id: UUID, *, reason: str, by: Actor, at: datetime, key: str = "") -> Moved:
    """The parcel has come back, or what was placed in a box is fetched back to the window: the next try is open.

    Raises NotFound, Conflict for what has arrived or come back already, Invalid without a reason.
    """
    reason = " ".join(reason.split())

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            row, life = await living(held, delivery_id, reason=len(reason) >= 2)
            event = "fetch_back" if row["method"] == "self_service_cabinet" else "send_back"
            if life.state in ("sent", "placed"):
                _check_reason(reason)
            fire(life, event, by)
            told = "taken back from the cabinet" if event == "fetch_back" else "parcel returned"
            await failed(held, row, life.state, told, reason=reason, when=at, by=by, at=at)
            return {"delivery": str(delivery_id), "state": life.state, "status": held.life.state}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(delivery_id), reason]
        return moved(case_id, await once(key, "send_back", by=by, at=at, fingerprint=asked, run=run))


def _check(said: dict[str, str]) -> None:
    fields = {}
    if not said["carrier"]:
        fields["carrier"] = "请写明承运单位。"
    if not TRACKING.fullmatch(said["tracking"]):
        fields["tracking"] = "请填写邮件号码：5 到 40 位字母、数字。"
    if not said["receiver"]:
        fields["receiver"] = "请写明收件人。"
    if len(said["address"]) < 5:
        fields["address"] = "请填写收件地址，填到门牌号。"
    fields |= {n: f"不超过 {LONGEST[n]} 字，请缩短。" for n, text in said.items() if len(text) > LONGEST.get(n, 60)}
    fields |= unprintable(said)
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


def _check_arrival(on: date | None, signer: str, relation: str, *, sent: datetime, at: datetime) -> None:
    fields = {}
    if on is None:
        fields["on"] = "请填写邮件回执上的收件日期。"
    elif not sent.date() <= on <= local(at).date():
        fields["on"] = f"收件日期应当在交寄之日（{sent:%Y-%m-%d}）以后、今天以前，请对照回执核对。"
    if not signer:
        fields["signer"] = "请写明回执上的签收人。"
    fields |= {
        n: "不超过 60 字，请缩短。" for n, text in (("signer", signer), ("relation", relation)) if len(text) > 60
    }
    fields |= unprintable({"signer": signer, "relation": relation})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


def _check_reason(reason: str) -> None:
    wrong = "" if 2 <= len(reason) <= LONGEST["reason"] else "请写明原因，例如“查无此人，退回”。"
    wrong = wrong or unprintable({"reason": reason}).get("reason", "")
    if wrong:
        raise errors.Invalid(wrong, {"reason": wrong})
