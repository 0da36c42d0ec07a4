"""A delivery begins, arrives or fails: its row, what it carries, the ten working days (行政许可法 44), and the case.

The delivery date and the moment that ends the ten days are two things (`counts_at`): the region decides which moment
counts where the law does not say (`rules.policy`: mail_counts, cabinet_counts, notice_counts).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks, notices, occasions, progress
from lianban.casework.clocks import Owner
from lianban.casework.delivery.documents import issue_receipt
from lianban.casework.delivery.standing import Carried, all_delivered, carried
from lianban.casework.progress import Held
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import DeliveryRow, fire
from lianban.tables.ids import new_id
from lianban.tables.papers import Delivery

MISSING = "没有找到这次送达，请刷新页面。"

# What keeps the ten days of a task running: undelivered, and not in a delivery that counts already.
_OWED = """
SELECT EXISTS (SELECT 1 FROM results r LEFT JOIN deliveries d ON d.id = r.delivery_id
    WHERE r.case_id = $1 AND r.task_id IS NOT DISTINCT FROM $2 AND r.delivered_at IS NULL AND r.revoked_at IS NULL
      AND r.superseded_at IS NULL AND d.counts_at IS NULL)
  OR EXISTS (SELECT 1 FROM papers p LEFT JOIN deliveries d ON d.id = p.delivery_id
    WHERE p.case_id = $1 AND p.task_id IS NOT DISTINCT FROM $2 AND p.kind = ANY($3) AND p.void_at IS NULL
      AND p.superseded_by IS NULL AND d.counts_at IS NULL)
"""
_ARRIVED = """
UPDATE deliveries SET status = 'delivered', delivered_at = $2, counts_at = COALESCE(counts_at, $2), receiver = $3,
  relation = $4 WHERE id = $1 RETURNING *
"""
_FAILED = """
UPDATE deliveries SET status = $2, ended_at = $3, end_reason = $4, counts_at = NULL, code_hash = '' WHERE id = $1
"""


def fresh(held: Held, **facts: Any) -> DeliveryRow:
    """A delivery that is about to begin; it has no row yet."""
    return DeliveryRow("", "prepared", held.region, **facts)


async def living(held: Held, delivery_id: UUID, **facts: Any) -> tuple[Any, DeliveryRow]:
    """A delivery of this very case, locked with it, as its row and as what lives. Raises NotFound."""
    row = await connection().fetchrow("SELECT * FROM deliveries WHERE id = $1 AND case_id = $2", delivery_id, held.id)
    if row is None:
        raise errors.NotFound(MISSING)
    facts = {"receiver": row["receiver"], "tracking": row["tracking"], "box": row["box"]} | facts
    return row, DeliveryRow(str(delivery_id), row["status"], held.region, **facts)


async def begin(held: Held, what: Carried, *, by: Actor, at: datetime, **columns: Any) -> UUID:
    """The row of a delivery; what it carries points to it from now on, and no longer lies at the window."""
    id = new_id(at)
    await Delivery.insert(
        Delivery(
            id=id,
            case_id=held.id,
            region_code=held.region,
            results=[r["id"] for r in what.results],
            by_id=by.id,
            by_name=by.name,
            at=at,
            **columns,
        )
    )
    await connection().execute(
        "UPDATE results SET delivery_id = $2, delivered_at = $3 WHERE id = ANY($1)",
        [r["id"] for r in what.results],
        id,
        columns.get("delivered_at"),
    )
    await connection().execute(
        "UPDATE papers SET delivery_id = $2 WHERE id = ANY($1)", [p["id"] for p in what.papers], id
    )
    return id


async def concluded(
    held: Held, delivery_id: UUID, *, when: datetime, receiver: str, relation: str, by: Actor, at: datetime
) -> UUID:
    """What was under way has arrived at `when`; the receipt is issued now that it can be filled. Its paper's id."""
    row = await connection().fetchrow(_ARRIVED, delivery_id, when, receiver, relation)
    what = await carried(row)
    await connection().execute(
        "UPDATE results SET delivered_at = $2 WHERE id = ANY($1)", [r["id"] for r in what.results], when
    )
    return await received(held, row, what, by=by, at=at)


async def received(held: Held, row: Any, what: Carried, *, by: Actor, at: datetime) -> UUID:
    """After a delivery: clocks, journal, the case, and last of all the receipt with its number."""
    await halt(held, what.tasks, at=at)
    await progress.note(
        held, "results delivered", by=by, at=at, method=row["method"], results=len(what.results),
        papers=len(what.papers),
    )  # fmt: skip
    await case_delivered(held, row["id"], by=by, at=at)
    paper = await issue_receipt(held, row, what.documents, by=by, at=at)
    await connection().execute("UPDATE deliveries SET receipt_id = $2 WHERE id = $1", row["id"], paper.id)
    return paper.id


async def failed(
    held: Held, row: Any, status: str, event: str, *, reason: str, when: datetime, by: Actor, at: datetime
) -> None:
    """The try is over without success: everything lies at the window again, and the ten days go on."""
    what = await carried(row)
    await connection().execute(_FAILED, row["id"], status, when, reason)
    await connection().execute("UPDATE results SET delivery_id = NULL WHERE delivery_id = $1", row["id"])
    await connection().execute("UPDATE papers SET delivery_id = NULL WHERE delivery_id = $1", row["id"])
    if row["counts_at"] is not None:
        for task_id in what.tasks:
            if await connection().fetchval(_OWED, held.id, task_id, list(notices.TO_DELIVER)):
                await clocks.reopen(Owner(held.id, task_id, held.region), "delivery", since=row["counts_at"])
    await progress.note(held, event, by=by, at=at, method=row["method"], results=len(what.results))


async def halt(held: Held, tasks: Iterable[UUID | None], *, at: datetime) -> None:
    """Stop the ten days of every task of which nothing is owed any more, at the moment that counts."""
    for task_id in tasks:
        if await connection().fetchval(_OWED, held.id, task_id, list(notices.TO_DELIVER)):
            continue
        when = await connection().fetchval(
            "SELECT max(d.counts_at) FROM deliveries d WHERE d.case_id = $1 AND ("
            "d.id IN (SELECT delivery_id FROM results WHERE task_id = $2)"
            " OR d.id IN (SELECT delivery_id FROM papers WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2))",
            held.id,
            task_id,
        )
        await clocks.stop(held.id, task_id, at=min(when or at, at), kinds={"delivery"})


async def case_delivered(held: Held, delivery_id: UUID, *, by: Actor, at: datetime) -> None:
    """The case is delivered when the last of it is."""
    held.life.all_delivered = await all_delivered(held)
    if not held.life.all_delivered or held.life.state != "decided":
        return
    fire(held.life, "deliver", by)
    await connection().execute(
        "UPDATE cases SET status = 'delivered', delivered_at = $2, updated_at = $2 WHERE id = $1", held.id, at
    )
    await progress.note(held, "case delivered", by=by, at=at)
    await occasions.of_step(held, "closure", by=by, at=at)
    await outbox.write("case delivered", case_id=held.id, payload={"delivery": str(delivery_id)}, at=at)
