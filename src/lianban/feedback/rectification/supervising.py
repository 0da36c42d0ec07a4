"""What the supervisor does: verifies, transfers or assigns, decides on extensions, writes off (R-HCP-6, R-HCP-9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.casework.idempotency import once
from lianban.feedback import matters
from lianban.feedback.rectification.keeping import Held, hold, move, said, units
from lianban.feedback.rectification.proofs import attach, store_proofs
from lianban.feedback.rectification.sheet import issue_for
from lianban.feedback.rectification.words import FINDINGS
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor


async def verify(
    id: UUID,
    finding: str,
    note: str,
    *,
    department: str | None = None,
    files: Sequence[Attachment] = (),
    by: Actor,
    at: datetime,
    key: str = "",
) -> None:
    """核实: `simple`, `complex`, or `unfounded`, when `note` is told to the citizen as the explanation. With a
    `department` ("" the centre) what is true goes to that unit at once. Raises NotFound, Invalid, Illegal."""
    if finding not in FINDINGS:
        raise errors.Invalid("请选择核实结论。", {"finding": "请选择核实结论。"})
    text = said(note, "note", "核实的情况")

    async def run(held: Held) -> UUID:
        changes = {"finding": finding}
        held.subject.finding = finding
        if finding == "unfounded":
            replied = {**changes, "replied_at": at, "verdict": ""}
            return await move(held, "explain", by=by, at=at, note=text, shown="citizen", changes=replied)
        step = await move(held, "verify", by=by, at=at, note=text, changes=changes, content={"finding": finding})
        if department is not None:
            await _transfer(held, department, by=by, at=at)
        return step

    await act(id, "verify problem", {"finding": finding, "note": text}, run, files=files, by=by, at=at, key=key)


async def transfer(id: UUID, department: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """转办 to the unit that has to put it right, "" the centre. Raises NotFound, Invalid, Illegal."""

    async def run(held: Held) -> UUID:
        return await _transfer(held, department, by=by, at=at)

    await act(id, "transfer problem", {"to": department}, run, by=by, at=at, key=key)


async def assign(id: UUID, department: str, reason: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """指定: this unit and no other; it cannot pass it on. Raises NotFound, Invalid, Illegal."""
    text = said(reason, "reason", "指定的理由")

    async def run(held: Held) -> UUID:
        await _known(held, department)
        changes = {
            "department": department,
            "assigned": True,
            "owner": "",
            "owner_name": "",
            "extension_by": "",
            "transferred_at": at,
        }
        return await move(held, "assign", by=by, at=at, note=text, changes=changes, content={"to": department})

    await act(id, "assign problem", {"to": department, "reason": text}, run, by=by, at=at, key=key)


async def grant_extension(id: UUID, *, by: Actor, at: datetime, key: str = "") -> None:
    """同意延期, once, by the policy's extension. Raises NotFound, Illegal."""

    async def run(held: Held) -> UUID:
        reason, more = held.row["extension_reason"], held.policy.limit("negative_extension")
        await matters.extend(held.matter, "rectify", more, reason, by=by, at=at)
        return await move(held, "grant_extension", by=by, at=at, changes={"extended": True})

    await act(id, "extend problem", {}, run, by=by, at=at, key=key)


async def refuse_extension(id: UUID, reason: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """不同意延期, with a reason. Raises NotFound, Invalid, Illegal."""
    text = said(reason, "reason", "不同意延期的理由")

    async def run(held: Held) -> UUID:
        changes = {"extension_by": "", "extension_reason": ""}
        return await move(held, "refuse_extension", by=by, at=at, note=text, changes=changes)

    await act(id, "refuse extension", {"reason": text}, run, by=by, at=at, key=key)


async def write_off(id: UUID, note: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """销号: what was done is enough, or `note` says why nothing more can be done; the sheet is issued. A named one only
    after the call-back, none while an appeal is open (R-HCP-9). Raises NotFound, Invalid, Illegal."""
    text = said(note, "note", "核实销号的意见")

    async def run(held: Held) -> UUID:
        step = await move(held, "write_off", by=by, at=at, note=text)
        paper = await issue_for(held, review=text, by=by, at=at)
        await connection().execute("UPDATE rectifications SET paper_id = $2 WHERE id = $1", id, paper)
        return step

    await act(id, "write off problem", {"note": text}, run, by=by, at=at, key=key)


async def act(
    id: UUID,
    verb: str,
    asked: dict[str, Any],
    run: Callable[[Held], Awaitable[UUID]],
    *,
    files: Sequence[Attachment] = (),
    by: Actor,
    at: datetime,
    key: str = "",
) -> None:
    """One verb on one problem: the row locked first, its proofs named, once for each key."""
    kept = await store_proofs(id, files)

    async def work() -> dict[str, Any]:
        held = await hold(id, by=by, at=at, reason_given=True)
        step = await run(held)
        await attach(id, step, kept, at=at)
        return {"id": str(id)}

    async with transaction():
        fingerprint = {"id": str(id), **asked, "files": [one.sha256 for one in kept]}
        await once(key, verb, by=by, at=at, fingerprint=fingerprint, run=work)


async def _transfer(held: Held, department: str, *, by: Actor, at: datetime) -> UUID:
    await _known(held, department)
    changes = {"department": department, "owner": "", "owner_name": "", "transferred_at": at}
    return await move(held, "transfer", by=by, at=at, changes=changes, content={"to": department})


async def _known(held: Held, department: str) -> None:
    if department not in await units(held.row["region_code"]):
        raise errors.Invalid("请选择承办单位。", {"department": "请选择承办单位。"})
    held.subject.department = department
