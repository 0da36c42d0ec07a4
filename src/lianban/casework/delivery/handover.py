"""Results at the window: collected, handed over with a receipt, and the case closed (行政许可法 44; 民事诉讼法 87–95).

What is decided may be fetched before the rest is: the law counts ten working days from each decision. Nothing is
handed over twice, and the case is delivered when everything is. The window needs no look into the record for this: it
sees names of results, masked people and the papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks, progress
from lianban.casework.delivery.collected import OPEN, RESULTS, along, at_window, lying
from lianban.casework.delivery.documents import issue_closing_notice, issue_receipt
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held
from lianban.casework.tasks.checking import unprintable
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import fire
from lianban.rules.notices import METHODS, Document
from lianban.tables.ids import new_id
from lianban.tables.papers import Delivery

NEEDS_NOTE = {
    "mail": "请在备注里写明快递公司和单号。",
    "electronic": "请在备注里写明受送达人同意电子送达和送达的系统。",
    "public_notice": "请在备注里写明公告的载体和日期。",
}
LONGEST_NAME, LONGEST_NOTE = 60, 500
_LAST = "SELECT id FROM deliveries WHERE case_id = $1 ORDER BY id DESC LIMIT 1"
_RECEIPT = """
SELECT id FROM papers WHERE case_id = $1 AND kind = 'delivery_receipt' AND void_at IS NULL ORDER BY id DESC LIMIT 1
"""
_HERE = "SELECT true FROM results WHERE task_id = $1 AND delivered_at IS NULL AND revoked_at IS NULL LIMIT 1"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A hand-over with its receipt. `status` stays what it was while something is still to come or to be fetched."""

    case_id: UUID
    delivery_id: UUID
    paper_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed case with its closing notice."""

    case_id: UUID
    paper_id: UUID
    status: str


async def hand_over(
    case_id: UUID,
    *,
    receiver: str,
    relation: str = "本人",
    results: Sequence[UUID] | None = None,
    method: str = "window",
    id_last_four: str = "",
    witness: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Delivered:
    """Hand over results (None: all that still lie here) and issue the 送达回证; the last one makes the case delivered.

    Written decisions go along with their results, refusals and revocations with the next hand-over, a corrected
    paper after the case was closed too; what was revoked stays here. `method` is a key of
    `rules.notices.METHODS`. Raises NotFound, Conflict when nothing lies here yet and for what has been handed over or
    revoked, Invalid with the fields.
    """
    wanted = None if results is None else list(dict.fromkeys(results))
    texts = [" ".join(t.split()) for t in (receiver, relation, id_last_four.upper(), witness)] + [note.strip()]
    receiver, relation, id_last_four, witness, note = texts

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            papers = await along(held.id, []) if held.life.state not in OPEN else []
            if held.life.state not in OPEN and not (papers and held.life.state in ("delivered", "closed")):
                over = held.life.state in ("delivered", "closed")
                why = "结果已经送达，不能重复出件" if over else "没有可以出件的结果"
                raise errors.Conflict(f"办件现在是“{held.life.stage.name}”，{why}。")
            taken, left = await _taken(held, wanted)
            papers = await along(held.id, [r["id"] for r in taken])
            documents = [Document(r["name"], r["number"]) for r in taken]
            documents += [Document(p["title"], p["number"]) for p in papers]
            last = await connection().fetchval(_LAST, held.id)
            if not documents and held.life.state == "processing":
                open = "”“".join(held.item(t.item).name for t in held.life.tasks if not t.stage.final)
                raise errors.Conflict(f"还没有可以交给申请人的结果，“{open}”作出决定后再出件。")
            if documents or last is None:
                _check(receiver, relation, id_last_four, method, witness, note)
                id = await _deliver(held, taken, papers, texts, method, by=by, at=at)
            else:
                id = last
            held.life.all_delivered = not left
            if held.life.all_delivered and held.life.state == "decided":
                fire(held.life, "deliver", by)
                await connection().execute(
                    "UPDATE cases SET status = 'delivered', delivered_at = $2, updated_at = $2 WHERE id = $1",
                    held.id,
                    at,
                )
                await progress.note(held, "case delivered", by=by, at=at)
                await outbox.write("case delivered", case_id=held.id, payload={"delivery": str(id)}, at=at)
            if id == last:
                paper = await connection().fetchval(_RECEIPT, held.id)
            else:
                paper = (await issue_receipt(held, documents, texts, method, by=by, at=at)).id
            return {"delivery_id": str(id), "paper_id": str(paper), "status": held.life.state}

    asked = [str(case_id), sorted(str(r) for r in wanted or ()), method, *texts]
    await catch_up(case_id, at=at)
    async with transaction():
        answer = await once(key, "hand_over", by=by, at=at, fingerprint=asked, run=run)
    return Delivered(case_id, UUID(answer["delivery_id"]), UUID(answer["paper_id"]), answer["status"])


async def close(case_id: UUID, *, by: Actor, at: datetime, key: str = "") -> Closed:
    """办结, with the closing notice. Raises NotFound, Conflict unless everything is delivered."""

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            fire(held.life, "close", by)
            await connection().execute(
                "UPDATE cases SET status = 'closed', closed_at = $2, updated_at = $2 WHERE id = $1", held.id, at
            )
            await progress.note(held, "case closed", by=by, at=at, outcome=held.case["outcome"])
            await outbox.write("case closed", case_id=held.id, payload={"outcome": held.case["outcome"]}, at=at)
            paper = await issue_closing_notice(held, by=by, at=at)
            return {"paper_id": str(paper.id), "status": held.life.state}

    await catch_up(case_id, at=at)
    async with transaction():
        answer = await once(key, "close", by=by, at=at, fingerprint=[str(case_id)], run=run)
    return Closed(case_id, UUID(answer["paper_id"]), answer["status"])


def _check(receiver: str, relation: str, id_last_four: str, method: str, witness: str, note: str) -> None:
    fields = {}
    if method not in METHODS:
        fields["method"] = f"请选择送达方式：{'、'.join(METHODS.values())}。"
    if not receiver and method != "public_notice":
        fields["receiver"] = "请写明领取人的姓名。"
    if len(receiver) > LONGEST_NAME or len(relation) > LONGEST_NAME or len(witness) > LONGEST_NAME:
        fields["receiver"] = f"领取人、关系和见证人各不超过 {LONGEST_NAME} 字，请缩短。"
    if id_last_four and not (len(id_last_four) == 4 and id_last_four[:3].isdecimal() and id_last_four.isascii()):
        fields["id_last_four"] = "请填写领取人证件号码的后四位，或者留空。"
    if method == "agent" and relation in ("", "本人"):
        fields["relation"] = "代领的，请写明领取人与申请人的关系。"
    if method == "left" and not (witness or note):
        fields["witness"] = "留置送达必须写明见证人，或者在备注中说明拍照、录像的情况。"
    if method in NEEDS_NOTE and not note:
        fields["note"] = NEEDS_NOTE[method]
    if len(note) > LONGEST_NOTE:
        fields["note"] = f"备注最多 {LONGEST_NOTE} 字，请缩短。"
    fields |= unprintable({"receiver": receiver, "relation": relation, "witness": witness, "note": note})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


async def _taken(held: Held, wanted: list[UUID] | None) -> tuple[list[Any], int]:
    """The results to hand over now, and how many are left after that."""
    rows = await connection().fetch(RESULTS, held.id)
    here = lying(rows)
    if wanted is None:
        return here, 0
    known = {r["id"]: r for r in rows}
    if any(id not in known for id in wanted):
        raise errors.Invalid("勾选的结果里有不属于这个办件的，请刷新页面后重新勾选。")
    gone = [known[id]["name"] for id in wanted if known[id]["delivered_at"] is not None]
    if gone:
        raise errors.Conflict(f"“{'”“'.join(gone)}”已经送达，不能重复出件。请刷新页面后重新勾选。")
    revoked = [known[id] for id in wanted if known[id]["revoked_at"] is not None]
    if revoked:
        names = "”“".join(r["name"] for r in revoked)
        why = "；".join(dict.fromkeys(r["revoked_reason"] for r in revoked))
        raise errors.Conflict(f"“{names}”已经撤销（{why}），不能再交给申请人。请刷新页面，送达《撤销决定书》。")
    if not wanted and here:
        raise errors.Invalid("请勾选这次交给领取人的结果。", {"results": "请至少勾选一项。"})
    return [known[id] for id in wanted], len(here) - len(wanted)


async def _deliver(
    held: Held,
    taken: Sequence[Any],
    papers: Sequence[Any],
    texts: Sequence[str],
    method: str,
    *,
    by: Actor,
    at: datetime,
) -> UUID:
    """`papers` are the written decisions that go along."""
    id, ids = new_id(at), [r["id"] for r in taken]
    receiver, relation, id_last_four, witness, note = texts
    await connection().execute("UPDATE results SET delivered_at = $2 WHERE id = ANY($1)", ids, at)
    await Delivery.insert(
        Delivery(
            id=id,
            case_id=held.id,
            method=method,
            receiver=receiver,
            relation=relation,
            id_last_four=id_last_four,
            note=f"{note}（见证人：{witness}）" if witness else note,
            results=ids,
            by_id=by.id,
            by_name=by.name,
            at=at,
        )
    )
    await connection().execute("UPDATE papers SET delivery_id = $2 WHERE id = ANY($1)", [p["id"] for p in papers], id)
    for task_id in {r["task_id"] for r in (*taken, *papers)} - {None}:
        if not await connection().fetchval(_HERE, task_id):
            await clocks.stop(held.id, task_id, at=at, kinds={"delivery"})
    await progress.note(held, "results delivered", by=by, at=at, method=method, results=len(ids))
    return id
