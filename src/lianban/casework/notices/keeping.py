"""The file of a paper: printed once, sealed once, kept for good, shown to those who may see it.

Two files at most: the unsealed print, and the sealed one, which begins with the same bytes. Killed between the two, the
next one who asks goes on from there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from lianban import people
from lianban.casework.notices.issuing import TO_DELIVER
from lianban.casework.notices.sealing import SealOwed, awaiting_seal, sealed
from lianban.errors import Forbidden, NotFound
from lianban.outside import printing
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.rules.actors import Actor, Role
from lianban.tables.cases import Case

MISSING = "没有找到这份文书。"
LISTS = (Role.CLERK, Role.SUPERVISOR)
HANDED_OVER = (*TO_DELIVER, "delivery_receipt", "closure")
_PAPER = """
SELECT p.*, COALESCE(t.department, p.department) AS concerned, ARRAY(
  SELECT vp.department FROM visits v JOIN visit_parts vp ON vp.visit_id = v.id
  WHERE v.case_id = p.case_id AND p.id IN (v.paper_id, v.record_id)) AS visiting
FROM papers p LEFT JOIN tasks t ON t.id = p.task_id WHERE p.id = $1
"""
# What is kept first is the paper, whoever comes second.
_PRINT = """
UPDATE papers SET unsigned_sha256 = CASE unsigned_sha256 WHEN '' THEN $2 ELSE unsigned_sha256 END WHERE id = $1
RETURNING unsigned_sha256
"""
_KEEP = """
UPDATE papers SET sha256 = $2, size = $3, seal = $4::jsonb WHERE id = $1 AND sha256 = '' RETURNING sha256
"""


@dataclass(frozen=True, slots=True)
class Printed:
    """The file of a paper, always the same bytes, and the name to save it under."""

    name: str
    data: bytes
    seal_owed: str = ""
    """Why the seal is not on it yet; then `data` is the unsealed print with its empty seal box."""


async def pdf(paper_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Printed:
    """The file of a paper for the staff; printed now if nobody has asked before. The look is recorded.

    A department gets the papers of its own tasks and of its visits, every window of the region those of the hand-over.
    Raises NotFound, Forbidden (a child's record).
    """
    async with transaction():
        row = await connection().fetchrow(_PAPER, paper_id)
        if row is None or (by.department and by.department not in (row["concerned"], *row["visiting"])):
            raise NotFound(MISSING)
        if row["case_id"] is None:
            # A list of many cases: its two sides may read it, and whoever watches over them.
            if row["region_code"] != by.region or not (by.department or by.may(*LISTS)):
                raise NotFound(MISSING)
            purpose = "材料交接" if row["kind"] == "hand_over_list" else "查阅文书"
            await people.record_access(None, f"文书 {row['number']}", purpose, by=by, at=at, address=address)
            return await _file(row)
        case = await Case.objects().get(Case.id == row["case_id"])
        if case is None:
            raise NotFound(MISSING)
        # Results are handed over at any window of the region: so are the papers that go with them.
        try:
            purpose = await people.require_access(case, by=by, at=at)
        except Forbidden:
            if row["kind"] not in HANDED_OVER or not by.may(Role.CLERK):
                raise
            purpose = "窗口出件"
        await people.record_access(case.id, f"文书 {row['number']}", purpose, by=by, at=at, address=address)
    return await _file(row)


async def pdf_for_holder(paper_id: UUID, *, case_id: UUID) -> Printed:
    """The file of a paper of this very case, for whoever has shown its query code to the caller. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_PAPER, paper_id)
    if row is None or row["case_id"] != case_id:
        raise NotFound(MISSING)
    return await _file(row)


async def print_now(paper_id: UUID) -> None:
    """Print a paper ahead of the first request, if that has not come. Raises NotFound."""
    row = await _fresh(paper_id)
    if not row["sha256"]:
        await _file(row)


async def seal_paper(paper_id: UUID) -> None:
    """Put the seal on a paper that waits for it. Raises NotFound; SealOwed when it still cannot be had."""
    row = await _fresh(paper_id)
    if not row["sha256"]:
        await _file(row, patient=True)


async def seal_now(*, by: Actor) -> int:
    """Try again to seal the papers that wait in this person's region; how many are sealed now.

    Gives up at the first seal that cannot be had: the others would wait for the same.
    """
    done = 0
    for paper in await awaiting_seal(by=by):
        try:
            await seal_paper(paper.id)
        except SealOwed:
            break
        done += 1
    return done


_printing: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


async def _file(row: Mapping[str, Any], *, patient: bool = False) -> Printed:
    """The kept file; made if there is none. Two who come at once get the same bytes, from two processes too.

    A paper whose seal cannot be had now comes without it, its seal box empty: the same bytes that the sealed file will
    begin with. `patient` raises SealOwed instead, so that the outbox tries again.
    """
    id: UUID = row["id"]
    name = f"{row['title']} {row['number']}.pdf"
    async with _printing.setdefault(id, asyncio.Lock()):
        row = await _fresh(id)
        if row["sha256"]:
            return Printed(name, await store().open(f"{_folder(id)}/{row['sha256']}"))
        plain = await _plain(row)
        try:
            made = await sealed(row, plain, patient=patient)
        except SealOwed as owed:
            if patient:
                raise
            return Printed(name, plain, owed.sentence)
        stored = await store().put(_folder(id), made.document)
        async with transaction():
            kept = await connection().fetchval(_KEEP, id, stored.sha256, stored.size, made.text)
        if kept:
            return Printed(name, made.document)
        # Another process sealed it meanwhile: what was kept first is the paper.
        return Printed(name, await store().open(f"{_folder(id)}/{(await _fresh(id))['sha256']}"))


async def _plain(row: Mapping[str, Any]) -> bytes:
    """The unsealed file, printed once and kept: every seal is put on these very bytes."""
    id = row["id"]
    if row["unsigned_sha256"]:
        return await store().open(f"{_folder(id)}/{row['unsigned_sha256']}")
    content = json.loads(row["content"])
    # What was issued before its sentences were kept with it says what papers said then.
    folder = "notices" if "say" in content else "notices/first"
    data = await printing.render(f"{folder}/{row['kind']}.html", content)
    stored = await store().put(_folder(id), data)
    async with transaction():
        kept = await connection().fetchval(_PRINT, id, stored.sha256)
    return data if kept == stored.sha256 else await store().open(f"{_folder(id)}/{kept}")


async def _fresh(id: UUID) -> Mapping[str, Any]:
    async with transaction():
        row = await connection().fetchrow(_PAPER, id)
    if row is None:
        raise NotFound(MISSING)
    return dict(row)


def _folder(id: UUID) -> str:
    return f"papers/{id}"
