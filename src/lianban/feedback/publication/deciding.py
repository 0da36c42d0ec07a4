"""A person decides about a text: it is published with everything personal hidden, withheld, or taken back later."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban import errors, journal
from lianban.feedback.publication.subjects import GONE, Subject, screening, subject
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.tables.ids import new_id

EVENTS = {
    "text published": "公开",
    "text withheld": "不公开",
    "text taken back": "撤下",
    "figures published": "公布月度数字",
}
SHORTEST, LONGEST = 4, 500

_DECIDE = """
INSERT INTO publications (id, region_code, kind, subject_id, subject_day, department, grade, text, result, status,
  reason, by_id, by_name, at, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (kind, subject_id) DO UPDATE SET text = excluded.text, result = excluded.result, status = excluded.status,
  reason = excluded.reason, by_id = excluded.by_id, by_name = excluded.by_name, at = excluded.at,
  published_at = excluded.published_at
"""
_KNOWN = "SELECT * FROM publications WHERE kind = $1 AND subject_id = $2"
_HELD = "SELECT * FROM publications WHERE id = $1 AND region_code = $2 FOR UPDATE"
_WITHDRAW = "UPDATE publications SET status = 'withdrawn', reason = $2, by_id = $3, by_name = $4, at = $5 WHERE id = $1"


class Choice(NamedTuple):
    """Publish or not; `hide` are words that are hidden besides what is recognised, `reason` why not."""

    publish: bool
    reason: str = ""
    hide: tuple[str, ...] = ()


async def decide(kind: str, id: UUID, choice: Choice, *, by: Actor, at: datetime) -> None:
    """Decide about a text that was not published: what was withheld or taken back may be decided anew. The same again
    changes nothing.

    Raises NotFound, Forbidden, Conflict for what is published already or may not be, Invalid.
    """
    reason = _reason(choice.reason) if not choice.publish else ""
    hide = tuple(word.strip() for word in choice.hide if word.strip())
    async with transaction():
        found = await subject(kind, id, by=by)
        if missing := [word for word in hide if word not in found.text + found.result]:
            sentence = f"文字里没有“{missing[0]}”，请照原文填写要遮盖的字词。"
            raise errors.Invalid(sentence, {"hide": sentence})
        text, result = found.hidden(hide).text, found.hidden_result(hide).text
        status = "published" if choice.publish else "withheld"
        known = await connection().fetchrow(_KNOWN, kind, id)
        if known and (known["status"], known["reason"], known["text"], known["result"]) == (
            status,
            reason,
            text,
            result,
        ):
            return
        if known and known["status"] == "published":
            raise errors.Conflict("这段文字已经公开，请先撤下，再重新审核。")
        if choice.publish and not text:
            raise errors.Conflict("这条没有文字，没有可以公开的内容。")
        await connection().execute(
            _DECIDE,
            known["id"] if known else new_id(at),
            found.region,
            kind,
            id,
            found.day,
            found.department,
            found.grade,
            text,
            result,
            status,
            reason,
            by.id,
            by.name,
            at,
            at if choice.publish else None,
        )
        await _note(found, "text published" if choice.publish else "text withheld", by=by, at=at)


async def withdraw(publication: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """Take a published text back. Raises NotFound, Forbidden, Conflict when it is not published, Invalid."""
    screening(by)
    why = _reason(reason)
    async with transaction():
        row = await connection().fetchrow(_HELD, publication, by.region)
        if row is None:
            raise errors.NotFound(GONE)
        if row["status"] == "withdrawn":
            return
        if row["status"] != "published":
            raise errors.Conflict("这段文字没有公开，不用撤下。")
        await connection().execute(_WITHDRAW, publication, why, by.id, by.name, at)
        await journal.record(
            "rating",
            row["subject_id"],
            "text taken back",
            by=by,
            at=at,
            region=row["region_code"],
            content={"kind": row["kind"]},
        )


def _reason(text: str) -> str:
    given = text.strip()
    if not SHORTEST <= len(given) <= LONGEST:
        sentence = f"请写明理由（{SHORTEST} 到 {LONGEST} 个字）。"
        raise errors.Invalid(sentence, {"reason": sentence})
    return given


async def _note(found: Subject, event: str, *, by: Actor, at: datetime) -> None:
    await journal.record("rating", found.id, event, by=by, at=at, region=found.region, content={"kind": found.kind})
