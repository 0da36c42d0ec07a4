"""The applicant withdraws (撤回): the whole application, or single items of it, as long as nothing is decided on them.

The window records the wish. What waited for a withdrawn item ends with it; what has been decided stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks, notices, progress
from lianban.casework.idempotency import once
from lianban.casework.intake import papers
from lianban.casework.intake.ending import end
from lianban.casework.intake.record import Record, current_edition, held
from lianban.casework.intake.saying import said
from lianban.casework.intake.standing import standing
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.casework.voiding import void_requests
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices.outcomes import termination

CHANNELS = {"window": "到窗口当面提出", "mail": "书面邮寄", "online": "网上提出", "phone": "电话提出并经核实身份"}
_WITHDRAW = """
UPDATE tasks SET status = 'withdrawn', decided_at = $2, decided_by = $3, decided_by_name = $4, reason = $5,
  version = version + 1 WHERE id = $1
"""


class Withdrawn(NamedTuple):
    """What was withdrawn: the items, those that ended with them, how the case stands now, and the paper."""

    items: tuple[str, ...]
    followers: tuple[str, ...]
    case_status: str
    paper: UUID


async def withdraw(
    case_id: UUID,
    items: Sequence[str] = (),
    *,
    reason: str,
    channel: str,
    returned: str,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Withdrawn:
    """Withdraw these items at the applicant's wish, or with none everything that is still undecided.

    `reason` is the wish as told, `channel` a key of CHANNELS, `returned` which papers went back. Before acceptance only
    the whole can be withdrawn. The same submission again gives the first result. Raises NotFound, Conflict for what is
    decided already, Invalid with the fields.
    """
    wanted = sorted(set(items))

    async def run() -> dict[str, Any]:
        done = await _withdraw(case_id, wanted, reason, channel, returned, by=by, at=at)
        return {**done._asdict(), "paper": str(done.paper)}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(case_id), wanted, reason, channel, returned]
        first = await once(key, "withdraw", by=by, at=at, fingerprint=asked, run=run)
    return Withdrawn(tuple(first["items"]), tuple(first["followers"]), first["case_status"], UUID(first["paper"]))


async def _withdraw(
    case_id: UUID, items: list[str], reason: str, channel: str, returned: str, *, by: Actor, at: datetime
) -> Withdrawn:
    record = await held(case_id, by=by, at=at)
    texts = said({"reason": ("申请人撤回的理由", reason), "returned": ("退还材料的情况", returned)})
    if channel not in CHANNELS:
        sentence = f"请选择申请人以什么方式提出：{'、'.join(CHANNELS.values())}。"
        raise Invalid(sentence, {"channel": sentence})
    if record.status in ("received", "correcting"):
        if items:
            raise Conflict("还没有受理，只能撤回整个申请。只撤回个别事项的，请受理以后再办。")
        return await _before_acceptance(record, texts, channel, by=by, at=at)
    if record.status == "processing":
        found = await progress.hold(case_id)
        assert found is not None
        return await _in_processing(found, items, texts, channel, by=by, at=at)
    if record.status == "draft":
        raise Conflict("草稿还没有收件，不需要撤回；不办了可以直接作废草稿。")
    state = lifecycles.stage_name(lifecycles.CaseLife, record.status)
    raise Conflict(f"办件现在是“{state}”，已经不能撤回。")


async def _before_acceptance(
    record: Record, texts: dict[str, str], channel: str, *, by: Actor, at: datetime
) -> Withdrawn:
    edition = await current_edition(record, by=by, at=at)
    found = await standing(record, edition, at=at)
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, wish=True)
    lifecycles.fire(row, "withdraw", by)
    content = {"channel": channel}
    await end(record, row.state, "application withdrawn", texts["reason"], by=by, at=at, content=content)
    applicant = papers.shown(found.parties, "applicant")
    assert applicant is not None and record.received_at is not None
    content = termination(
        end="withdrawn",
        authority=edition.bundle.centre,
        applicant=applicant,
        bundle=edition.bundle.name,
        case_number=record.number,
        received_on=local(record.received_at).date(),
        items=list(found.names.values()),
        reason=_wish(texts["reason"], channel),
        returned=texts["returned"],
        ended_on=local(at).date(),
        enquiry=papers.enquiry(edition, record.number, record.query_code),
    )
    paper = await _issue(record.id, record.region, edition, content, by=by, at=at)
    return Withdrawn(tuple(found.names), (), row.state, paper)


async def _in_processing(
    held: Held, items: list[str], texts: dict[str, str], channel: str, *, by: Actor, at: datetime
) -> Withdrawn:
    chosen = _chosen(held, items)
    for life in chosen:
        await _one(held, life, texts["reason"], channel, by=by, at=at)
    moves = await progress.settle(held, at=at)
    followers = [m.subject.item for m in moves if m.event == "lapse" and isinstance(m.subject, TaskRow)]
    gone = {*(t.item for t in chosen), *followers}
    edition = await held.edition()
    content = termination(
        end="withdrawn",
        authority=edition.bundle.centre,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        received_on=local(held.case["received_at"]).date(),
        items=[held.item(t.item).name for t in chosen],
        followers=[held.item(item).name for item in followers],
        rest=[held.item(t.item).name for t in held.lives.values() if t.item not in gone and _counts(t)],
        reason=_wish(texts["reason"], channel),
        returned=texts["returned"],
        ended_on=local(at).date(),
        enquiry=enquiry_of(edition, held.case["number"]),
    )
    paper = await _issue(held.id, held.region, edition, content, by=by, at=at)
    return Withdrawn(tuple(t.item for t in chosen), tuple(followers), held.life.state, paper)


def _counts(life: TaskRow) -> bool:
    return life.state not in ("withdrawn", "lapsed", "terminated")


def _chosen(held: Held, items: list[str]) -> list[TaskRow]:
    """The tasks to withdraw. Raises NotFound, or Conflict naming who has decided what meanwhile."""
    by_item = {life.item: life for life in held.lives.values()}
    if unknown := [item for item in items if item not in by_item]:
        raise NotFound(f"这个办件里没有事项“{unknown[0]}”，请刷新页面后再试。")
    for item in items:
        life = by_item[item]
        if life.stage.final:
            task = held.tasks[UUID(life.id)]
            when, who = local(task["decided_at"]), task["decided_by_name"] or "系统"
            raise Conflict(
                f"“{task['item_name']}”已由{who}在 {when:%m月%d日 %H:%M} 办结（{life.stage.name}），"
                "作出决定以后不能撤回。请从其余事项里选择。"
            )
    chosen = [life for life in by_item.values() if not life.stage.final and (not items or life.item in items)]
    if not chosen:
        raise Conflict("全部事项都已经办结，作出决定以后不能撤回。")
    return chosen


async def _one(held: Held, life: TaskRow, reason: str, channel: str, *, by: Actor, at: datetime) -> None:
    life.wish = True
    lifecycles.fire(life, "withdraw", by)
    id = UUID(life.id)
    await connection().execute(_WITHDRAW, id, at, by.id, by.name, f"申请人撤回：{reason}")
    await clocks.stop(held.id, id, at=at)
    await void_requests(held, id, at=at, why="申请人已经撤回")
    await progress.note(held, "task withdrawn", by=by, at=at, item=life.item, channel=channel)
    await outbox.write("task withdrawn", case_id=held.id, payload={"task": life.id, "item": life.item}, at=at)


def _wish(reason: str, channel: str) -> str:
    return f"{reason.rstrip('。')}（申请人{CHANNELS[channel]}）。"


async def _issue(
    case_id: UUID, region: str, edition: Edition, content: dict[str, Any], *, by: Actor, at: datetime
) -> UUID:
    paper = await notices.issue(
        "termination",
        content,
        case_id=case_id,
        region=region,
        authority=notices.short_authority(edition),
        by=by,
        at=at,
    )
    return paper.id
