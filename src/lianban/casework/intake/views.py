"""What pages are told about a draft: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban.casework.intake.duplicates import Duplicate
from lianban.rules.catalog.types import Option
from lianban.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """What a field says when it is left: its canonical value, how it reads, and why it cannot be taken."""

    value: str
    shown: str
    problem: str
    warning: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field or question. `source`: "" empty, form, answer, derived, same:<element> or item:<id>; `source_text` in
    words. `asked` tells that it is filled in here; otherwise it only shows where its value comes from.

    `value` is the canonical value, or what was typed where that cannot be taken (then `problem` says why).
    """

    element: str
    label: str
    kind: str
    options: tuple[Option, ...]
    unit: str
    help: str
    example: str
    max_length: int
    sensitive: bool
    required: bool
    open: bool
    because: str
    departments: tuple[str, ...]
    value: str
    shown: str
    source: str
    source_text: str
    asked: bool = True
    problem: str = ""
    warning: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of the form."""

    name: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """One scan."""

    id: UUID
    material: str
    name: str
    media_type: str
    size: int
    pages: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standard:
    """One acceptance standard of a material and whether the clerk has ticked it."""

    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class MaterialView:
    """One material of the merged list with its scans and the clerk's checklist.

    `required` tells that acceptance needs it; `waived` why nobody has to bring it.
    """

    material: str
    name: str
    necessity: str
    required: bool
    to_bring: bool
    open: bool
    because: str
    waived: str
    askers: tuple[str, ...]
    copies: int
    standards: tuple[Standard, ...]
    original_seen: bool
    copies_received: int
    files: tuple[FileView, ...]
    problem: str = ""
    may_follow: bool = False
    follows: bool = False
    """容缺: it may follow after acceptance, and the applicant says that it will."""
    follow_problem: str = ""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The written promise that papers will follow (申请容缺受理承诺书)."""

    materials: tuple[str, ...]
    signed: bool
    files: tuple[FileView, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class PartyFieldView:
    """One field of a party; its form name is `party.<role>.<field>`."""

    name: str
    label: str
    value: str
    choices: tuple[Option, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party of the draft, with the fields that the form does not ask already."""

    role: str
    label: str
    fields: tuple[PartyFieldView, ...]


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A notice or consent; its form name is `consent.<id>`."""

    id: str
    text: str
    given: bool
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft, whole. `problems` maps form names to sentences; acceptance is possible when it is empty."""

    case_id: UUID
    region: str
    region_name: str
    bundle: str
    bundle_name: str
    edition: str
    version: int
    saved_by: str
    saved_at: str
    moved: str
    infant: bool
    questions: tuple[FieldView, ...]
    sections: tuple[SectionView, ...]
    derived: tuple[FieldView, ...]
    materials: tuple[MaterialView, ...]
    parties: tuple[PartyView, ...]
    consents: tuple[ConsentView, ...]
    duplicates: tuple[Duplicate, ...]
    duplicate_reason: str
    plan: Plan
    problems: dict[str, str]
    promise: PromiseView
    few_messages: bool = False
    """The applicant wants only the messages that are necessary."""
