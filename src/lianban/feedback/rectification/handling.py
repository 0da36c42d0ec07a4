"""What the unit does: accepts or passes on, puts right, asks for more time, answers the citizen (R-HCP-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.feedback.rectification.keeping import Held, move, said, units
from lianban.feedback.rectification.supervising import act
from lianban.rules.actors import Actor


async def accept(id: UUID, *, by: Actor, at: datetime, key: str = "") -> None:
    """接收: whoever accepts it answers for it; its time to be put right begins. Raises NotFound, Illegal."""

    async def run(held: Held) -> UUID:
        return await move(held, "accept", by=by, at=at, changes={"owner": by.id, "owner_name": by.name})

    await act(id, "accept problem", {}, run, by=by, at=at, key=key)


async def take_over(id: UUID, *, by: Actor, at: datetime, key: str = "") -> None:
    """接手: another one of the unit answers for it from now on. Raises NotFound, Illegal."""

    async def run(held: Held) -> UUID:
        return await move(held, "take_over", by=by, at=at, changes={"owner": by.id, "owner_name": by.name})

    await act(id, "take over problem", {}, run, by=by, at=at, key=key)


async def pass_on(id: UUID, department: str, reason: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """转出 to another unit, with a reason; so many times, then a supervisor names the unit. Raises NotFound, Invalid,
    Illegal."""
    text = said(reason, "reason", "转出的理由")

    async def run(held: Held) -> UUID:
        if department not in await units(held.row["region_code"]) or department == held.row["department"]:
            raise errors.Invalid("请选择应当承办的另一个单位。", {"department": "请选择应当承办的另一个单位。"})
        changes = {"department": department, "hops": held.row["hops"] + 1, "transferred_at": at}
        return await move(held, "pass_on", by=by, at=at, note=text, changes=changes, content={"to": department})

    await act(id, "pass on problem", {"to": department, "reason": text}, run, by=by, at=at, key=key)


async def send_up(id: UUID, reason: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """退回监督员指定: the hops are used up, and it still is not this unit's. Raises NotFound, Invalid, Illegal."""
    text = said(reason, "reason", "不属于本单位的理由")

    async def run(held: Held) -> UUID:
        return await move(held, "send_up", by=by, at=at, note=text)

    await act(id, "send up problem", {"reason": text}, run, by=by, at=at, key=key)


async def ask_extension(id: UUID, reason: str, *, by: Actor, at: datetime, key: str = "") -> None:
    """申请延期, once, while there is time left; a supervisor decides. Raises NotFound, Invalid, Illegal."""
    text = said(reason, "reason", "延期的理由", longest=200)

    async def run(held: Held) -> UUID:
        changes = {"extension_by": by.id, "extension_reason": text}
        return await move(held, "ask_extension", by=by, at=at, note=text, changes=changes)

    await act(id, "ask for extension", {"reason": text}, run, by=by, at=at, key=key)


async def finish(
    id: UUID, note: str, *, files: Sequence[Attachment] = (), by: Actor, at: datetime, key: str = ""
) -> None:
    """登记整改结果: what was put right, with its proofs. Raises NotFound, Invalid, Illegal."""
    text = said(note, "note", "整改的措施和结果")

    async def run(held: Held) -> UUID:
        changes: dict[str, Any] = {"rectified_at": at}
        if not held.subject.extended:
            # Nobody has answered: it was not needed, and is not still asked for when the problem comes back.
            changes |= {"extension_by": "", "extension_reason": ""}
        return await move(held, "finish", by=by, at=at, note=text, changes=changes)

    await act(id, "finish problem", {"note": text}, run, files=files, by=by, at=at, key=key)


async def reply(
    id: UUID, text: str, *, files: Sequence[Attachment] = (), by: Actor, at: datetime, key: str = ""
) -> None:
    """答复: what the citizen reads under the own rating, and may rate in turn. Raises NotFound, Invalid, Illegal."""
    answer = said(text, "text", "给评价人的答复")

    async def run(held: Held) -> UUID:
        changes = {"replied_at": at, "verdict": ""}
        return await move(held, "reply", by=by, at=at, note=answer, shown="citizen", changes=changes)

    await act(id, "answer problem", {"text": answer}, run, files=files, by=by, at=at, key=key)
