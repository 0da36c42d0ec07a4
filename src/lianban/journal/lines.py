"""Writing, reading and following the lines; how they are chained."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lianban.errors import Invalid, NotFound
from lianban.outside.database import connection, memory, transaction
from lianban.rules.actors import SYSTEM, Actor
from lianban.tables.cases import Case

Stream = Literal["case", "rating", "difficulty", "catalogue", "people"]

GENESIS = "0" * 64
ERASED = "content erased"
FEED_LIMIT = 500

_HEAD = "SELECT seq, hash FROM journal WHERE stream = $1 AND subject = $2 ORDER BY seq DESC LIMIT 1"
_APPEND = """
WITH line AS (
  INSERT INTO journal (stream, subject, seq, region_code, department, event, by_id, on_behalf_of, terminal, at,
                       digest, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING position
)
INSERT INTO journal_contents (position, salt, content) SELECT position, $13, $14::jsonb FROM line RETURNING position
"""
_LINES = """
SELECT j.position, j.txid::text AS txid, j.stream, j.subject, j.seq, j.department, j.event, j.by_id, j.terminal, j.at,
       COALESCE(p.name, k.name, '') AS by_name, COALESCE(b.name, '') AS for_name, c.content
FROM journal j LEFT JOIN journal_contents c USING (position)
LEFT JOIN people p ON p.id::text = j.by_id LEFT JOIN client_keys k ON k.id::text = j.by_id
LEFT JOIN people b ON j.on_behalf_of <> '' AND b.id::text = j.on_behalf_of
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is read. `content` is None when it has been erased."""

    position: int
    stream: str
    subject: str
    seq: int
    department: str
    event: str
    by_id: str
    by_name: str
    terminal: str
    at: datetime
    content: dict[str, Any] | None
    for_name: str = ""
    """Who was away and in whose name it was done (AB 岗)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A part of the event feed and the cursor from which the next part goes on."""

    lines: tuple[Line, ...]
    cursor: str


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write `content`. Raises TypeError for numbers with a fraction: they change on their way."""
    _no_fractions(content)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _no_fractions(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a journal content holds text, whole numbers, yes and no")
    if isinstance(value, Mapping):
        for each in value.values():
            _no_fractions(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _no_fractions(each)


def digest_of(salt: str, content: Mapping[str, Any]) -> str:
    """The salted digest of a content, hex."""
    return hashlib.sha256(f"{salt}\n{canonical(content)}".encode()).hexdigest()


def hash_of(previous: str, line: Mapping[str, Any]) -> str:
    """The chained hash of a line, hex: the hash before it, all that is fixed, the digest of its content."""
    fixed = [
        previous,
        line["stream"],
        line["subject"],
        line["seq"],
        line["region_code"],
        line["department"],
        line["event"],
        line["by_id"],
        line["on_behalf_of"],
        line["terminal"],
        line["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        line["digest"],
    ]
    return hashlib.sha256(json.dumps(fixed, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


async def record(
    stream: Stream,
    subject: object,
    event: str,
    *,
    by: Actor,
    at: datetime,
    region: str = "",
    department: str = "",
    on_behalf_of: str = "",
    content: Mapping[str, Any] | None = None,
) -> int:
    """Append a line inside the caller's transaction and give its position.

    For stream "case" the caller holds the lock of the case row; the subjects of other streams are locked here.
    `region` defaults to the actor's; `department` is the one whose feed shall show the line.
    """
    conn = connection()
    name = str(subject)
    if stream != "case":
        await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"journal {stream} {name}")
    # Nobody else appends to this chain before this transaction has ended.
    chain, heads = ("journal", stream, name), memory()
    seq, last = heads.get(chain) or await conn.fetchrow(_HEAD, stream, name) or (0, GENESIS)
    salt = secrets.token_hex(16)
    line = {
        "stream": stream,
        "subject": name,
        "seq": seq + 1,
        "region_code": region or by.region,
        "department": department,
        "event": event,
        "by_id": by.id,
        "on_behalf_of": on_behalf_of,
        "terminal": by.terminal,
        "at": at,
        "digest": digest_of(salt, content or {}),
    }
    line["hash"] = hash_of(last, line)
    position: int = await conn.fetchval(_APPEND, *line.values(), salt, canonical(content or {}))
    heads[chain] = seq + 1, line["hash"]
    return position


async def lines(stream: Stream, subject: object) -> list[Line]:
    """All that is recorded about one subject, oldest first."""
    async with transaction():
        rows = await connection().fetch(
            f"{_LINES} WHERE j.stream = $1 AND j.subject = $2 ORDER BY j.seq", stream, str(subject)
        )
    return [_line(row) for row in rows]


async def feed(actor: Actor, after: str = "", limit: int = 100) -> Feed:
    """What happened to cases since the cursor `after` ("" from the beginning), for the actor's department.

    An actor without department (the window's own system) gets the whole region. A line appears once every transaction
    that began to write before it has ended, so that no line is ever passed over. Raises Invalid for a broken cursor.
    """
    txid, position = _cursor(after)
    # Two statements, so that each finds its own index.
    own = "j.department = $2" if actor.department else "$2 = ''"
    async with transaction():
        rows = await connection().fetch(
            f"""{_LINES} WHERE j.stream = 'case' AND j.region_code = $1 AND {own}
            AND (j.txid, j.position) > ($3::text::xid8, $4) AND j.txid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY j.txid, j.position LIMIT $5""",
            actor.region,
            actor.department,
            txid,
            position,
            max(1, min(limit, FEED_LIMIT)),
        )
    cursor = f"{rows[-1]['txid']}-{rows[-1]['position']}" if rows else after
    return Feed(tuple(_line(row) for row in rows), cursor)


async def erase(position: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Erase the content of one line (PIPL art. 47) and record that. The chain still holds. Raises NotFound."""
    async with transaction():
        conn = connection()
        found = await conn.fetchrow(
            "SELECT stream, subject, region_code FROM journal JOIN journal_contents USING (position)"
            " WHERE position = $1",
            position,
        )
        if found is None:
            raise NotFound("没有找到这条日志，或者它的内容已经删除。")
        if found["stream"] == "case":
            await Case.select(Case.id).where(Case.id == found["subject"]).lock_rows("UPDATE")
        await record(
            found["stream"],
            found["subject"],
            ERASED,
            by=by,
            at=at,
            region=found["region_code"],
            content={"position": position, "reason": reason},
        )
        await conn.execute("DELETE FROM journal_contents WHERE position = $1", position)


def _cursor(text: str) -> tuple[str, int]:
    if not text:
        return "0", 0
    txid, _, position = text.partition("-")
    # Both are 64-bit numbers in the database.
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (txid, position)):
        raise Invalid("游标无效：请使用上一次返回的 cursor，或者留空从头开始。", {"cursor": "游标无效。"})
    return txid, int(position)


def _line(row: Mapping[str, Any]) -> Line:
    content = row["content"]
    return Line(
        position=row["position"],
        stream=row["stream"],
        subject=row["subject"],
        seq=row["seq"],
        department=row["department"],
        event=row["event"],
        by_id=row["by_id"],
        by_name=SYSTEM.name if row["by_id"] == SYSTEM.id else row["by_name"],
        terminal=row["terminal"],
        at=row["at"],
        content=None if content is None else json.loads(content),
        for_name=row["for_name"],
    )
