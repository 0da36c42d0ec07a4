"""What pages are told about a case: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework.clocks import ClockView
from lianban.casework.corrections import SpotLine
from lianban.casework.firstasked import LinkView
from lianban.casework.notices import PaperView
from lianban.casework.promises.tolerance import Tolerated
from lianban.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class ResultView:
    """What a granted item ended in."""

    id: UUID
    name: str
    number: str
    issued_on: date
    valid_until: date | None
    file_name: str
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item on the path of the case."""

    task_id: UUID
    item: str
    name: str
    department: str
    department_name: str
    status: str
    status_name: str
    after: tuple[str, ...]
    needs_survey: bool
    due_at: datetime | None
    clocks: tuple[ClockView, ...]
    claimed_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    opinion: str
    reason: str
    legal_basis: str
    remedy: str
    results: tuple[ResultView, ...]
    promise: str = ""
    """That it is granted on a promise (告知承诺), and by what; "" when it is not."""
    verification: str = ""
    """How the later check stands, in words."""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class FactView:
    """One field with its value as people read it, where the value came from, and whom it feeds."""

    element: str
    label: str
    value: str
    source: str
    departments: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of the form."""

    name: str
    fields: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of a material; opened with `materials.open`."""

    id: UUID
    name: str
    media_type: str
    pages: int
    size: int


@dataclass(frozen=True, slots=True)
class PaperIn:
    """One material of the frozen list. `waived` says why nobody had to bring it."""

    material: str
    name: str
    to_bring: bool
    waived: str
    askers: tuple[str, ...]
    original_seen: bool
    copies_received: int
    files: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class PartyIn:
    """Somebody who takes part."""

    role_name: str
    name: str
    id_kind_name: str
    id_number: str
    phone: str
    relation: str
    mandate: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the journal in words."""

    at: datetime
    event: str
    words: str
    by_name: str
    item: str
    seq: int
    for_name: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that was not accepted (不予受理), and why."""

    name: str
    department_name: str
    ground: str
    reason: str
    competent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case, whole, as far as the reader may see it. `buttons` as in `lifecycles.buttons`."""

    case_id: UUID
    number: str
    query_code: str
    region: str
    region_name: str
    bundle: str
    bundle_name: str
    edition_version: str
    status: str
    status_name: str
    outcome: str
    applicant: str
    subject: str
    window_name: str
    opened_by_name: str
    opened_at: datetime
    received_at: datetime | None
    supplied_at: datetime | None
    accepted_at: datetime | None
    deemed: bool
    """Accepted by law: nothing was told in five working days."""
    decided_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    ended_reason: str
    tolerated: tuple[Tolerated, ...]
    """Papers that were allowed to follow (容缺)."""
    clock: ClockView | None
    buttons: dict[str, list[str]]
    items: tuple[ItemView, ...]
    parties: tuple[PartyIn, ...]
    sections: tuple[FormSection, ...]
    materials: tuple[PaperIn, ...]
    papers: tuple[PaperView, ...]
    clocks: tuple[ClockView, ...]
    journal: tuple[LogLine, ...]
    chain: tuple[LinkView, ...]
    left_out: tuple[LeftOut, ...]
    spot: tuple[SpotLine, ...]
    plan: Plan
