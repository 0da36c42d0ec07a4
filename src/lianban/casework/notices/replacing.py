"""A paper with a mistake: made void, or replaced by a corrected one (更正), by two persons.

Whoever handles the matter proposes it: the department that issued the paper, or the window for the centre's own. The
head of that department or a supervisor decides, never the one who proposed it. The number of the old paper stays taken
and the old file stays as it is; the corrected paper has a number of its own, an 更正通知书 says what changed, and both
go to the applicant. Where the old one had been delivered, the ten working days of 行政许可法 44 begin anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox, people
from lianban.casework import clocks, progress
from lianban.casework.clocks import Owner
from lianban.casework.idempotency import once
from lianban.casework.notices.issuing import TO_DELIVER, issue, supersede
from lianban.casework.notices.keeping import MISSING
from lianban.casework.notices.standing import KINDS, PAPER, may_decide, may_propose, stands
from lianban.casework.notices.views import PaperView
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.refusals import enquiry_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.notices.amendment import VOID_ALONE, Change, amendment, changes_of, corrected
from lianban.rules.notices.base import authority_of
from lianban.rules.statutory import DELIVER, LAW
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

REPLACED, VOID = "paper replaced", "paper void"
LONGEST_REASON = 1000
BASIS = f"更正后的决定书的送达，{LAW}第四十四条"
_OPEN = "SELECT * FROM replacements WHERE paper_id = $1 AND status = 'proposed'"
_PROPOSE = """
INSERT INTO replacements (id, paper_id, case_id, region_code, department, kind, reason, changes, status, proposed_by,
  proposed_by_name, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'proposed', $9, $10, $11)
"""
_DECIDE = """
UPDATE replacements SET status = $2, decided_by = $3, decided_by_name = $4, decided_at = $5, remark = $6,
  new_paper = $7, amendment = $8 WHERE id = $1
"""
_VOID = "UPDATE papers SET void_at = $2, void_reason = $3, void_by = $4, void_by_name = $5 WHERE id = $1"
# What the pages of the task and of the case say is what the corrected paper says.
_REFUSED = (
    "UPDATE tasks SET opinion = $2, reason = $3, legal_basis = $4, remedy = $5, version = version + 1 WHERE id = $1"
)
_RESULTS = "SELECT name, number FROM results WHERE task_id = $1 AND superseded_at IS NULL AND revoked_at IS NULL"
_RECEIVED = (
    "UPDATE deliveries SET receipt_id = $2, receiver = $3, relation = $4, id_last_four = $5, witness = $6, note = $7"
    " WHERE receipt_id = $1"
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """How a proposal stands; the numbers of the corrected paper and of the notice that says so, "" without them."""

    id: UUID
    case_id: UUID
    status: str
    paper: str
    amendment: str


async def propose(
    paper_id: UUID,
    *,
    kind: str,
    reason: str,
    changes: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Replaced:
    """Propose to make a paper `void`, or to `correct` it: `changes` maps paths (`amendment.parts_of`) to new texts.

    Raises NotFound for others' papers, Forbidden for a child's record and for whoever does not handle the matter,
    Conflict when the paper does not stand any more or a proposal waits, Invalid with the fields.
    """
    typed = dict(changes or {}) if kind == "correct" else {}
    why = _reason(reason, "reason", f"请写明{KINDS.get(kind, '更正或者作废')}的理由，申请人会看到。")

    async def run() -> dict[str, Any]:
        held, paper = await _held(paper_id, by)
        _may_propose(paper, by)
        case = await Case.objects().get(Case.id == held.id)
        assert case is not None
        await people.require_access(case, by=by, at=at)
        _must_stand(paper)
        if waits := await connection().fetchrow(_OPEN, paper_id):
            who, when = waits["proposed_by_name"], local(waits["proposed_at"])
            raise errors.Conflict(f"{who}已在 {when:%m月%d日 %H:%M} 提请{KINDS[waits['kind']]}这份文书，等待确认。")
        content = json.loads(paper["content"])
        if kind == "void" and paper["kind"] not in VOID_ALONE:
            raise errors.Conflict(
                f"《{paper['title']}》不能只作废：写错了的请更正，用更正后的文书替代；决定本身有误的，依法撤销或者变更。"
            )
        new = {path: text for path, (_, text) in changes_of(content, typed).items()} if kind == "correct" else {}
        if paper["kind"] == "grant":
            await _as_registered(paper["task_id"], new)
        id = new_id(at)
        await connection().execute(
            _PROPOSE,
            id,
            paper_id,
            held.id,
            held.region,
            paper["concerned"],
            kind,
            why,
            json.dumps(new, ensure_ascii=False),
            by.id,
            by.name,
            at,
        )
        await _note(held, paper, "replacement proposed", by=by, at=at, kind=kind)
        return _answer(id, held, "proposed")

    if kind not in KINDS:
        raise errors.Invalid("请选择更正或者作废。", {"kind": "请选择更正或者作废。"})
    await catch_up(await _case_of(paper_id, by), at=at)
    async with transaction():
        asked = [str(paper_id), kind, why, typed]
        return _replaced(await once(key, "propose replacement", by=by, at=at, fingerprint=asked, run=run))


async def confirm(id: UUID, *, remark: str = "", by: Actor, at: datetime, key: str = "") -> Replaced:
    """Do what was proposed. Raises NotFound, Forbidden for another post and for one's own proposal, Conflict when it
    was decided or the paper has meanwhile been replaced."""
    return await _decide(id, True, remark, by=by, at=at, key=key)


async def decline(id: UUID, *, remark: str, by: Actor, at: datetime, key: str = "") -> Replaced:
    """The paper stays as it is; the reason is for the one who proposed. Raises as `confirm`, Invalid without reason."""
    _reason(remark, "remark", "请写明不同意的理由。")
    return await _decide(id, False, remark, by=by, at=at, key=key)


async def _decide(id: UUID, yes: bool, remark: str, *, by: Actor, at: datetime, key: str) -> Replaced:
    if len(remark) > LONGEST_REASON or (wrong := unprintable({"remark": remark})):
        sentence = f"意见最多 {LONGEST_REASON} 字，请缩短。" if len(remark) > LONGEST_REASON else wrong["remark"]
        raise errors.Invalid(sentence, {"remark": sentence})
    missing = errors.NotFound("没有找到这个更正或者作废的申请，请刷新页面。")
    async with transaction():
        found = await connection().fetchrow(
            "SELECT case_id, department FROM replacements WHERE id = $1 AND region_code = $2", id, by.region
        )
    if found is None or (by.department and by.department != found["department"]):
        raise missing
    await catch_up(found["case_id"], at=at)

    async def run() -> dict[str, Any]:
        held = await progress.hold(found["case_id"])
        row = await connection().fetchrow("SELECT * FROM replacements WHERE id = $1", id)
        assert held is not None
        _may_decide(row, by)
        if row["status"] != "proposed":
            who, when = row["decided_by_name"], local(row["decided_at"])
            said = "同意" if row["status"] == "done" else "没有同意"
            raise errors.Conflict(f"{who}已在 {when:%m月%d日 %H:%M} 处理（{said}），不能再次处理。")
        paper = await connection().fetchrow(PAPER, row["paper_id"])
        new = notice = None
        if yes:
            _must_stand(paper)
            if row["kind"] == "void":
                await connection().execute(_VOID, paper["id"], at, row["reason"], by.id, by.name)
                await _note(held, paper, VOID, by=by, at=at)
                await outbox.write(VOID, case_id=held.id, payload={"paper": str(paper["id"])}, at=at)
            else:
                new, notice = await _replace(held, paper, row, by=by, at=at)
        else:
            await _note(held, paper, "replacement declined", by=by, at=at, kind=row["kind"])
        status = "done" if yes else "declined"
        ids = [p.id if p else None for p in (new, notice)]
        await connection().execute(_DECIDE, id, status, by.id, by.name, at, remark.strip(), *ids)
        return _answer(id, held, status, new.number if new else "", notice.number if notice else "")

    async with transaction():
        return _replaced(await once(key, f"replacement {yes}", by=by, at=at, fingerprint=[str(id), remark], run=run))


async def _replace(
    held: Held, paper: Mapping[str, Any], row: Mapping[str, Any], *, by: Actor, at: datetime
) -> tuple[PaperView, PaperView]:
    """Issue the corrected paper and its notice, and put the old one out of use."""
    old, typed, today = json.loads(paper["content"]), json.loads(row["changes"]), local(at).date()
    changes: list[Change] = [change for change, _ in changes_of(old, typed).values()]
    content = corrected(old, typed, on=today, number=f"《{paper['title']}》（{paper['number']}）")
    await _note(held, paper, REPLACED, by=by, at=at)
    if paper["kind"] == "refusal" and paper["task_id"]:
        said = [content[part] for part in ("facts", "reason", "basis", "remedy")]
        await connection().execute(_REFUSED, paper["task_id"], *said)
    shared: dict[str, Any] = {
        "case_id": held.id,
        "region": held.region,
        "authority": authority_of(paper["number"], paper["kind"]),
        "by": by,
        "at": at,
        "task_id": paper["task_id"],
        "department": paper["department"],
    }
    # A receipt and an acceptance carry the tracking page in their QR code, the others their own code.
    url = old["qr"] if paper["code"] not in old["qr"] else ""
    # A paper from before sentences were kept is corrected as it was: what it lacks is not made up now.
    new = await issue(paper["kind"], content, **shared, url=url, as_first="say" not in old)
    notice = await issue(
        "amendment",
        amendment(
            authority=old["authority"],
            seal=old["seal"],
            addressee=_addressee(content, held),
            bundle=held.case["bundle_name"],
            case_number=held.case["number"],
            kind=paper["kind"],
            old_title=paper["title"],
            old_number=paper["number"],
            old_date=old["date"],
            changes=changes,
            reason=row["reason"],
            new_title=new.title,
            new_number=new.number,
            on=today,
            enquiry=enquiry_of(await held.edition(), held.case["number"], paper["concerned"]),
        ),
        **shared,
    )
    await supersede([paper["id"]], by=new.id, at=at)
    if paper["kind"] == "delivery_receipt":
        told = [content[part] for part in ("receiver", "relation", "id_last_four", "witness", "note")]
        await connection().execute(_RECEIVED, paper["id"], new.id, *told)
    if paper["delivery_id"] is not None and paper["kind"] in TO_DELIVER and paper["task_id"]:
        owner = Owner(held.id, paper["task_id"], held.region)
        await clocks.start(owner, "delivery", DELIVER, BASIS, at=at, subject=new.number)
    payload = {"paper": str(paper["id"]), "new": str(new.id), "amendment": str(notice.id)}
    await outbox.write(REPLACED, case_id=held.id, payload=payload, at=at)
    return new, notice


async def _as_registered(task_id: UUID, new: Mapping[str, str]) -> None:
    """Raise Conflict for a grant that would name another licence than the results on record (行政许可法 40)."""
    rows = await connection().fetch(_RESULTS, task_id)
    if any(
        text not in [row[path.rpartition(".")[2]] for row in rows]
        for path, text in new.items()
        if path.startswith("results.")
    ):
        raise errors.Conflict(
            "决定书写的证照要和登记的办理结果一致，公开的也是登记的结果：请先在任务页面登记更正后的结果，再更正决定书。"
        )


async def _held(paper_id: UUID, by: Actor) -> tuple[Held, Mapping[str, Any]]:
    """The case, locked, and its paper as it stands now. Raises NotFound."""
    held = await progress.hold(await _case_of(paper_id, by))
    assert held is not None
    return held, await connection().fetchrow(PAPER, paper_id)


async def _case_of(paper_id: UUID, by: Actor) -> UUID:
    """The case of a paper that the actor may know of. Raises NotFound; a list that belongs to no case is none here."""
    async with transaction():
        row = await connection().fetchrow(PAPER, paper_id)
    if row is None or row["case_id"] is None or row["region_code"] != by.region:
        raise errors.NotFound(MISSING)
    if by.department and row["concerned"] != by.department:
        raise errors.NotFound(MISSING)
    return UUID(str(row["case_id"]))


def _may_propose(paper: Mapping[str, Any], by: Actor) -> None:
    if may_propose(paper, by):
        return
    whose = "出具这份文书的部门" if paper["concerned"] else "综合窗口"
    raise errors.Forbidden(f"这份文书的更正和作废由{whose}提出，由部门负责人或者监督员确认。")


def _may_decide(row: Mapping[str, Any], by: Actor) -> None:
    if not may_decide(row, by):
        raise errors.Forbidden("文书的更正和作废由出具部门的负责人或者监督员确认。")
    if by.is_or_stands_for(row["proposed_by"]):
        raise errors.Forbidden("不能确认自己提出的更正或者作废（包括代岗期间），请由另一位负责人办理。")


def _must_stand(paper: Mapping[str, Any]) -> None:
    if why := stands(paper):
        raise errors.Conflict(why)


def _addressee(content: Mapping[str, Any], held: Held) -> str:
    applicant = content.get("applicant")
    name = applicant["name"] if isinstance(applicant, Mapping) else content.get("addressee", "")
    return str(name or held.case["applicant"])


async def _note(held: Held, paper: Mapping[str, Any], event: str, *, by: Actor, at: datetime, **said: Any) -> None:
    task = held.lives.get(paper["task_id"])
    await note(held, event, by=by, at=at, item=task.item if task else "", number=paper["number"], **said)


def _reason(text: str, field: str, sentence: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REASON:
        sentence = f"理由最多 {LONGEST_REASON} 字，请缩短。"
    elif len(text) >= 2:
        if wrong := unprintable({field: text}):
            raise errors.Invalid(wrong[field], wrong)
        return text
    raise errors.Invalid(sentence, {field: sentence})


def _answer(id: UUID, held: Held, status: str, paper: str = "", notice: str = "") -> dict[str, Any]:
    return {"id": str(id), "case": str(held.id), "status": status, "paper": paper, "amendment": notice}


def _replaced(told: Mapping[str, Any]) -> Replaced:
    return Replaced(UUID(told["id"]), UUID(told["case"]), told["status"], told["paper"], told["amendment"])
