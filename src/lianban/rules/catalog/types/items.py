"""Service items: what they need, what is looked at on the spot, what they end in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lianban.rules.catalog.types.basics import Basis, Limit, RecordedException
from lianban.rules.conditions import ALWAYS, Condition


class Necessity(StrEnum):
    """How strictly an item wants a paper."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    LATER = "later"
    """容缺后补: may follow after acceptance."""
    ON_SITE = "on_site"
    """Shown at the on-site check, not handed in at the window."""


@dataclass(frozen=True, slots=True)
class FieldUse:
    """An item needs this data element, always or in some situations."""

    element: str
    required: bool = True
    when: Condition = ALWAYS
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """An item asks for this material; `when_text` is the condition in words for the sheet."""

    material: str
    necessity: Necessity = Necessity.REQUIRED
    when: Condition = ALWAYS
    when_text: str = ""
    basis: Basis | None = None
    copies: int = 0
    standards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What an item ends in. `elements` and `materials` are what it supplies to other items."""

    name: str
    elements: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    validity: str = ""


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """A published special procedure (R-45); `stops` names the clock it may stop."""

    name: str
    days: Limit | None
    stops: str
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """告知承诺: an item that is granted on a signed commitment and checked afterwards (国办发〔2020〕42号).

    `material` is the signed commitment; `content` is what the applicant promises, `liability` what follows when it is
    false; `verify` is the time of the later check (without one the region's policy has it), `not_for` who may not
    use it.
    """

    material: str
    basis: Basis
    content: tuple[str, ...]
    liability: str
    verify: Limit | None = None
    not_for: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the acceptance standard that surveyors look at on the spot (现场核查要点)."""

    text: str
    basis: Basis | None = None
    proposed: bool = False
    """拟定: worded by us, because no standard was published word for word."""


@dataclass(frozen=True, slots=True)
class Item:
    """A service item (事项)."""

    id: str
    name: str
    department: str
    kind: str
    basis: tuple[Basis, ...]
    committed: Limit
    result: Result
    code: str = ""
    statutory: Limit | None = None
    statutory_basis: Basis | None = None
    extension: Limit | None = None
    """How much longer the statutory limit may become once, where a special law says so (行政许可法 42)."""
    extension_basis: Basis | None = None
    committed_note: str = ""
    conditions: tuple[str, ...] = ()
    complex: bool = True
    fee: str = "不收费"
    survey: Condition | None = None
    checks: tuple[Check, ...] = ()
    after_survey: tuple[Limit, Limit] | None = None
    """Between which limits the surveyors set the committed one, where the region has published such a range."""
    special: tuple[SpecialProcedure, ...] = ()
    fields: tuple[FieldUse, ...] = ()
    materials: tuple[MaterialUse, ...] = ()
    remedy: str = ""
    exceptions: tuple[RecordedException, ...] = ()
    source: str = ""
    proposed: bool = False
    """拟定: drafted by us because the source names only a count."""
    promise: Promise | None = None
