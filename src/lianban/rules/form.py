"""The merged form: what was typed, read as facts, and what is still missing.

Answers to questions and form fields are one set of facts. A value that follows from others goes before an answer
that says otherwise, and is told; a value that no item of the plan uses any more is left out of the facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lianban.errors import Invalid
from lianban.rules import composer, values
from lianban.rules.catalog.types import Edition, Element, ValueKind
from lianban.rules.conditions import Facts, holds
from lianban.rules.plan import Plan, PlanField
from lianban.rules.prompts import prompts


@dataclass(frozen=True, slots=True)
class Reading:
    """What the typed values mean on one day.

    `facts` are canonical and include derived ones; `typed` are the canonical values as typed, before anything is
    derived or left out; `same` maps a field left empty to the one it was taken from; `problems`, `warnings` and
    `overridden` are sentences by element.
    """

    plan: Plan
    facts: dict[str, str]
    typed: dict[str, str]
    derived: frozenset[str]
    same: dict[str, str]
    problems: dict[str, str]
    warnings: dict[str, str]
    overridden: dict[str, str]


def read(edition: Edition, typed: Mapping[str, str], on: date) -> Reading:
    """Read what was typed (element to text; elements that the edition does not know are passed over)."""
    known: dict[str, str] = {}
    problems: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for id, text in typed.items():
        if (element := edition.elements.get(id)) is None:
            continue
        try:
            value = values.clean(element, text, on)
        except Invalid as refusal:
            problems[id] = refusal.sentence
            continue
        if value:
            known[id] = value
            if sentence := values.warning(element, value):
                warnings[id] = sentence
    same = _same(edition, known, problems)
    known |= {mine: known[theirs] for mine, theirs in same.items()}
    facts, plan = _applying(edition, known)
    warnings |= prompts(edition.elements, facts, on)
    derived = frozenset(id for id in facts if _follows(edition.elements[id], facts))
    return Reading(plan, facts, known, derived, same, problems, warnings, _overridden(edition, known, facts))


def _same(edition: Edition, known: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, str]:
    """Fields left empty that another field says, by `Element.same_as` read backwards, each with that field.

    Forwards the composer does it: the mother who applies is the applicant. Whoever typed the mother first does not
    type the applicant again.
    """
    facts = composer.derive(edition, known)
    found: dict[str, str] = {}
    for id, element in edition.elements.items():
        for same in element.same_as:
            if id in known and same.element not in {**known, **problems} and holds(same.when, facts):
                found.setdefault(same.element, id)
    return found


def _applying(edition: Edition, known: Mapping[str, str]) -> tuple[dict[str, str], Plan]:
    """The facts of those values that anybody asks for, and their plan. What is left out may leave out more."""
    while True:
        facts = dict(composer.derive(edition, known))
        plan = composer.compose(edition, facts)
        used = _used(edition, plan, facts)
        kept = {id: value for id, value in known.items() if id in used}
        if len(kept) == len(known):
            return facts, plan
        known = kept


def _used(edition: Edition, plan: Plan, facts: Facts) -> set[str]:
    # What an item's result supplies is never taken from the form, even if a client sends it.
    used = {f.element for f in plan.fields if not f.given.startswith("item:")}
    used |= {q.element for q in edition.bundle.questions if holds(q.when, facts) is not False}
    for id in facts:
        element = edition.elements[id]
        if element.derived:
            used |= {id, *element.derived.sources}
    return used


def _follows(element: Element, facts: Facts) -> bool:
    if element.derived is not None and all(source in facts for source in element.derived.sources):
        return True
    return any(holds(same.when, facts) and same.element in facts for same in element.same_as)


def origin(edition: Edition, id: str, facts: Facts) -> str:
    """In words, what a derived value follows from: 根据填写的“母亲民族”、“父亲民族”; 与“申请人姓名”相同."""
    element = edition.elements[id]
    for same in element.same_as:
        if same.element in facts and holds(same.when, facts):
            return f"与“{edition.elements[same.element].label}”相同"
    sources = element.derived.sources if element.derived else ()
    return "根据填写的" + "、".join(f"“{edition.elements[s].label}”" for s in sources)


def _overridden(edition: Edition, known: Mapping[str, str], facts: Facts) -> dict[str, str]:
    told: dict[str, str] = {}
    for id, value in known.items():
        element = edition.elements[id]
        if id in facts and facts[id] != value:
            told[id] = (
                f"{origin(edition, id, facts)}，“{element.label}”应为“{values.display(element, facts[id])}”，"
                f"与另外填写的“{values.display(element, value)}”不同，已按前者办理；如有误，请改正。"
            )
    return told


def missing(edition: Edition, reading: Reading) -> dict[str, str]:
    """Why the form is not complete: a sentence for each field to fill in or correct and each question to answer."""
    lacking: dict[str, str] = {}
    answered = answered_by_form(edition, reading)
    for point in reading.plan.open:
        if point.element not in answered:
            lacking[point.element] = f"请回答：{point.ask}"
    for field in reading.plan.fields:
        if awaits_value(field) and field.required and not field.open and field.element not in reading.facts:
            lacking[field.element] = _ask(edition.elements[field.element])
    asked = {f.element for f in reading.plan.fields} | {q.element for q in edition.bundle.questions}
    return lacking | {id: sentence for id, sentence in reading.problems.items() if id in asked}


def answered_by_form(edition: Edition, reading: Reading) -> frozenset[str]:
    """Questions that need no answer at the window: it follows from fields that the form asks for anyway."""
    asked = {f.element for f in reading.plan.fields if awaits_value(f) and f.required and not f.open}
    rules = {q.element: edition.elements[q.element].derived for q in edition.bundle.questions}
    return frozenset(id for id, rule in rules.items() if rule is not None and asked.issuperset(rule.sources))


def awaits_value(field: PlanField) -> bool:
    """Whether the window fills this field in; the others follow from fields or come from an item's result."""
    return field.given in ("", "answer")


def _ask(element: Element) -> str:
    verb = "选择" if element.kind in (ValueKind.CHOICE, ValueKind.YES_NO) else "填写"
    return f"请{verb}“{element.label}”。"
