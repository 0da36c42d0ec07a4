"""The applicant answers a correction notice: at the counter, by mail, or online with number and query code.

Only what the notice names can be changed. The answer is whole when every gap has been supplied; its instant is that
of the last one, and from then on the authority has five working days again (行政许可法 32(1)(4), 案卷标准).
The verbs are played by the window (`channel` window or mail) or by `rules.actors.HOLDER` (online), whom the caller
has let in by number and code. What came by mail counts from when it `arrived`, not from when it was entered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import clocks, materials
from lianban.casework.attachments import folder
from lianban.casework.corrections import gaps
from lianban.casework.corrections.views import CorrectionView
from lianban.casework.intake.record import GONE, Record, current_edition, locked, note, record_of
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.casework.scans import examine
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside import clock
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules import lifecycles, parties, values
from lianban.rules.actors import HOLDER, Actor, Role
from lianban.rules.corrections import CHANNELS, subject_of
from lianban.rules.plan import plan_to_dict
from lianban.tables.cases import Case

LONGEST = 2000
_ROUND = "SELECT * FROM corrections WHERE case_id = $1 ORDER BY round DESC LIMIT 1"
_SUPPLIED = """
UPDATE gaps SET status = 'supplied', supplied_at = $4, supplied_by = $5
WHERE case_id = $1 AND round = $2 AND subject_kind = $3 AND subject = $6 AND status IN ('notified', 'supplied')
  AND ($3 <> 'other' OR id = $7)
"""
# The applicant was told a day: it holds, whatever the calendar says later.
_STILL = """
SELECT 1 FROM clocks WHERE case_id = $1 AND kind = 'answer' AND stopped_at IS NULL
  AND GREATEST(computed_due, promised_due) >= $2
"""


@dataclass(frozen=True, slots=True)
class Supplied:
    """How the answer stands. After `finish` `answer_due` is the end of the new five working days."""

    case_id: UUID
    status: str
    open: tuple[str, ...]
    """What is still to be brought, in words."""
    supplied_at: datetime | None = None
    answer_due: datetime | None = None


async def open_correction(
    case_id: UUID, *, arrived: datetime | None = None, by: Actor = HOLDER, at: datetime
) -> CorrectionView:
    """The notice that is to be answered, with every gap: the field to fill in or the scans handed in since.

    For the holder of the code values stay masked and only what was uploaded since the notice is listed. The caller
    has checked number and code. Raises NotFound; Conflict when nothing is to be corrected (any more).
    """
    await before(case_id, arrived, at=at)
    async with transaction():
        row = await Case.objects().get(Case.id == case_id)
        if row is None:
            raise NotFound(GONE)
        if by != HOLDER:
            if not by.may(Role.CLERK):
                raise NotFound(GONE)
            await people.require_access(row, by=by, at=at)
        record = record_of(row)
        _must_correct(record)
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        latest, named = await latest_round(case_id)
        running = next((c for c in await clocks.clocks_of(case_id, at=at) if c.kind == "answer"), None)
        chosen = await policy(record.region)
    shown = [gaps.view(g, found, record, masked=by == HOLDER, since=latest["notified_at"]) for g in named]
    return CorrectionView(
        case_id=case_id,
        number=record.number,
        bundle_name=found.edition.bundle.name,
        region=record.region,
        status=record.status,
        round=latest["round"],
        notified_at=local(latest["notified_at"]),
        answer_by=running.due if running else None,
        provisional=bool(running and running.provisional),
        gaps=tuple(shown),
        complete=all(g.status == "supplied" for g in shown),
        online=chosen.online_answers,
    )


async def supply_field(
    case_id: UUID,
    gap_id: UUID,
    value: str,
    *,
    channel: str,
    arrived: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Supplied:
    """Fill in or correct the field that a gap names; once more is another correction of it.

    Raises NotFound, Forbidden; Conflict when it is not the time; Invalid (field `gap.<id>`) for a value that cannot be
    taken or is the same as before, (field `arrived`) for mail of a time that cannot be.
    """
    await before(case_id, arrived, at=at)
    async with transaction():
        record, gap = await _named(case_id, gap_id, "field", channel, arrived, by=by, at=at)
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        try:
            changed = put(record, found, gap["subject"], value, at=at)
        except Invalid as refusal:
            raise Invalid(refusal.sentence, {f"gap.{gap_id}": refusal.sentence}) from refusal
        if not changed and gap["status"] != "supplied":
            sentence = "填写的内容和原来一样。请按告知书写明的问题改正后再保存。"
            raise Invalid(sentence, {f"gap.{gap_id}": sentence})
        if changed:
            await _keep(record, by=by, at=at)
            await _supply(record, gap, channel, arrived, by=by, at=at)
        return await _how_far(record, gap["round"], by=by, at=at)


async def supply_material(
    case_id: UUID,
    gap_id: UUID,
    filename: str,
    data: bytes,
    *,
    channel: str,
    arrived: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Supplied:
    """Hand in one scan of the material that a gap names. The same file again is the same scan.

    Raises as `supply_field`; Invalid for a file that is not a whole PDF, JPEG or PNG.
    """
    await before(case_id, arrived, at=at)
    async with transaction():
        await _named(case_id, gap_id, "material", channel, arrived, by=by, at=at)
    name = f"gap.{gap_id}"
    try:
        scan = await asyncio.to_thread(examine, filename, data, limit=settings().upload_mb * 1_048_576)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, {name: refusal.sentence}) from refusal
    stored = await store().put(folder(case_id), data)
    async with transaction():
        record, gap = await _named(case_id, gap_id, "material", channel, arrived, by=by, at=at)
        _, new = await materials.place(case_id, gap["subject"], scan, stored, by=by, at=at)
        if not new and gap["status"] != "supplied":
            sentence = "这个文件以前已经交过，请上传补正后的文件。"
            raise Invalid(sentence, {name: sentence})
        if new:
            content = {"material": gap["subject"], "pages": scan.pages, "sha256": stored.sha256}
            await note(record, "material added", by=by, at=at, content=content)
            await _supply(record, gap, channel, arrived, by=by, at=at)
        return await _how_far(record, gap["round"], by=by, at=at)


async def supply_original(
    case_id: UUID,
    gap_id: UUID,
    *,
    channel: str = "window",
    arrived: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Supplied:
    """At the counter: the paper original was brought, looked at and found to meet the standards. Raises as above."""
    await before(case_id, arrived, at=at)
    async with transaction():
        record, gap = await _named(case_id, gap_id, "material", channel, arrived, by=by, at=at)
        if by == HOLDER:
            raise Forbidden("纸质原件请交到综合窗口核对；网上请上传扫描件。")
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        line = next((m for m in found.reading.plan.materials if m.material == gap["subject"]), None)
        check = record.part("checks").setdefault(gap["subject"], {})
        check["original"] = True
        check["standards"] = [True] * len(line.standards if line else ())
        await _keep(record, by=by, at=at)
        await _supply(record, gap, channel, arrived, by=by, at=at)
        return await _how_far(record, gap["round"], by=by, at=at)


async def supply_statement(
    case_id: UUID,
    gap_id: UUID,
    text: str,
    *,
    channel: str,
    arrived: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Supplied:
    """Say how something that is neither field nor material was put right. Raises as `supply_field`."""
    await before(case_id, arrived, at=at)
    async with transaction():
        record, gap = await _named(case_id, gap_id, "other", channel, arrived, by=by, at=at)
        said = values.readable(text, lines=True)
        if not 2 <= len(said) <= LONGEST:
            sentence = f"请写明怎样补正的（2 至 {LONGEST} 个字）。"
            raise Invalid(sentence, {f"gap.{gap_id}": sentence})
        record.part("statements")[str(gap_id)] = said
        await _keep(record, by=by, at=at)
        await _supply(record, gap, channel, arrived, by=by, at=at)
        return await _how_far(record, gap["round"], by=by, at=at)


def put(record: Record, found: Standing, name: str, typed: str, *, at: datetime) -> bool:
    """Put one value into the received application; whether that changes anything. Raises Invalid.

    The applicant stays known, and the items stay decidable: what would open a question at the counter is refused.
    """
    on, old = clock.local(at).date(), gaps.value_of(found, record, name)
    if name.startswith("party."):
        _, role, field = name.split(".")
        id_kind = str(record.part("parties").get(role, {}).get("id_kind") or "id_card")
        value = parties.check(role, field, typed, id_kind, on)
        where, place = record.part("parties").setdefault(role, {}), field
    else:
        value = values.clean(found.edition.elements[name], typed, on)
        questions = {q.element for q in found.edition.bundle.questions}
        where, place = record.part("answers" if name in questions else "form"), name
    if not value:
        raise Invalid("请填写内容。")
    if value == old:
        return False
    where[place] = value
    record.version += 1
    return True


async def _named(
    case_id: UUID, gap_id: UUID, kind: str, channel: str, arrived: datetime | None, *, by: Actor, at: datetime
) -> tuple[Record, Mapping[str, Any]]:
    """The locked case and the gap of this kind that its latest notice names."""
    record = await entered(case_id, channel=channel, by=by, at=at)
    _must_correct(record)
    latest = await connection().fetchrow(_ROUND, case_id)
    if arrived is not None:
        _may_have_arrived(arrived, channel, local(latest["notified_at"]), at)
    gap = next((g for g in await gaps.rows(case_id) if g["id"] == gap_id and g["round"] == latest["round"]), None)
    if gap is None or not _told(gap) or gap["subject_kind"] != kind:
        raise NotFound("补正告知书里没有这一项，请刷新页面后再试。")
    return record, gap


def _may_have_arrived(arrived: datetime, channel: str, notified: datetime, at: datetime) -> None:
    """Raise Invalid unless mail can have come then: forms give the minute."""
    sentence = ""
    if channel != "mail":
        sentence = "只有邮寄补正的才填写收到邮件的时间。"
    elif arrived > at:
        sentence = "收到邮件的时间不能晚于现在，请核对。"
    elif arrived < notified.replace(second=0, microsecond=0):
        sentence = f"收到邮件的时间早于补正告知的时间（{notified:%Y-%m-%d %H:%M}），请核对。"
    if sentence:
        raise Invalid(sentence, {"arrived": sentence})


async def before(case_id: UUID, arrived: datetime | None, *, at: datetime) -> None:
    """What the system owes first. Mail that arrived in time is still entered after the period to answer, as long as
    nothing has been done about its end."""
    if arrived is not None and arrived <= at:
        async with transaction():
            if await connection().fetchval(_STILL, case_id, arrived):
                return
    await catch_up(case_id, at=at)


async def latest_round(case_id: UUID) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The latest notice, and the gaps that it names."""
    latest = await connection().fetchrow(_ROUND, case_id) or {}
    return latest, [g for g in await gaps.rows(case_id) if _told(g) and g["round"] == latest.get("round")]


async def entered(case_id: UUID, *, channel: str, by: Actor, at: datetime) -> Record:
    if channel not in CHANNELS:
        raise Invalid(f"请选择补正方式：{'、'.join(CHANNELS.values())}。", {"channel": "请选择补正方式。"})
    record = await locked(case_id)
    if by == HOLDER:
        if channel != "online":
            raise Invalid("凭查询码只能在网上补正。", {"channel": "凭查询码只能在网上补正。"})
        if not (await policy(record.region)).online_answers:
            raise Forbidden("本地没有开通网上补正，请到综合窗口或者邮寄补正。")
        return record
    row = await Case.objects().get(Case.id == case_id)
    if row is None or not by.may(Role.CLERK):
        raise NotFound(GONE)
    await people.require_access(row, by=by, at=at)
    return record


def _must_correct(record: Record) -> None:
    if record.status == "correcting":
        return
    if record.status == "received":
        raise Conflict("现在没有需要补正的内容：申请已经收到，正在核对。")
    said = lifecycles.stage_name(lifecycles.CaseLife, record.status)
    raise Conflict(f"这个办件现在是“{said}”，不能再补正。")


async def _keep(record: Record, *, by: Actor, at: datetime) -> None:
    """Write the application back with the plan that it now makes. Raises Invalid when nobody would apply any more."""
    found = await standing(record, await current_edition(record, by=by, at=at), at=at)
    if not found.applicant:
        raise Invalid("改动以后就没有申请人了，请核对。")
    await gaps.refresh_plan(record, found, plan_to_dict(found.reading.plan), at=at)


async def _supply(
    record: Record, gap: Mapping[str, Any], channel: str, arrived: datetime | None, *, by: Actor, at: datetime
) -> None:
    """Whoever else asked for the same has it too."""
    await connection().execute(
        _SUPPLIED, record.id, gap["round"], gap["subject_kind"], arrived or at, by.id, gap["subject"], gap["id"]
    )
    content = {"subject": subject_of(gap["subject_kind"], gap["subject"]), "channel": channel}
    if arrived is not None:
        content["arrived"] = arrived.isoformat()
    await note(record, "correction supplied", by=by, at=at, content=content)


async def _how_far(record: Record, round: int, *, by: Actor, at: datetime) -> Supplied:
    found = await standing(record, await current_edition(record, by=by, at=at), at=at)
    left = [g for g in await gaps.rows(record.id) if g["round"] == round and g["status"] == "notified"]
    return Supplied(
        record.id, record.status, tuple(gaps.label(found.edition, g["subject_kind"], g["subject"]) for g in left)
    )


def _told(gap: Mapping[str, Any]) -> bool:
    return gap["status"] in ("notified", "supplied")
