"""Whether a paper is genuine and current: by its code, or by the very bytes of a file. Nothing personal is told."""

from __future__ import annotations

import hashlib
import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lianban.errors import NotFound
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store

UNKNOWN_CODE = "没有找到这个查验码对应的文书，请核对后重新输入。"
_SELECT = """
SELECT p.id, p.kind, p.title, p.number, p.code, p.issued_at, p.content_hash, p.content ->> 'authority' AS issuer,
  p.sha256, p.size, p.unsigned_sha256, p.seal, p.void_at, p.superseded_at,
  n.title AS newer_title, n.number AS newer_number, n.code AS newer_code, n.issued_at AS newer_at
FROM papers p LEFT JOIN papers n ON n.id = p.superseded_by
"""
_LOOKALIKES = str.maketrans("OIL", "011")


class Standing(StrEnum):
    """What a paper of ours is worth today."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    VOID = "void"


class Match(StrEnum):
    """What a file has to do with a paper."""

    SEALED = "sealed"
    """It is the file as it was issued, with its seal where there is one."""
    UNSEALED = "unsealed"
    """It is the print without the electronic seal, handed out before the seal was on."""
    EXTENDED = "extended"
    """It begins with our file, and something was appended."""
    TRUNCATED = "truncated"
    """It is a part of our file: the end is missing."""
    ALTERED = "altered"
    """Most of it is our file, some bytes are not."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Newer:
    """The paper that took another one's place."""

    title: str
    number: str
    code: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class SealView:
    """Who sealed a paper, and when."""

    words: str
    issuer: str
    signer: str
    certified_by: str
    serial: str
    at: datetime
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """A paper of ours as anybody may know it."""

    title: str
    number: str
    code: str
    issuer: str
    issued_at: datetime
    standing: Standing
    content_hash: str
    sha256: str
    """Of the file as issued; empty while it is not printed or its seal is awaited."""
    size: int
    unsigned_sha256: str
    seal: SealView | None
    seal_awaited: bool
    newer: Newer | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A file and what we know of it. `paper` is None when no paper of ours has these bytes."""

    sha256: str
    size: int
    match: Match
    paper: Verified | None


def plain_code(code: str) -> str:
    """A code as it is kept, however it was typed: without blanks and hyphens, O as 0, I and L as 1."""
    return "".join(c for c in code.upper() if c.isalnum()).translate(_LOOKALIKES)[:40]


async def verified(code: str) -> Verified:
    """The paper with this code, however it was typed. Raises NotFound."""
    return _verified(await _by_code(code))


async def _by_code(code: str) -> Mapping[str, Any]:
    async with transaction():
        row = await connection().fetchrow(f"{_SELECT} WHERE p.code = $1", plain_code(code))
    if row is None:
        raise NotFound(UNKNOWN_CODE)
    return dict(row)


async def compared(data: bytes, *, code: str = "") -> Compared:
    """What this file is: a paper of ours byte for byte, or not. It is neither kept nor opened.

    With `code` a file that is none of ours is also held against the paper of that code, to tell what happened to it.
    """
    digest = hashlib.sha256(data).hexdigest()
    async with transaction():
        row = await connection().fetchrow(f"{_SELECT} WHERE p.sha256 = $1 AND p.sha256 <> ''", digest)
        row = row or await connection().fetchrow(
            f"{_SELECT} WHERE p.unsigned_sha256 = $1 AND p.unsigned_sha256 <> ''", digest
        )
    if row is not None:
        match = Match.SEALED if row["sha256"] == digest else Match.UNSEALED
        return Compared(digest, len(data), match, _verified(row))
    match = await _relation(data, await _by_code(code)) if code else Match.DIFFERENT
    return Compared(digest, len(data), match, None)


async def _relation(data: bytes, row: Mapping[str, Any]) -> Match:
    """How a strange file relates to a paper, byte by byte."""
    kept = row["sha256"] or row["unsigned_sha256"]
    if not kept:
        return Match.DIFFERENT
    ours = await store().open(f"papers/{row['id']}/{kept}")
    if data.startswith(ours):
        return Match.EXTENDED
    # Not for a short beginning: whoever has only the code could find out the paper byte by byte.
    if len(data) > len(ours) / 2 and ours.startswith(data):
        return Match.TRUNCATED
    # Told apart only to help whoever holds the file: none of these is genuine.
    alike = sum(map(operator.eq, data, ours))
    return Match.ALTERED if alike > 0.9 * max(len(data), len(ours)) else Match.DIFFERENT


def _verified(row: Mapping[str, Any]) -> Verified:
    record = json.loads(row["seal"]) if row["seal"] else {}
    void, replaced = row["void_at"] is not None, row["superseded_at"] is not None
    newer = Newer(row["newer_title"], row["newer_number"], row["newer_code"], row["newer_at"])
    return Verified(
        title=row["title"],
        number=row["number"],
        code=row["code"],
        issuer=row["issuer"] or "",
        issued_at=row["issued_at"],
        standing=Standing.VOID if void else Standing.SUPERSEDED if replaced else Standing.CURRENT,
        content_hash=row["content_hash"],
        sha256=row["sha256"],
        size=row["size"],
        unsigned_sha256=row["unsigned_sha256"],
        seal=_seal(record) if record and "owed" not in record else None,
        seal_awaited="owed" in record and not row["sha256"],
        newer=newer if row["newer_number"] else None,
    )


def _seal(record: Mapping[str, Any]) -> SealView:
    return SealView(
        words=record["words"],
        issuer=record["issuer"],
        signer=record["signer"],
        certified_by=record["certified_by"],
        serial=record["serial"],
        at=datetime.fromisoformat(record["at"]),
        demonstration=bool(record["demonstration"]),
    )
