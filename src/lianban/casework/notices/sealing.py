"""The seal of a paper: which one it wants, putting it on, and what is owed when it cannot be had.

A paper is issued when it is decided; its seal follows with the file. When the seal cannot be had the paper stays
issued, is printed without it on request, and is marked: the outbox tries again until it is on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.outside import clock, sealing
from lianban.outside.database import connection, transaction
from lianban.outside.sealing import CENTRE, Order, Seal
from lianban.outside.settings import settings
from lianban.rules.actors import Actor
from lianban.rules.notices.base import SERIES
from lianban.rules.notices.seals import seal_kind, seal_name

CENTRE_SHORT = "政服"
"""How the number of a paper names the service centre, after the letter of its place."""
REST = timedelta(seconds=30)
"""How long nobody is kept waiting for a seal after it could not be had; the outbox keeps its own time."""

OWED = "seal owed"
"""The event that a paper waits for its seal: it is handed on again and again until the seal is on."""

_away: dict[tuple[Path, str, Seal], tuple[datetime, str]] = {}
"""Seals that this process could not have: since when, and why. Others who want the same are not kept waiting."""

log = logging.getLogger(__name__)

_OWED = "UPDATE papers SET seal = $2::jsonb WHERE id = $1 AND sha256 = ''"
_LIST = """
SELECT p.id, p.case_id, p.title, p.number, p.issued_at, p.seal, c.number AS case_number
FROM papers p LEFT JOIN cases c ON c.id = p.case_id LEFT JOIN tasks t ON t.id = p.task_id
WHERE p.sha256 = '' AND p.seal IS NOT NULL AND p.void_at IS NULL AND p.region_code = $1
  AND ($2 = '' OR COALESCE(t.department, p.department) = $2)
ORDER BY p.issued_at, p.id LIMIT $3
"""
LISTED = 200


class SealOwed(Exception):
    """The paper wants a seal that cannot be had now; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it is kept for good, and its seal as JSON (None without one)."""

    document: bytes
    text: str | None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A paper that waits for its seal."""

    id: UUID
    case_id: UUID | None
    case_number: str
    title: str
    number: str
    issued_at: datetime
    seal: str
    why: str
    since: datetime


def seal_of(row: Mapping[str, Any]) -> tuple[Seal, str] | None:
    """The seal that a paper wants and how the paper names it; None for a paper without a seal box."""
    words = str(json.loads(row["content"]).get("seal", ""))
    kind = seal_kind(words)
    if not kind:
        return None
    # The number says whose series it is: a paper of a task may be the centre's all the same.
    own = f"{CENTRE_SHORT}{SERIES[row['kind']]}字" in row["number"]
    return Seal(row["region_code"], CENTRE if own else row["concerned"] or CENTRE, kind), seal_name(words)


async def sealed(row: Mapping[str, Any], plain: bytes, *, patient: bool) -> Made:
    """The file of a paper as it is kept for good. Raises SealOwed, after marking the paper."""
    wanted = seal_of(row)
    # What was made void before its seal came keeps its print, and no seal.
    if wanted is None or row["void_at"] is not None:
        return Made(plain, None)
    seal, words = wanted
    at = clock.now()
    before = json.loads(row["seal"]) if row["seal"] else None
    if before and not patient and at - datetime.fromisoformat(before["tried_at"]) < REST:
        raise SealOwed(before["why"])
    content = json.loads(row["content"])
    order = Order(
        seal=seal,
        document=plain,
        place=sealing.place_of(plain),
        number=row["number"],
        title=row["title"],
        issuer=str(content["authority"]),
        words=words,
        at=at,
    )
    holder = settings().seals_dir, settings().seal_service, seal
    since, why = _away.get(holder, (at - REST, ""))
    resting = not patient and at - since < REST
    try:
        if resting:
            raise sealing.Unavailable(why)
        made = await sealing.seal(order)
    except sealing.Unavailable as gone:
        if not resting:
            _away[holder] = at, gone.sentence
        log.warning("%s is not sealed: %s", row["number"], gone.sentence)
        owed = {"owed": seal.file, "words": words, "why": gone.sentence, "tried_at": at.isoformat()}
        owed["since"] = before["since"] if before else at.isoformat()
        async with transaction():
            await connection().execute(_OWED, row["id"], json.dumps(owed, ensure_ascii=False))
            if before is None:
                await outbox.write(
                    OWED, case_id=row["case_id"], payload={"paper": str(row["id"])}, at=at, due=at + REST
                )
        raise SealOwed(gone.sentence) from gone
    _away.pop(holder, None)
    if made is None:
        return Made(plain, None)
    if not made.document.startswith(plain):
        raise RuntimeError(f"the sealed file of {row['number']} does not begin with the paper")
    return Made(made.document, json.dumps(dict(made.record), ensure_ascii=False))


async def awaiting_seal(*, by: Actor) -> list[Awaiting]:
    """The papers of this person's region (a department's own) that wait for their seal, the oldest first."""
    async with transaction():
        rows = await connection().fetch(_LIST, by.region, by.department, LISTED)
    return [_awaiting(row) for row in rows]


def _awaiting(row: Mapping[str, Any]) -> Awaiting:
    owed = json.loads(row["seal"])
    return Awaiting(
        id=row["id"],
        case_id=row["case_id"],
        case_number=row["case_number"] or "",
        title=row["title"],
        number=row["number"],
        issued_at=row["issued_at"],
        seal=owed["words"],
        why=owed["why"],
        since=datetime.fromisoformat(owed["since"]),
    )
