"""Issued papers as pages list them, and who they are found by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

_OF_CASE = """
SELECT p.*, n.title AS newer_title, n.number AS newer_number,
  EXISTS (SELECT 1 FROM replacements r WHERE r.paper_id = p.id AND r.status = 'proposed') AS proposed
FROM papers p LEFT JOIN papers n ON n.id = p.superseded_by
WHERE p.case_id = $1 AND ($2 = '' OR p.department = $2) ORDER BY p.issued_at, p.id
"""


@dataclass(frozen=True, slots=True)
class PaperView:
    """An issued paper as pages list it, with its standing: genuine, void (why, when), or replaced by `newer`.

    `seal_awaited`: its electronic seal could not be had yet.
    `proposed`: somebody wants it made void or corrected, nobody has decided. `delivered`: it went along with results.
    """

    id: UUID
    kind: str
    title: str
    number: str
    code: str
    task_id: UUID | None
    issued_at: datetime
    void: bool
    superseded: bool = False
    department: str = ""
    void_at: datetime | None = None
    void_reason: str = ""
    newer: UUID | None = None
    newer_name: str = ""
    proposed: bool = False
    delivered: bool = False
    seal_awaited: bool = False

    @property
    def standing(self) -> str:
        """genuine, superseded or void."""
        return "void" if self.void else "superseded" if self.superseded else "genuine"


async def of_case(case_id: UUID, department: str = "") -> list[PaperView]:
    """The papers of a case (only a department's own, if given), oldest first. The caller has checked who asks."""
    async with transaction():
        rows = await connection().fetch(_OF_CASE, case_id, department)
    return [_view(row) for row in rows]


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
        department=row["department"],
        void_at=local(row["void_at"]) if row["void_at"] else None,
        void_reason=row["void_reason"],
        newer=row["superseded_by"],
        newer_name=f"{row['newer_title']} {row['newer_number']}" if row["superseded_by"] else "",
        proposed=row["proposed"],
        delivered=row["delivery_id"] is not None,
        seal_awaited=row["seal"] is not None and not row["sha256"] and row["void_at"] is None,
    )
