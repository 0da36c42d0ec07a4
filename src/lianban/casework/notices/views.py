"""Issued papers as pages list them, and who they are found by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.errors import NotFound
from lianban.outside.database import connection, transaction


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
    superseded: bool = False


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
        superseded=row["superseded_at"] is not None,
    )
