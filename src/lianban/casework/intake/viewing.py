"""The draft as the page shows it: sections of fields, materials, parties, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianban.casework.intake.completeness import SIGNED, SIGNED_SCAN, needed
from lianban.casework.intake.duplicates import Duplicate
from lianban.casework.intake.record import Record
from lianban.casework.intake.views import (
    ConsentView,
    DraftView,
    FieldView,
    FileView,
    MaterialView,
    PartyFieldView,
    PartyView,
    PromiseView,
    SectionView,
    Standard,
)
from lianban.rules import composer, form, parties, values
from lianban.rules.catalog.types import Edition, Element, Necessity, Option
from lianban.rules.form import Reading
from lianban.rules.plan import PlanField, PlanMaterial

NECESSITIES = {
    Necessity.REQUIRED: "必要",
    Necessity.OPTIONAL: "非必要",
    Necessity.LATER: "容缺后补",
    Necessity.ON_SITE: "现场核验时出示",
}


def build_view(
    record: Record,
    edition: Edition,
    reading: Reading,
    files: Sequence[FileView],
    duplicates: tuple[Duplicate, ...],
    problems: dict[str, str],
) -> DraftView:
    """The view of a draft. `problems` is what acceptance would refuse it for."""
    saved, typed = record.part("saved"), record.typed
    names = {d.id: d.short or d.name for d in edition.departments.values()}
    fields = [_field(f, edition, reading, typed, names) for f in reading.plan.fields]
    sections: dict[str, list[FieldView]] = {}
    for line, view in zip(reading.plan.fields, fields, strict=True):
        sections.setdefault(line.section, []).append(view)
    return DraftView(
        case_id=record.id,
        region=record.region,
        region_name=edition.bundle.region_name,
        bundle=record.bundle,
        bundle_name=edition.bundle.name,
        edition=record.edition,
        version=record.version,
        saved_by=saved.get("name", ""),
        saved_at=saved.get("at", ""),
        moved=record.draft.get("moved", ""),
        infant=edition.bundle.infant,
        questions=tuple(_questions(edition, reading, typed)),
        sections=tuple(SectionView(name, tuple(part)) for name, part in sections.items()),
        derived=tuple(
            _value_view(edition.elements[id], reading, typed, source_text=form.origin(edition, id, reading.facts))
            for id in sorted(reading.derived)
            if edition.elements[id].derived
        ),
        materials=tuple(_material(m, edition, record, files, problems) for m in reading.plan.materials),
        parties=tuple(_parties(record.part("parties"), edition, reading, problems)),
        consents=tuple(_consents(record.part("consents"), infant=edition.bundle.infant)),
        duplicates=duplicates,
        duplicate_reason=record.draft.get("duplicate", ""),
        plan=reading.plan,
        problems=problems,
        promise=_promise(record, reading, files, problems),
        few_messages=record.draft.get("messages") == "no",
    )


def _promise(record: Record, reading: Reading, files: Sequence[FileView], problems: Mapping[str, str]) -> PromiseView:
    later = record.part("later")
    return PromiseView(
        materials=tuple(m.name for m in reading.plan.materials if later.get(m.material)),
        signed=bool(later.get(SIGNED)),
        files=tuple(f for f in files if f.material == SIGNED_SCAN),
        problem=problems.get(f"later.{SIGNED}", ""),
    )


def _questions(edition: Edition, reading: Reading, typed: Mapping[str, str]) -> list[FieldView]:
    """The questions that arise and are answered, or on which something still hangs and no field decides."""
    unasked = form.answered_by_form(edition, reading) - reading.typed.keys()
    waiting = {point.element for point in reading.plan.open}
    return [
        _value_view(
            edition.elements[question.element],
            reading,
            typed,
            label=question.ask,
            help=question.help,
            open=question.element not in waiting and question.element not in reading.facts,
        )
        for question in composer.relevant_questions(edition, reading.facts, reading.plan)
        if question.element not in unasked
    ]


def _field(
    line: PlanField, edition: Edition, reading: Reading, typed: Mapping[str, str], names: Mapping[str, str]
) -> FieldView:
    element, source, source_text = edition.elements[line.element], "", ""
    if line.given.startswith("item:"):
        source = line.given
        source_text = f"由“{edition.items[line.given.removeprefix('item:')].name}”办成后自动填入，不用填写"
    elif line.given.startswith("same:"):
        source = line.given
        source_text = f"与“{edition.elements[line.given.removeprefix('same:')].label}”相同"
    elif line.element in reading.derived or line.given == "derived":
        source, source_text = "derived", form.origin(edition, line.element, reading.facts)
    elif line.element in reading.same:
        source, source_text = "form", f"与“{edition.elements[reading.same[line.element]].label}”相同"
    elif line.given == "answer":
        source, source_text = "answer", "由情形问题的回答填入"
    return _value_view(
        element,
        reading,
        typed,
        required=line.required,
        open=line.open,
        because=line.because.text,
        departments=tuple(dict.fromkeys(names.get(a.department, a.department) for a in line.askers)),
        source=source,
        source_text=source_text,
        asked=form.awaits_value(line),
    )


def _value_view(
    element: Element,
    reading: Reading,
    typed: Mapping[str, str],
    *,
    label: str = "",
    help: str = "",
    required: bool = True,
    open: bool = False,
    because: str = "",
    departments: tuple[str, ...] = (),
    source: str = "",
    source_text: str = "",
    asked: bool = True,
) -> FieldView:
    id = element.id
    value = reading.facts.get(id) or reading.typed.get(id) or typed.get(id, "")
    if not source and value:
        source = "derived" if id in reading.derived else "form"
    return FieldView(
        element=id,
        label=label or element.label,
        kind=element.kind.value,
        options=element.options,
        unit=element.unit,
        help=help or element.help,
        example=element.example,
        max_length=element.max_length,
        sensitive=element.sensitive,
        required=required,
        open=open,
        because=because,
        departments=departments,
        value=value,
        shown="" if id in reading.problems else values.display(element, value),
        source=source,
        source_text=source_text,
        asked=asked,
        problem=reading.problems.get(id, ""),
        warning=reading.warnings.get(id, ""),
        note=reading.overridden.get(id, ""),
    )


def _material(
    line: PlanMaterial,
    edition: Edition,
    record: Record,
    files: Sequence[FileView],
    problems: Mapping[str, str],
) -> MaterialView:
    check = record.part("checks").get(line.material, {})
    ticks = list(check.get("standards", ())) + [False] * len(line.standards)
    waived = line.exemption_note
    if line.from_item:
        waived = f"由“{edition.items[line.from_item].name}”办成后直接调用，不用提交"
    return MaterialView(
        material=line.material,
        name=line.name,
        necessity=NECESSITIES[line.necessity],
        required=needed(line),
        to_bring=line.to_bring,
        open=line.open,
        because=line.because.text,
        waived=waived if not line.to_bring else "",
        askers=tuple(_asker(a.item, edition, a.basis) for a in line.askers),
        copies=line.copies,
        standards=tuple(Standard(text, bool(tick)) for text, tick in zip(line.standards, ticks, strict=False)),
        original_seen=bool(check.get("original")),
        copies_received=int(check.get("copies", 0)),
        files=tuple(f for f in files if f.material == line.material),
        problem=problems.get(f"material.{line.material}", ""),
        may_follow=line.to_bring and line.necessity is Necessity.LATER,
        follows=bool(record.part("later").get(line.material)),
        follow_problem=problems.get(f"later.{line.material}", ""),
    )


def _asker(item: str, edition: Edition, basis: Any) -> str:
    name = edition.items[item].name
    return f"{name}（{basis.document}{basis.article}）" if basis else name


def _parties(
    given: Mapping[str, Any], edition: Edition, reading: Reading, problems: Mapping[str, str]
) -> list[PartyView]:
    """The parties without what the form above asks already."""
    elsewhere = parties.on_form(edition, reading.plan)
    shown = []
    for role, label in parties.ROLES.items():
        if role == "guardian" and not edition.bundle.infant:
            continue
        fields = []
        for field in parties.OF_ROLE[role]:
            if role == "applicant" and field in elsewhere:
                continue
            name = f"party.{role}.{field}"
            choices = tuple(Option(id, text) for id, text in parties.CHOICES.get(field, {}).items())
            value = str(given.get(role, {}).get(field, ""))
            fields.append(PartyFieldView(name, parties.FIELDS[field].label, value, choices, problems.get(name, "")))
        shown.append(PartyView(role, label, tuple(fields)))
    return shown


def _consents(given: Mapping[str, Any], *, infant: bool) -> list[ConsentView]:
    shown = []
    for id, text in parties.CONSENTS.items():
        if id == "guardian" and not infant:
            continue
        mark = given.get(id) or {}
        shown.append(ConsentView(id, text, bool(mark), mark.get("name", ""), mark.get("at", "")))
    return shown
