"""The self-service cabinet: placed in a box, taken out with a code that is shown once, or back after its time.

The code is made when the applicant asks for it on the tracking page, and only its keyed digest is kept: neither the
window nor a message ever knows it. Asking again makes a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from lianban import errors, outbox
from lianban.casework import clocks, progress
from lianban.casework.clocks import Owner
from lianban.casework.delivery.running import begin, concluded, failed, fresh, halt, living
from lianban.casework.delivery.sending import Moved, moved
from lianban.casework.delivery.standing import at_window, carried, chosen
from lianban.casework.idempotency import once
from lianban.casework.owed import Ended, catch_up
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import HOLDER, SYSTEM, Actor
from lianban.rules.lifecycles import fire

READY = "cabinet ready"
KEEPING_BASIS = "自助取件柜保管期限（本地规定）"
TRIES, CODES = 5, 5
"""Wrong codes until the box stays shut, and codes that are made for one box."""
DIGITS = 8
WRONG = "柜格或者取件码不对，请核对后重新输入。"
SHUT = "取件码输错次数太多，这一格已经锁定。请到综合窗口领取。"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of a box: the case's number, and what there was."""

    number: str
    box: str
    documents: tuple[str, ...]


async def place(
    case_id: UUID,
    *,
    box: str,
    results: Sequence[UUID] | None = None,
    papers: Sequence[UUID] | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Moved:
    """放入自助柜: the time to fetch it runs. Raises as `hand_over` does, Invalid for a box that is taken."""
    box = "".join(box.split()).upper()

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            what = await chosen(held, results, papers)
            if not 1 <= len(box) <= 10 or not box.isprintable():
                sentence = "请填写柜格，例如 A03。"
                raise errors.Invalid(sentence, {"box": sentence})
            life = fresh(held, box=box)
            fire(life, "place", by)
            chosen_policy = await policy(held.region)
            counts = at if chosen_policy.cabinet_counts == "placed" else None
            columns = {"method": "self_service_cabinet", "status": life.state, "box": box, "counts_at": counts}
            id = await begin(held, what, **columns, receiver=held.case["applicant"], by=by, at=at)
            running = await clocks.start(
                Owner(held.id, None, held.region), "cabinet", chosen_policy.limit("cabinet"), KEEPING_BASIS,
                at=at, subject=str(id),
            )  # fmt: skip
            await connection().execute("UPDATE deliveries SET until = $2 WHERE id = $1", id, running.promised)
            if counts:
                await halt(held, what.tasks, at=at)
            await progress.note(held, READY, by=by, at=at, box=box, results=len(what.results), papers=len(what.papers))
            await outbox.write(READY, case_id=held.id, payload={"delivery": str(id)}, at=at)
            return {"delivery": str(id), "state": life.state, "status": held.life.state}

    wanted = [None if ids is None else sorted(str(id) for id in ids) for ids in (results, papers)]
    await catch_up(case_id, at=at)
    try:
        async with transaction():
            asked = [str(case_id), wanted, box]
            return moved(case_id, await once(key, "place", by=by, at=at, fingerprint=asked, run=run))
    except UniqueViolationError as taken:
        if taken.constraint_name != "deliveries_box":
            raise
        sentence = f"柜格 {box} 里还有别的件没有取走，请换一格。"
        raise errors.Invalid(sentence, {"box": sentence}) from taken


async def new_code(held: Held, delivery_id: UUID, *, at: datetime) -> str:
    """A fresh code for the holder's eyes; the one before no longer opens anything. The case is locked.

    Raises NotFound, Conflict when the box is empty or too many codes were made.
    """
    row, life = await living(held, delivery_id)
    if life.state != "placed":
        raise errors.Conflict(f"这一件现在是“{life.stage.name}”，没有取件码。")
    if row["codes"] >= CODES:
        raise errors.Conflict(f"取件码最多生成 {CODES} 次，请到综合窗口领取。")
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    await connection().execute(
        "UPDATE deliveries SET code_hash = $2, codes = codes + 1, tries = 0 WHERE id = $1",
        delivery_id,
        _digest(delivery_id, code),
    )
    await progress.note(held, "cabinet code shown", by=HOLDER, at=at, box=row["box"], time=row["codes"] + 1)
    return code


async def take(region: str, box: str, code: str, *, at: datetime) -> Taken:
    """凭码取件 at the cabinet. Raises NotFound (one answer for an empty box and a wrong code), Conflict once it is shut
    or something in it was revoked meanwhile."""
    box, code = "".join(box.split()).upper()[:10], "".join(code.split())[:20]
    case_id = await _case_at(region, box)
    if case_id is None:
        raise errors.NotFound(WRONG)
    await catch_up(case_id, at=at)
    async with transaction():
        held = await progress.hold(case_id)
        assert held is not None
        row = await connection().fetchrow(
            "SELECT * FROM deliveries WHERE case_id = $1 AND box = $2 AND status = 'placed'", case_id, box
        )
        if row is None:
            raise errors.NotFound(WRONG)
        if row["tries"] >= TRIES:
            raise errors.Conflict(SHUT)
        digest = _digest(row["id"], code)
        right = bool(row["code_hash"]) and hmac.compare_digest(row["code_hash"].encode(), digest.encode())
        if right:
            return await _taken(held, row, at=at)
        await connection().execute("UPDATE deliveries SET tries = tries + 1 WHERE id = $1", row["id"])
        last = row["tries"] + 1 >= TRIES
        if last:
            await progress.note(held, "cabinet locked", by=HOLDER, at=at, box=box)
    # Counted and committed before the answer.
    raise errors.Conflict(SHUT) if last else errors.NotFound(WRONG)


async def _case_at(region: str, box: str) -> UUID | None:
    """The case whose results lie in a box."""
    async with transaction():
        id: UUID | None = await connection().fetchval(
            "SELECT case_id FROM deliveries WHERE region_code = $1 AND box = $2 AND status = 'placed'", region, box
        )
    return id


async def expire(ended: Ended, at: datetime) -> None:
    """Nobody came in time: back to the window, the ten days go on. For `casework.owed`."""
    held = await progress.hold(ended.case_id)
    assert held is not None
    owner = Owner(held.id, None, held.region)
    row, life = await living(held, UUID(ended.subject), period_over=True)
    await clocks.stop(*owner[:2], at=at, kinds={"cabinet"}, subject=ended.subject)
    if life.state == "placed":
        fire(life, "expire", SYSTEM)
        reason = f"保管期限 {ended.due:%Y-%m-%d %H:%M} 届满，没有取走"
        await failed(held, row, life.state, "cabinet expired", reason=reason, when=at, by=SYSTEM, at=at)


async def _taken(held: Held, row: Any, *, at: datetime) -> Taken:
    what = await carried(row)
    if any(r["revoked_at"] for r in what.results):
        raise errors.Conflict("柜里的结果已经撤销，不能取走，请到综合窗口办理。")
    if any(r["superseded_at"] for r in what.results):
        raise errors.Conflict("柜里的结果已经更正，请到综合窗口领取更正后的。")
    _, life = await living(held, row["id"], code_right=True)
    fire(life, "take", HOLDER)
    await clocks.stop(held.id, None, at=at, kinds={"cabinet"}, subject=str(row["id"]))
    await concluded(held, row["id"], when=at, receiver=row["receiver"], relation="凭取件码", by=HOLDER, at=at)
    return Taken(held.case["number"], row["box"], tuple(d.name for d in what.documents))


def _digest(delivery_id: UUID, code: str) -> str:
    return hmac.new(settings().secret.encode(), f"{delivery_id} {code}".encode(), hashlib.sha256).hexdigest()
