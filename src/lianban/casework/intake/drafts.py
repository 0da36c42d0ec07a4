"""A draft is opened, shown, saved, checked field by field, discarded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import catalogue
from lianban.casework.consultation import check_answers
from lianban.casework.idempotency import once
from lianban.casework.intake.completeness import SIGNED
from lianban.casework.intake.record import Record, current_edition, held_draft, note, require_clerk, store
from lianban.casework.intake.standing import standing
from lianban.casework.intake.viewing import build_view
from lianban.casework.intake.views import DraftView, FieldCheck
from lianban.casework.owed import catch_up
from lianban.errors import Conflict, Forbidden, Invalid
from lianban.outside import clock
from lianban.outside.database import transaction
from lianban.rules import lifecycles, parties, values
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

MOST_STANDARDS = 50
LONGEST = 4000
"""Characters that one field may send; far more than any element may hold."""


class StaleDraft(Conflict):
    """Somebody else saved first. `current` is the draft as it is now, `typed` what was sent and not saved."""

    def __init__(self, current: DraftView, typed: Mapping[str, str]) -> None:
        super().__init__(
            f"{current.saved_by or '另一个窗口'}在 {current.saved_at} 已经保存过这份草稿，您填写的内容还没有保存。"
            "请对照现在的内容，确认后再保存一次。"
        )
        self.current = current
        self.typed = dict(typed)


async def open_draft(
    bundle: str, region: str, answers: Mapping[str, str], *, by: Actor, at: datetime, key: str = ""
) -> DraftView:
    """Open a draft with the answers already known (none is too few). The same `key` gives the first draft again.

    Raises Forbidden outside the actor's own window and region, NotFound for a bundle nobody offers there, Invalid for
    an answer that is none.
    """
    require_clerk(by)
    if region != by.region:
        raise Forbidden("只能为本地区的事项建立办件，请到事项所在地的窗口办理。")
    async with transaction():
        edition = await catalogue.edition_for(bundle, region, clock.local(at).date())
        check_answers(edition, answers)

        async def create() -> dict[str, Any]:
            return {"case_id": str(await _open(edition, answers, by=by, at=at))}

        made = await once(key, "open_draft", by=by, at=at, fingerprint=[bundle, region, dict(answers)], run=create)
        return await _view(await held_draft(UUID(made["case_id"]), by=by, at=at), by=by, at=at)


async def _open(edition: Edition, answers: Mapping[str, str], *, by: Actor, at: datetime) -> UUID:
    id = new_id(at)
    draft = {"answers": dict(answers), "form": {}, "parties": {}, "consents": {}, "checks": {}}
    await Case.insert(
        Case(
            id=id,
            region_code=edition.bundle.region,
            bundle=edition.bundle.id,
            bundle_name=edition.bundle.name,
            edition=edition.content_hash,
            status="draft",
            draft=json.dumps(draft, ensure_ascii=False),
            opened_by=by.id,
            opened_by_name=by.name,
            window_name=by.window,
            opened_at=at,
            updated_at=at,
        )
    )
    record = await held_draft(id, by=by, at=at)
    await note(record, "draft opened", by=by, at=at, content={"bundle": edition.bundle.id, "answers": sorted(answers)})
    return id


async def draft(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> DraftView:
    """The draft as it stands; reading it is recorded. Raises NotFound, or Conflict when it is a draft no more."""
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        await people.record_access(case_id, "受理草稿", "窗口受理", by=by, at=at, address=address)
        return await _view(record, by=by, at=at)


async def save(
    case_id: UUID, values: Mapping[str, str], *, version: int | None = None, by: Actor, at: datetime
) -> DraftView:
    """Keep what was typed, complete or not, and tell what is wrong with it.

    Names are element ids, `party.<role>.<field>`, `consent.<id>` ("yes" or ""), `check.<material>.original`,
    `check.<material>.copies`, `check.<material>.standard.<n>` (from 0), `duplicate` (why it is none) and `messages`
    ("no": only the necessary ones). A save with a `version` that is no longer the current one raises StaleDraft unless
    it changes nothing (a repeated autosave).
    Raises Invalid for names that do not exist and text that cannot be kept.
    """
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        edition = await current_edition(record, by=by, at=at)
        before, seen = json.dumps(record.draft, sort_keys=True), record.version
        changed = _put(record, edition, values, by=by, at=at)
        if changed and version is not None and version != seen:
            record.draft = json.loads(before)
            raise StaleDraft(await _view(record, by=by, at=at), values)
        if changed:
            record.version += 1
            record.draft["saved"] = {"by": by.id, "name": by.name, "at": f"{clock.local(at):%Y-%m-%d %H:%M}"}
            applicant = str(record.part("parties").get("applicant", {}).get("name") or _name_on_form(record))
            subject = record.typed.get(edition.bundle.subject, "")
            await store(record, at=at, applicant=applicant, subject=subject)
            await note(record, "draft saved", by=by, at=at, content={"changed": changed})
        return await _view(record, by=by, at=at)


async def check_field(case_id: UUID, element: str, typed: str, *, by: Actor, at: datetime) -> FieldCheck:
    """Check one field or party field as it is left; nothing is kept. Raises NotFound, Invalid for an unknown name."""
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
    on = clock.local(at).date()
    try:
        if element.startswith("party."):
            _, role, name = _party_name(element)
            id_kind = str(record.part("parties").get(role, {}).get("id_kind", "id_card"))
            value = parties.check(role, name, typed, id_kind, on)
            return FieldCheck(value, value, "", "")
        known = (await catalogue.edition(record.edition)).elements
        if element not in known:
            raise _Unknown(f"表单里没有“{element}”这个字段。")
        value = values.clean(known[element], typed, on)
        shown = values.display(known[element], value)
        return FieldCheck(value, shown, "", values.warning(known[element], value) if value else "")
    except _Unknown:
        raise
    except Invalid as refusal:
        return FieldCheck("", typed, refusal.sentence, "")


async def discard(case_id: UUID, *, by: Actor, at: datetime) -> None:
    """Give a draft up (已作废); once more is harmless. Raises NotFound, or Conflict when it was accepted."""
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        row = lifecycles.CaseRow(id=str(record.id), state=record.status, region=record.region)
        lifecycles.fire(row, "discard", by)
        await Case.update({Case.status: row.state, Case.updated_at: at}).where(Case.id == record.id)
        await note(record, "draft discarded", by=by, at=at)


class _Unknown(Invalid):
    """A form name that does not exist."""


def _party_name(name: str) -> tuple[str, str, str]:
    head, role, field = [*name.split("."), "", ""][:3]
    if head != "party" or field not in parties.OF_ROLE.get(role, ()):
        raise _Unknown(f"表单里没有“{name}”这个字段。")
    return head, role, field


def _put(record: Record, edition: Edition, typed: Mapping[str, str], *, by: Actor, at: datetime) -> list[str]:
    """Put what was typed into the draft; the names that changed. Raises Invalid for what cannot be kept at all."""
    keepable(typed)
    questions = {q.element for q in edition.bundle.questions}
    changed, unknown = [], []
    for name, text in typed.items():
        try:
            if _put_one(record, edition, questions, name, text.strip(), by=by, at=at):
                changed.append(name)
        except _Unknown:
            unknown.append(name)
    if unknown:
        raise Invalid("有的字段不存在，内容没有保存。请刷新页面后再试。", dict.fromkeys(unknown, "没有这个字段。"))
    return sorted(changed)


def keepable(typed: Mapping[str, str]) -> None:
    """Raise Invalid, name by name, for text that cannot be kept at all."""
    bad: dict[str, str] = {}
    for name, text in typed.items():
        if len(text) > LONGEST:
            bad[name] = f"最多可填 {LONGEST} 个字，请缩短。"
        elif "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            bad[name] = "内容里有无法保存的字符，请删除后重新输入。"
    if bad:
        raise Invalid("有的内容无法保存，请按提示修改。", bad)


def _name_on_form(record: Record) -> str:
    return record.typed.get(parties.APPLICANT_ON_FORM["name"], "")


def _put_one(
    record: Record, edition: Edition, questions: set[str], name: str, text: str, *, by: Actor, at: datetime
) -> bool:
    if name.startswith("party."):
        _, role, field = _party_name(name)
        return _set(record.part("parties").setdefault(role, {}), field, text)
    if name.startswith("consent."):
        kind = name.removeprefix("consent.")
        if kind not in parties.CONSENTS:
            raise _Unknown(name)
        given, consents = text in ("yes", "是", "on"), record.part("consents")
        if given == bool(consents.get(kind)):
            return False
        mark = {"by": by.id, "name": by.name, "at": f"{clock.local(at):%Y-%m-%d %H:%M}"}
        consents[kind] = mark if given else None
        return True
    if name.startswith("check."):
        return _tick(record, edition, name, text)
    if name.startswith("later."):
        return promise_tick(record, edition, name.removeprefix("later."), text, by=by, at=at)
    if name == "duplicate":
        return _set(record.draft, "duplicate", text)
    if name == "messages":
        return _set(record.draft, "messages", "no" if text == "no" else "")
    if name not in edition.elements:
        raise _Unknown(name)
    return _set(record.part("answers" if name in questions else "form"), name, text)


def _tick(record: Record, edition: Edition, name: str, text: str) -> bool:
    """One mark of the clerk's checklist. Material ids have no dots."""
    _, material, mark, number = (name.split(".") + [""] * 3)[:4]
    if material not in edition.materials:
        raise _Unknown(name)
    check = record.part("checks").setdefault(material, {})
    before = json.dumps(check, sort_keys=True)
    yes = text in ("yes", "是", "on")
    if mark == "original":
        check["original"] = yes
    elif mark == "copies" and (not text or (text.isdecimal() and len(text) <= 2)):
        check["copies"] = int(text or 0)
    elif mark == "standard" and number.isdecimal() and len(number) <= 2 and int(number) < MOST_STANDARDS:
        ticks = check.setdefault("standards", [])
        ticks.extend([False] * (int(number) + 1 - len(ticks)))
        ticks[int(number)] = yes
    else:
        raise _Unknown(name)
    return before != json.dumps(check, sort_keys=True)


def promise_tick(record: Record, edition: Edition, name: str, text: str, *, by: Actor, at: datetime) -> bool:
    """That a material is to follow (容缺), or that its promise was signed before the clerk: who ticked it and when.

    Another choice of materials is another promise: it is to be signed again.
    """
    if name not in edition.materials and name != SIGNED:
        raise _Unknown(name)
    later, given = record.part("later"), text in ("yes", "是", "on")
    if given == bool(later.get(name)):
        return False
    later[name] = {"by": by.id, "name": by.name, "at": f"{clock.local(at):%Y-%m-%d %H:%M}"} if given else None
    return True


def _set(where: dict[str, Any], name: str, text: str) -> bool:
    if where.get(name, "") == text:
        return False
    where[name] = text
    return True


async def _view(record: Record, *, by: Actor, at: datetime) -> DraftView:
    edition = await current_edition(record, by=by, at=at)
    found = await standing(record, edition, at=at)
    return build_view(record, edition, found.reading, found.files, found.twins, found.lacking.all)
