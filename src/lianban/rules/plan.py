"""The plan of a case: which items, in which order, one merged form, one merged list of papers.

A plan is plain data made by `composer.compose`; every line knows who asked for it and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lianban.rules.catalog.types import Basis, Exemption, Limit, Necessity, Start


@dataclass(frozen=True, slots=True)
class Because:
    """The reason for a line: in words, and the elements it hangs on."""

    text: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item that is needed (`open` False) or may be, depending on what is not yet known."""

    item: str
    name: str
    department: str
    open: bool
    because: Because
    after: tuple[str, ...]
    start: Start
    committed: Limit
    statutory: Limit | None
    survey: bool
    notice_only: bool


@dataclass(frozen=True, slots=True)
class FieldAsker:
    """Item and department that use a field, with the basis."""

    item: str
    department: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class PlanField:
    """One line of the merged form. `given` tells that the value is already known (and from where)."""

    element: str
    label: str
    section: str
    required: bool
    open: bool
    because: Because
    askers: tuple[FieldAsker, ...]
    given: str = ""
    """"": to be filled in; "answer": from a situation question; "item:<id>": an item's result supplies it;
    "derived": follows from other elements; "same:<element>": this other line of the form says it."""


@dataclass(frozen=True, slots=True)
class MaterialAsker:
    """Item that asks for a paper, under which article, how strictly, and its acceptance standards."""

    item: str
    department: str
    basis: Basis | None
    necessity: Necessity
    copies: int
    standards: tuple[str, ...]
    because: Because
    open: bool


@dataclass(frozen=True, slots=True)
class PlanMaterial:
    """One line of the merged list of papers.

    `necessity` is the strictest of the askers, `copies` the most that one of them wants, `standards`
    the union. `exemption` or `from_item` say why nobody has to bring it.
    """

    material: str
    name: str
    necessity: Necessity
    open: bool
    because: Because
    askers: tuple[MaterialAsker, ...]
    copies: int
    standards: tuple[str, ...]
    exemption: Exemption | None = None
    exemption_note: str = ""
    from_item: str = ""

    @property
    def to_bring(self) -> bool:
        """Whether the applicant hands this in (required, optional or later) at the window."""
        return self.exemption is None and not self.from_item and self.necessity is not Necessity.ON_SITE


@dataclass(frozen=True, slots=True)
class Waived:
    """A paper that an item of the plan asks for in other situations but not in this one."""

    material: str
    name: str
    item: str
    because: Because


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """An item of the bundle that this situation does not need."""

    item: str
    name: str
    because: Because


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question not answered yet and what hangs on it ("如……则需……")."""

    element: str
    ask: str
    branches: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(option id, option label, sentences of what it brings)."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One of the four reductions, computed: papers, fields, trips, days."""

    measure: str
    before: int
    after: int
    unit: str
    lines: tuple[str, ...]
    """How each figure comes about, in words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a situation needs. Frozen at acceptance."""

    edition: str
    items: tuple[PlanItem, ...]
    fields: tuple[PlanField, ...]
    materials: tuple[PlanMaterial, ...]
    open: tuple[OpenPoint, ...]
    counters: tuple[Counter, ...]
    critical_path: tuple[str, ...]
    """Item ids along the longest chain of commitments."""
    waived: tuple[Waived, ...] = ()
    not_needed: tuple[NotNeeded, ...] = ()


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-able data; `plan_from_dict` makes the same plan of it."""
    return dict(msgspec.json.decode(msgspec.json.encode(plan)))


def plan_from_dict(data: Mapping[str, Any]) -> Plan:
    """The plan that `plan_to_dict` wrote; raises msgspec.ValidationError on anything else."""
    return msgspec.convert(dict(data), Plan)
