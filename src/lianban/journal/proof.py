"""Proving the journal: the chain of each subject, and daily anchors outside the database.

An anchor `<data>/anchors/<date>.json` names the heads that moved since the one before, the number of all lines, a keyed
digest of all heads, and the signature of the anchor before it. What happened after the last one is proven by the
chains only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lianban.errors import NotFound
from lianban.journal.lines import ERASED, GENESIS, digest_of, hash_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings

# A head is one line of text: stream, subject, last seq, last hash.
_HEADS = """
SELECT DISTINCT ON (stream, subject) stream, subject, seq, hash, txid >= $1::text::xid8 AS moved
FROM journal WHERE txid < $2::text::xid8 ORDER BY stream, subject, seq DESC
"""
_ALL = """
SELECT j.*, c.position IS NULL AS erased, c.salt, c.content FROM journal j LEFT JOIN journal_contents c USING (position)
WHERE $1::text IS NULL OR j.subject = $1 ORDER BY j.stream, j.subject, j.seq
"""
_WITHOUT_JOURNAL = """
SELECT id::text FROM cases WHERE number IS NOT NULL AND ($1::text IS NULL OR id::text = $1)
AND NOT EXISTS (SELECT 1 FROM journal WHERE stream = 'case' AND subject = cases.id::text) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. `faults` are Chinese sentences; none means the journal is whole."""

    lines: int
    subjects: int
    anchors: int
    erased: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(slots=True)
class _Walk:
    """Walks the lines in the order of their chains."""

    faults: list[str] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    lines: int = 0
    erased: int = 0
    subject: str = ""
    previous: str = GENESIS
    missing: set[int] = field(default_factory=set)
    broken: bool = False

    def step(self, row: Mapping[str, Any]) -> None:
        """Take the next line."""
        name = f"{row['stream']}/{row['subject']}"
        if name != self.subject:
            self.close()
            self.subject, self.previous, self.broken = name, GENESIS, False
        self.lines += 1
        expected = self.heads.get(name, 0) + 1
        if row["seq"] != expected and not self.broken:
            self._fault(f"第 {expected} 条之后缺少记录（下一条是第 {row['seq']} 条）")
        if hash_of(self.previous, row) != row["hash"] and not self.broken:
            self._fault(f"第 {row['seq']} 条与前面的记录不衔接，内容被改动过或者前面有记录被删除")
        if row["erased"]:
            self.erased += 1
            self.missing.add(row["position"])
        else:
            content = json.loads(row["content"])
            if digest_of(row["salt"], content) != row["digest"]:
                self._fault(f"第 {row['seq']} 条的内容被改动过", chain=False)
            if row["event"] == ERASED:
                self.missing.discard(content.get("position"))
        self.heads[name], self.previous = row["seq"], row["hash"]
        if self.promised.get(name) == f"{row['seq']} {row['hash']}":
            self.met.add(name)

    def close(self) -> None:
        """The subject has no more lines."""
        for position in sorted(self.missing):
            self._fault(f"位置 {position} 的内容不见了，却没有删除内容的记录", chain=False)
        self.missing = set()

    def _fault(self, what: str, *, chain: bool = True) -> None:
        # One break makes every later line of the chain look wrong: tell the first one only.
        self.broken = self.broken or chain
        self.faults.append(f"{self.subject}：{what}。")


async def verify(subject: object | None = None) -> Report:
    """Compare the journal (of one subject, or all of it) with its chains and with the anchors.

    A case may be named by its number too. Raises NotFound for a subject of which there is no trace at all.
    """
    wanted = None if subject is None else await _subject(str(subject))
    anchors, faults = _read_anchors()
    promised: dict[str, str] = {}
    for each in anchors:
        promised.update({k: v for k, v in each["heads"].items() if wanted is None or k.partition("/")[2] == wanted})
    walk = _Walk(faults, promised=promised)
    async with transaction():
        conn = connection()
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        async for row in conn.cursor(_ALL, wanted, prefetch=1000):
            walk.step(row)
        walk.close()
        for name, head in sorted(promised.items()):
            seq = int(head.partition(" ")[0])
            if name not in walk.heads:
                faults.append(f"{name}：锚定文件里有它的 {seq} 条记录，日志里一条也没有。")
            elif walk.heads[name] < seq:
                faults.append(f"{name}：末尾被截断，锚定时有 {seq} 条，现在只有 {walk.heads[name]} 条。")
            elif name not in walk.met:
                faults.append(f"{name}：第 {seq} 条与锚定时不同，整条链被重写过。")
        for row in await conn.fetch(_WITHOUT_JOURNAL, wanted):
            faults.append(f"case/{row['id']}：办件存在，却没有一条日志。")
        if anchors and wanted is None:
            now = await _state(anchors[-1]["before"])
            if (now.lines, now.digest) != (anchors[-1]["lines"], anchors[-1]["digest"]) and not faults:
                faults.append(f"日志与 {anchors[-1]['date']} 的锚定文件不符。")
    if wanted is not None and not walk.lines and not faults:
        raise NotFound("没有找到这个办件编号或者日志对象，请核对后重新输入。")
    return Report(walk.lines, len(walk.heads), len(anchors), walk.erased, tuple(faults))


async def anchor(at: datetime) -> Path | None:
    """Write the anchor of the day of `at`; None when it is already there."""
    file = _folder() / f"{local(at).date()}.json"
    if file.exists():
        return None
    anchors, _ = _read_anchors()
    last = anchors[-1] if anchors else None
    async with transaction():
        # Every transaction below this number has ended: what it wrote will not grow any more.
        before = await connection().fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        state = await _state(before, since=last["before"] if last else "0")
    body = {
        "date": str(local(at).date()),
        "at": at.astimezone(UTC).isoformat(),
        "before": before,
        "lines": state.lines,
        "digest": state.digest,
        "heads": state.moved,
        "previous": last["sign"] if last else "",
    }
    return _write(file, body | {"sign": _sign(body)})


async def _subject(text: str) -> str:
    async with transaction():
        found = await connection().fetchval("SELECT id FROM cases WHERE number = $1", text)
    return str(found or text)


@dataclass(frozen=True, slots=True)
class _State:
    lines: int
    digest: str
    moved: dict[str, str]


async def _state(before: str, since: str = "0") -> _State:
    """Number of lines, keyed digest of all heads, and the heads that moved, of transactions in [since, before)."""
    conn = connection()
    lines = await conn.fetchval("SELECT count(*) FROM journal WHERE txid < $1::text::xid8", before)
    keyed = hmac.new(_key(), digestmod=hashlib.sha256)
    moved: dict[str, str] = {}
    async for row in conn.cursor(_HEADS, since, before, prefetch=1000):
        name, head = f"{row['stream']}/{row['subject']}", f"{row['seq']} {row['hash']}"
        keyed.update(f"{name} {head}\n".encode())
        if row["moved"]:
            moved[name] = head
    return _State(lines, keyed.hexdigest(), moved)


def _folder() -> Path:
    return settings().data_dir / "anchors"


def _key() -> bytes:
    return hmac.new(settings().secret.encode(), b"journal anchors", hashlib.sha256).digest()


def _sign(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def _read_anchors() -> tuple[list[dict[str, Any]], list[str]]:
    """The anchors, oldest first, and what is wrong with the files."""
    anchors: list[dict[str, Any]] = []
    faults: list[str] = []
    previous = ""
    for file in sorted(_folder().glob("????-??-??.json")):
        body = json.loads(file.read_text("utf-8"))
        sign = body.pop("sign", "")
        if not hmac.compare_digest(sign, _sign(body)):
            faults.append(f"锚定文件 {file.name} 被改动过，或者不是用本系统的密钥签的。")
        elif body["previous"] != previous:
            faults.append(f"锚定文件 {file.name} 之前缺少一个锚定文件。")
        previous = sign
        anchors.append(body | {"sign": sign})
    return anchors, faults


def _write(file: Path, body: Mapping[str, Any]) -> Path | None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".", encoding="utf-8") as out:
        json.dump(body, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
        try:
            # A link never replaces what is there: an anchor once written stays.
            os.link(out.name, file)
        except FileExistsError:
            return None
    return file
