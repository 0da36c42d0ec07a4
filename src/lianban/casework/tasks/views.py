"""What a page about a task is told: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework.clocks import ClockView
from lianban.casework.promises.afterwards import Broken, Verification
from lianban.casework.promises.tolerance import Tolerated
from lianban.rules.catalog.types import Option


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field that this department's items use. `value` is as people read it, "" when not known (yet)."""

    element: str
    label: str
    section: str
    value: str
    raw: str
    source: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One scan; opened with `materials.open`."""

    id: UUID
    name: str
    media_type: str
    pages: int


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One paper that this department's items ask for, with its acceptance standards and scans."""

    material: str
    name: str
    standards: tuple[str, ...]
    note: str
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result of an item; its scan, if there is one, is opened with `open_result`."""

    id: UUID
    item: str
    item_name: str
    name: str
    number: str
    issued_on: date
    valid_until: date | None
    file_name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One recorded on-site check."""

    surveyed_on: date
    surveyors: tuple[str, ...]
    conclusion: str
    conclusion_name: str
    findings: str
    certificates: tuple[str, ...] = ()
    desk: bool = False
    rectify_by: date | None = None
    limit: str = ""
    """The committed limit as the surveyors have set it, in words; "" where they left it."""
    limit_reason: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """A data element that the result brings forth; `awaited` by other items of the case."""

    element: str
    label: str
    kind: str
    options: tuple[Option, ...]
    awaited: bool
    example: str


@dataclass(frozen=True, slots=True)
class Predecessor:
    """An item that comes first, and how it stands."""

    item: str
    name: str
    status_name: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task, whole.

    `locked` says why a child's data are not shown: values, files, parties and what was decided are then empty.
    `buttons` maps each event open to the actor's role to the reasons against it; none means it can be pressed.
    """

    task_id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    region_name: str
    item: str
    item_name: str
    department_name: str
    status: str
    status_name: str
    version: int
    locked: str
    buttons: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    claimed_by: str
    claimed_by_name: str
    mine: bool
    accepted_at: datetime | None
    dispatched_at: datetime | None
    clocks: tuple[ClockView, ...]
    tolerated: tuple[Tolerated, ...]
    """Papers of this item that were allowed to follow, whatever became of them (容缺)."""
    promise: str
    """That the item is granted on a promise (告知承诺), and by what; "" when it is not."""
    broken: tuple[Broken, ...]
    verification: Verification | None
    """The later check of the promise, once granted."""
    after: tuple[Predecessor, ...]
    applicant: str
    agent: str
    fields: tuple[FieldLine, ...]
    materials: tuple[MaterialLine, ...]
    earlier_results: tuple[ResultLine, ...]
    conditions: tuple[str, ...]
    basis: tuple[str, ...]
    needs_survey: bool
    surveys: tuple[SurveyLine, ...]
    recheck_by: date | None
    """Until when what the last survey found is to be put right; None when nothing waits to be looked at again."""
    result_name: str
    result_validity: str
    supplies: tuple[Supply, ...]
    results: tuple[ResultLine, ...]
    opinion: str
    deficient: str
    """What the opinion of a grant lacks (F1); "" when nothing, or when nothing was granted."""
    reason: str
    legal_basis: str
    remedy: str
    refusal: str
    """What a refusal of this item is called: 不予许可, or 不予办理 where no permission is asked for."""
    decision: str
    """The title of the written decision that a grant of this item comes with; "" where the result says all."""
    suggested_scope: str
    suggested_basis: str
    suggested_remedy: str
    decided_at: datetime | None
    decided_by_name: str
