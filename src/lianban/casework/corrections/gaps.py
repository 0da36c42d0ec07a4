"""Gaps as they are kept and as they read: whose they are, what they are about, what the system finds itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.corrections.views import FieldShape, GapView
from lianban.casework.intake.record import Record
from lianban.casework.intake.standing import Standing
from lianban.casework.intake.told import lacking
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import masks, parties, values
from lianban.rules.catalog.types import Basis, Edition, Element, Option
from lianban.rules.corrections import Told, subject_of
from lianban.rules.parties import FIELDS, ROLES
from lianban.rules.plan import FieldAsker, MaterialAsker

_GAPS = "SELECT * FROM gaps WHERE case_id = $1 ORDER BY round, at, id"


async def rows(case_id: UUID) -> list[Mapping[str, Any]]:
    """All gaps of a case, in order."""
    return list(await connection().fetch(_GAPS, case_id))


def askers(found: Standing, kind: str, name: str) -> Sequence[FieldAsker | MaterialAsker]:
    """Who asks for this field or material as things stand."""
    plan = found.reading.plan
    if kind == "field":
        return next((f.askers for f in plan.fields if f.element == name), ())
    return next((m.askers for m in plan.materials if m.material == name), ())


def items_touched(found: Standing, gaps: Iterable[Mapping[str, Any]]) -> set[str]:
    """The items that have to look again when these gaps were supplied: those that ask for it, and who reported it."""
    touched = set()
    for gap in gaps:
        touched |= {a.item for a in askers(found, gap["subject_kind"], gap["subject"])} | {gap["item"]}
    return touched - {""}


def view(
    row: Mapping[str, Any], found: Standing, record: Record, *, masked: bool = False, since: datetime | None = None
) -> GapView:
    """A gap as a page shows it; `since` limits the files to those handed in after that instant."""
    kind, name, edition = row["subject_kind"], row["subject"], found.edition
    asking = askers(found, kind, name)
    items = (row["item"],) if row["item"] else tuple(dict.fromkeys(a.item for a in asking))
    departments = (row["department"],) if row["department"] else tuple(dict.fromkeys(a.department for a in asking))
    files = tuple(f for f in found.files if kind == "material" and f.material == name and (not since or f.at >= since))
    raw = value_of(found, record, name) if kind == "field" else ""
    shown = ""
    if raw and kind == "field":
        hidden = masks.mask_value(element_of(found.edition, name), raw) if masked else raw
        shown = read(found.edition, name, raw) if hidden == raw else hidden
    return GapView(
        key=str(row["id"] or subject_of(kind, name)),
        id=row["id"],
        kind=kind,
        subject=name,
        label=label(found.edition, kind, name),
        departments=tuple(edition.departments[d].name for d in departments) or (edition.bundle.centre,),
        items=tuple(edition.items[i].name for i in items),
        problem=row["problem"],
        remedy=row["remedy"],
        basis=row["basis"],
        status=row["status"],
        by_name=row["by_name"],
        at=local(row["at"]) if row["at"] else None,
        supplied_at=local(row["supplied_at"]) if row["supplied_at"] else None,
        field=shape(found, name, "" if masked else raw) if kind == "field" else None,
        shown=shown,
        files=files,
        original_seen=bool(record.part("checks").get(name, {}).get("original")) if kind == "material" else False,
        statement=record.draft.get("statements", {}).get(str(row["id"]), "") if row["id"] else "",
        reason=record.draft.get("dropped", {}).get(str(row["id"]), {}).get("reason", "") if row["id"] else "",
    )


def system_rows(found: Standing, told: Told, *, but: Iterable[str] = ()) -> list[dict[str, Any]]:
    """What the system itself finds missing and nobody has reported (系统核对), each like a row of the table."""
    missing = told.tellable(lacking(found))
    return [_system_row(found, subject) for subject in missing if subject not in set(but)]


def untellable_rows(found: Standing, told: Told) -> list[tuple[dict[str, Any], str]]:
    """What is missing but may not be told any more, with the reason."""
    return [(_system_row(found, s), why) for s in lacking(found) if (why := told.why_not(s))]


def _system_row(found: Standing, subject: str) -> dict[str, Any]:
    kind, _, name = subject.partition(".")
    problem, remedy = (_paper if kind == "material" else _field)(found, name)
    return {
        "id": None,
        "item": "",
        "department": "",
        "subject_kind": kind,
        "subject": name,
        "problem": problem,
        "remedy": remedy,
        "basis": basis_of(found, kind, name),
        "status": "reported",
        "by_id": "system",
        "by_name": "系统核对",
        "at": None,
        "supplied_at": None,
    }


def _paper(found: Standing, name: str) -> tuple[str, str]:
    line = next(m for m in found.reading.plan.materials if m.material == name)
    copies = f"和复印件 {line.copies} 份" if line.copies else ""
    standards = f"；受理标准：{'；'.join(line.standards)}" if line.standards else ""
    return f"没有提交“{line.name}”。", f"请提交原件（核验后退还）{copies}，或者清晰的扫描件{standards}。"


def _field(found: Standing, name: str) -> tuple[str, str]:
    said = label(found.edition, "field", name)
    wrong = found.reading.problems.get(name) or found.lacking.parties.get(name, "")
    if name in found.reading.problems:
        return f"“{said}”填写的内容不能使用：{wrong}", f"请改正“{said}”。"
    return wrong or f"“{said}”没有填写。", f"请填写“{said}”。"


def basis_of(found: Standing, kind: str, name: str) -> str:
    """On what the request for a field or material rests, in words."""
    given = [a.basis for a in askers(found, kind, name) if a.basis]
    if not given:
        given = [b for a in askers(found, kind, name) for b in found.edition.items[a.item].basis[:1]]
    return "；".join(dict.fromkeys(basis_text(b) for b in given))


def basis_text(basis: Basis) -> str:
    """A basis in words."""
    return f"{basis.document}{basis.article}"


def label(edition: Edition, kind: str, name: str) -> str:
    """What the subject is called."""
    if kind == "material":
        return edition.materials[name].name if name in edition.materials else name
    if kind == "other":
        return "其他"
    if name.startswith("party."):
        _, role, field = name.split(".")
        return f"{ROLES[role]}的{FIELDS[field].label}"
    ask = next((q.ask for q in edition.bundle.questions if q.element == name), "")
    return ask or element_of(edition, name).label


def element_of(edition: Edition, name: str) -> Element:
    """The element of a field, of a party too."""
    if name.startswith("party."):
        return FIELDS[name.split(".")[2]]
    return edition.elements[name]


def value_of(found: Standing, record: Record, name: str) -> str:
    """What stands in a field now: its canonical value, or as it was typed."""
    if name.startswith("party."):
        _, role, field = name.split(".")
        return str(record.part("parties").get(role, {}).get(field, ""))
    return found.reading.facts.get(name) or found.reading.typed.get(name) or record.typed.get(name, "")


def read(edition: Edition, name: str, value: str) -> str:
    """A value as people read it; what was typed and is none stays as it was typed."""
    try:
        return values.display(element_of(edition, name), value)
    except ValueError:
        return value


def shape(found: Standing, name: str, value: str) -> FieldShape:
    """The field as it is filled in."""
    element = element_of(found.edition, name)
    options = element.options
    kind = element.kind.value
    if name.startswith("party.") and (choices := parties.CHOICES.get(name.split(".")[2])):
        options, kind = tuple(Option(id, text) for id, text in choices.items()), "choice"
    return FieldShape(
        id=name,
        label=label(found.edition, "field", name),
        kind=kind,
        options=options,
        unit=element.unit,
        help=element.help,
        example=element.example,
        max_length=element.max_length,
        value=value,
    )


async def refresh_plan(record: Record, found: Standing, plan: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what the answers now ask for, and the names that lists show."""
    await connection().execute(
        "UPDATE cases SET plan = $2::jsonb, applicant = $3, subject = $4, draft = $5::jsonb, draft_version = $6,"
        " updated_at = $7 WHERE id = $1",
        record.id,
        json.dumps(plan, ensure_ascii=False),
        found.applicant,
        found.subject,
        json.dumps(record.draft, ensure_ascii=False),
        record.version,
        at,
    )
