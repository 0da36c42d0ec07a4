"""Issued papers: numbered without a gap, printed once, kept for good."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from lianban import journal, outbox, people
from lianban.errors import Forbidden, NotFound
from lianban.outside import printing
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules import notices
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Edition
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

ISSUED = "paper issued"
MISSING = "没有找到这份文书。"
HANDED_OVER = ("refusal", "delivery_receipt", "closure")
# Crockford's letters: nothing that is mistaken for something else when read aloud.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16

_TAKE = """
INSERT INTO number_series (authority, kind, year, last) VALUES ($1, $2, $3, 1)
ON CONFLICT (authority, kind, year) DO UPDATE SET last = number_series.last + 1 RETURNING last
"""
_PAPER = "SELECT p.*, t.department FROM papers p LEFT JOIN tasks t ON t.id = p.task_id WHERE p.id = $1"


@dataclass(frozen=True, slots=True)
class PaperView:
    """An issued paper as pages list it."""

    id: UUID
    kind: str
    title: str
    number: str
    code: str
    task_id: UUID | None
    issued_at: datetime
    void: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """The file of a paper, always the same bytes, and the name to save it under."""

    name: str
    data: bytes


def short_authority(edition: Edition, department: str = "") -> str:
    """The short form of the issuing authority in numbers: 龙政服 for the centre, 龙公安 for a department."""
    place = edition.bundle.region_name[:1]
    return place + (edition.departments[department].short if department else "政服")


async def take_number(authority: str, kind: str, year: int) -> int:
    """The next number of a series: no gap, no number twice. Take it last: until the end of the caller's transaction
    everybody else who wants one waits. A roll-back gives it back."""
    number: int = await connection().fetchval(_TAKE, authority, kind, year)
    return number


async def issue(
    kind: str,
    content: Mapping[str, Any],
    *,
    case_id: UUID,
    region: str,
    authority: str,
    by: Actor,
    at: datetime,
    task_id: UUID | None = None,
    department: str = "",
    url: str = "",
) -> PaperView:
    """Issue a paper in the caller's transaction, the case locked, as the last thing in it.

    `content` comes from its builder in `rules.notices`; `authority` is the short form (`short_authority`). The QR code
    opens `url`, by default the verification page of the paper's code. `department` is whose feed tells of it.
    """
    year = local(at).year
    id = new_id(at)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    serial = await take_number(f"{region} {authority}", kind, year)
    number = notices.number_text(authority, kind, year, serial)
    whole = notices.numbered(content, number=number, code=code, url=url or f"{settings().base_url}/v/{code}")
    title = str(whole["title"])
    await connection().execute(
        "INSERT INTO papers (id, case_id, task_id, kind, number, code, title, content, issued_at, content_hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10)",
        id,
        case_id,
        task_id,
        kind,
        number,
        code,
        title,
        json.dumps(whole, ensure_ascii=False),
        at,
        _content_hash(whole),
    )
    await outbox.write(ISSUED, case_id=case_id, payload={"paper": str(id)}, at=at)
    await journal.record(
        "case",
        case_id,
        ISSUED,
        by=by,
        at=at,
        region=region,
        department=department,
        content={"kind": kind, "number": number},
    )
    return PaperView(id, kind, title, number, code, task_id, at, void=False)


async def pdf(paper_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Printed:
    """The file of a paper for the staff; printed now if nobody has asked before. The look is recorded.

    A department gets the papers of its own tasks, every window of the region those of the hand-over. Raises NotFound,
    Forbidden (a child's record).
    """
    async with transaction():
        row = await connection().fetchrow(_PAPER, paper_id)
        if row is None or (by.department and row["department"] != by.department):
            raise NotFound(MISSING)
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
    async with transaction():
        row = await connection().fetchrow(_PAPER, paper_id)
    if row is None:
        raise NotFound(MISSING)
    if not row["sha256"]:
        await _file(row)


async def of_case(case_id: UUID) -> list[PaperView]:
    """The papers issued in a case, oldest first. The caller has checked who asks."""
    async with transaction():
        rows = await connection().fetch("SELECT * FROM papers WHERE case_id = $1 ORDER BY issued_at, id", case_id)
    return [_view(row) for row in rows]


async def by_code(code: str) -> PaperView:
    """The paper with this verification code. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM papers WHERE code = $1", code.strip().upper())
    if row is None:
        raise NotFound("没有找到这个查验码对应的文书，请核对后重新输入。")
    return _view(row)


_printing: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


async def _file(row: Mapping[str, Any]) -> Printed:
    """The kept file; made if there is none. Two who come at once get the same bytes, from two processes too."""
    id: UUID = row["id"]
    name = f"{row['title']} {row['number']}.pdf"
    async with _printing.setdefault(id, asyncio.Lock()):
        sha256 = row["sha256"] or await _sha256(id)
        if sha256:
            return Printed(name, await store().open(f"{_folder(id)}/{sha256}"))
        data = await printing.render(f"notices/{row['kind']}.html", json.loads(row["content"]))
        stored = await store().put(_folder(id), data)
        async with transaction():
            kept = await connection().fetchval(
                "UPDATE papers SET sha256 = $2, size = $3 WHERE id = $1 AND sha256 = '' RETURNING sha256",
                id,
                stored.sha256,
                stored.size,
            )
        if kept:
            return Printed(name, data)
        # Another process printed it meanwhile: what was kept first is the paper.
        return Printed(name, await store().open(f"{_folder(id)}/{await _sha256(id)}"))


async def _sha256(id: UUID) -> str:
    async with transaction():
        return str(await connection().fetchval("SELECT sha256 FROM papers WHERE id = $1", id))


def _folder(id: UUID) -> str:
    return f"papers/{id}"


def _content_hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _view(row: Mapping[str, Any]) -> PaperView:
    return PaperView(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        number=row["number"],
        code=row["code"],
        task_id=row["task_id"],
        issued_at=row["issued_at"],
        void=row["void_at"] is not None,
    )
