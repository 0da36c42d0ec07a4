"""What pages are told about screening and correction: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban.casework.clocks import ClockView
from lianban.casework.intake.views import FileView
from lianban.rules.catalog.types import Option


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field to fill in: what kind it is, and its value as the page may show it ("" where it is masked)."""

    id: str
    label: str
    kind: str
    options: tuple[Option, ...]
    unit: str
    help: str
    example: str
    max_length: int
    value: str


@dataclass(frozen=True, slots=True)
class GapView:
    """One thing to be corrected. `key` is its id, or the subject where the system found it and nothing is kept yet.

    `kind`: material, field or other; `subject` the material or field; `shown` the value as it is now, masked for
    whoever only holds the code; `files` what was handed in for it since the notice (at the window: all).
    `refusal` says why it may not be told any more.
    """

    key: str
    id: UUID | None
    kind: str
    subject: str
    label: str
    departments: tuple[str, ...]
    items: tuple[str, ...]
    problem: str
    remedy: str
    basis: str
    status: str
    by_name: str
    at: datetime | None
    supplied_at: datetime | None
    field: FieldShape | None = None
    shown: str = ""
    files: tuple[FileView, ...] = ()
    original_seen: bool = False
    statement: str = ""
    refusal: str = ""
    reason: str = ""
    """Why the window has dropped it."""


@dataclass(frozen=True, slots=True)
class SpotLine:
    """A mistake put right on the spot: what, from what to what, why, by whom."""

    element: str
    label: str
    old: str
    new: str
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What one department said about one item."""

    id: UUID
    item: str
    item_name: str
    department: str
    department_name: str
    status: str
    by_name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RoomView:
    """A received or correcting case at the window. `round` is that of the next notice, or of the one being answered."""

    case_id: UUID
    number: str
    query_code: str
    bundle_name: str
    region_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    version: int
    received_at: datetime
    supplied_at: datetime | None
    round: int
    rounds_left: int
    clock: ClockView | None
    fifth_day: bool
    asked: tuple[Asked, ...]
    gaps: tuple[GapView, ...]
    """Reported by departments and found by the system: what would be told now."""
    untellable: tuple[GapView, ...]
    """Missing, but not to be told any more: it does not hold up the acceptance."""
    dropped: tuple[GapView, ...]
    fields: tuple[FieldShape, ...]
    """What can be put right on the spot."""
    spot: tuple[SpotLine, ...]
    duplicates: tuple[str, ...]
    papers: tuple[tuple[UUID, str, str], ...]
    """(id, title, number)."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """What the applicant was told to correct, and how far that is. `complete`: everything has been supplied."""

    case_id: UUID
    number: str
    bundle_name: str
    region: str
    status: str
    round: int
    notified_at: datetime
    answer_by: datetime | None
    provisional: bool
    gaps: tuple[GapView, ...]
    complete: bool
    online: bool
    """Whether the region lets applicants answer online."""


@dataclass(frozen=True, slots=True)
class ScreeningLine:
    """One question to a department; names are masked. `due` ends the five working days."""

    id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    item: str
    item_name: str
    applicant: str
    round: int
    status: str
    asked_at: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A material that the item asks for, with its published standards and what was handed in."""

    material: str
    name: str
    standards: tuple[str, ...]
    original_seen: bool
    note: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A field that the item asks for, and what was filled in."""

    element: str
    label: str
    section: str
    shown: str
    missing: bool


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """A received case as one department sees it for one item: its own fields and papers, and what it has said."""

    id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    item: str
    item_name: str
    department_name: str
    applicant: str
    round: int
    status: str
    open: str
    """"" while the department may still say something; otherwise the sentence why not."""
    received_at: datetime
    due: datetime | None
    locked: str
    """Why the content stays closed (a child's record)."""
    fields: tuple[Value, ...]
    papers: tuple[Paper, ...]
    gaps: tuple[GapView, ...]
    told: tuple[GapView, ...]
    """What was told in earlier rounds, with what the applicant brought."""
    suggested_basis: str
