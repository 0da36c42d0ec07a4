"""What comes from outside the unit: the citizen rates the reply, the call-back is done, an appeal decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.idempotency import once
from lianban.feedback.matters.waking import OVER
from lianban.feedback.rectification.keeping import Held, hold, move, said
from lianban.feedback.rectification.words import VERDICTS
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER, SYSTEM, Actor
from lianban.rules.lifecycles import options
from lianban.tables.ids import new_id

_OF_RATING = "SELECT id FROM rectifications WHERE rating_id = $1"
_CALLED = "UPDATE rectifications SET called_back_at = $2, reached = $3 WHERE id = $1"
_STEP = """
INSERT INTO rectification_steps (id, rectification_id, event, was, status, by_id, by_name, note, shown, verdict, at)
VALUES ($1, $2, 'called', $3, $3, $4, $5, $6, 'centre', $7, $8)
"""
_OVER = """
SELECT due_at FROM matter_clocks
WHERE matter = 'rectification' AND matter_id = $1 AND kind = 'rerate' AND stopped_at IS NULL
"""


async def rerate(
    rating_id: UUID, verdict: str, comment: str = "", *, by: Actor = HOLDER, at: datetime, key: str = ""
) -> str:
    """The one who gave a negative rating says whether the reply will do; the state after it. 不满意 opens it once more,
    a second time the supervisor has to explain. The same again is answered as the first was.

    Raises NotFound, Invalid, Conflict when nothing waits for it.
    """
    if verdict not in VERDICTS:
        sentence = "请选择满意、基本满意或者不满意。"
        raise errors.Invalid(sentence, {"verdict": sentence})
    text = said(comment, "comment", "情况", longest=500) if comment.strip() else ""

    async def run() -> dict[str, Any]:
        id = await connection().fetchval(_OF_RATING, rating_id)
        if id is None:
            raise errors.NotFound("这条评价没有需要回评的答复。")
        held = await hold(id, by=by, at=at, verdict=verdict)
        if held.row["status"] != "replied":
            if held.row["verdict"] == verdict:
                return {"status": held.row["status"]}
            raise errors.Conflict("现在不能回评：还没有答复，或者已经回评过，或者回评期限已经过了。")
        await _take(held, verdict, text, by=by, at=at)
        return {"status": held.row["status"]}

    async with transaction():
        asked = {"rating": str(rating_id), "verdict": verdict}
        done = await once(key, "rate again", by=by, at=at, fingerprint=asked, run=run)
    return str(done["status"])


async def called_back(id: UUID, reached: bool, satisfied: bool | None, note: str, *, by: Actor, at: datetime) -> None:
    """The call-back of a problem is done: somebody was `reached` and said whether the matter is settled (None: nothing
    was said of it), or the attempts are used up. While a reply waits to be rated, the answer counts as that rating.

    In the caller's transaction or its own. Once more is harmless. Raises NotFound.
    """
    async with transaction():
        held = await hold(id, by=SYSTEM, at=at)
        verdict = "" if not reached or satisfied is None else "satisfied" if satisfied else "not"
        if held.subject.stage.final or (held.row["reached"] and held.row["called_back_at"] and not verdict):
            return
        held.row.update(called_back_at=at, reached=reached)
        await connection().execute(_CALLED, id, at, reached)
        await connection().execute(_STEP, new_id(at), id, held.row["status"], by.id, by.name, note.strip(), verdict, at)
        if verdict and held.row["status"] in ("replied", "reviewed"):
            held.subject.verdict, held.subject.by_call = verdict, True
            await _take(held, verdict, "", by=by, at=at)
        await journal.record(
            "rating",
            id,
            "problem called back",
            by=by,
            at=at,
            region=held.row["region_code"],
            content={"reached": reached, "said": verdict},
        )


async def void(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """An appeal has found the rating invalid: nothing is left to be put right. In the caller's transaction or its own;
    once more is harmless. Raises NotFound, Conflict for what is written off."""
    async with transaction():
        held = await hold(id, by=SYSTEM, at=at)
        if held.row["status"] == "void":
            return
        await move(
            held,
            "annul",
            by=by,
            at=at,
            note=reason.strip(),
            shown="citizen",
            changes={"appeal_open": False},
            fired_by=SYSTEM,
        )


async def mark_appeal(id: UUID, open: bool, *, at: datetime) -> None:
    """An appeal was lodged, or is over: while it is open nothing is written off; every limit goes on. In the caller's
    transaction. Raises NotFound, Conflict for an appeal when the matter is closed."""
    held = await hold(id, by=SYSTEM, at=at)
    if open and held.subject.stage.final:
        raise errors.Conflict(f"这件整改{held.subject.stage.name}，不能再提出申诉。")
    await connection().execute("UPDATE rectifications SET appeal_open = $2 WHERE id = $1", held.id, open)


async def _take(held: Held, verdict: str, comment: str, *, by: Actor, at: datetime) -> None:
    """What was said of the reply leads on, whichever event is open to it."""
    open_to = options(held.subject, by)
    event = next((e for e in ("rerate", "reopen", "reverify", "persist") if open_to.get(e) == []), "")
    if not event:
        # It waits to be written off already, and there is nothing more to be done about it than to know.
        await connection().execute("UPDATE rectifications SET verdict = $2 WHERE id = $1", held.id, verdict)
        return
    again = {"reopened": held.row["reopened"] + 1} if event in ("reopen", "reverify") else {}
    await move(
        held,
        event,
        by=by,
        at=at,
        note=comment,
        changes={"verdict": verdict, **again},
        content={"said": verdict},
    )


async def _expire(id: UUID, at: datetime) -> None:
    """The citizen's time to rate the reply is over: it goes to the supervisor."""
    async with transaction():
        held = await hold(id, by=SYSTEM, at=at)
        due = await connection().fetchval(_OVER, id)
        if held.row["status"] == "replied" and due is not None and at > due:
            held.subject.period_over = True
            await move(held, "expire", by=SYSTEM, at=at)


OVER["rerate"] = _expire
