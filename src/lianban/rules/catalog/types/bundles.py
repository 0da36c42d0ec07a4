"""Bundles, departments with their contacts, and the closed edition of a bundle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lianban.rules.catalog.types.basics import Limit, Place, RecordedException
from lianban.rules.catalog.types.facts import Element, Material
from lianban.rules.catalog.types.items import Item
from lianban.rules.conditions import ALWAYS, Condition


class Start(StrEnum):
    """When the clock of an item with predecessors starts (design: the rule stands in the catalogue)."""

    ACCEPTANCE = "acceptance"
    PREDECESSOR = "predecessor"


@dataclass(frozen=True, slots=True)
class BundleItem:
    """An item's place in a bundle: when it is needed, what must be granted first, when its clock starts."""

    item: str
    when: Condition = ALWAYS
    when_text: str = ""
    after: tuple[str, ...] = ()
    start: Start = Start.ACCEPTANCE
    start_basis: str = ""
    notice_only: bool = False
    """Only told to the applicant (e.g. 环保告知): no task, no fields, no materials."""


@dataclass(frozen=True, slots=True)
class Question:
    """A situation question (情形引导). Its id is the data element that it answers."""

    element: str
    ask: str
    help: str = ""
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Published:
    """A published before/after figure of a region: shown beside ours, never tuned to."""

    measure: str
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class Department:
    """A department as the law knows it; its contacts are kept apart. `short` is used in numbers and lists."""

    id: str
    name: str
    short: str
    review_body: str = ""
    court: str = ""
    review_online: str = ""
    """Where a review is asked for on the web (行政复议法 22): printed with the remedy."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Changeable particulars of a department or centre; not part of an edition."""

    address: str = ""
    phone: str = ""
    supervision_phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a region: its centre and, by department id, its departments."""

    region: str
    centre: Contact
    departments: dict[str, Contact]


class JointMode(StrEnum):
    """How the permission is organised (R-26); selects the 45-day limit only where it really is."""

    NONE = "none"
    UNIFIED = "unified"
    JOINT = "joint"
    CENTRALISED = "centralised"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One matter (一件事) of one region."""

    id: str
    name: str
    region: str
    region_name: str
    centre: str
    version: str
    valid_from: date
    lead: str
    joint_mode: JointMode
    commitment: Limit
    items: tuple[BundleItem, ...]
    code: str = ""
    valid_to: date | None = None
    commitment_excludes: str = ""
    questions: tuple[Question, ...] = ()
    scope: tuple[str, ...] = ()
    """Conditions of the bundle in words; outside them the matter goes item by item (D-B2-9)."""
    notes: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    exceptions: tuple[RecordedException, ...] = ()
    duplicate_keys: tuple[tuple[str, ...], ...] = ()
    """Groups of elements that identify the same subject (same newborn, same premises)."""
    subject: str = ""
    """Element whose value names the case in lists (shop name, newborn's name)."""
    infant: bool = False
    """The subject is under 14: guardian's consent, dedicated rule, approval of each access (PIPL 28, 31)."""
    joint_survey: bool = False
    region_short: str = ""
    """The region in the numbers of papers ("龙" in 龙政服受字…); by default the first character of its name."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A bundle with all it speaks of. `content_hash` pins it."""

    bundle: Bundle
    items: dict[str, Item]
    elements: dict[str, Element]
    materials: dict[str, Material]
    departments: dict[str, Department]
    content_hash: str = field(default="", compare=False)
    places: dict[str, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where each part stood, by path (`bundle.items.2.after`, `items.fire_check.materials.0.when`,
    `elements.premises_area`); empty for an edition that was rebuilt from its canonical content."""

    def place(self, path: str) -> Place:
        """The place of a part, or of the nearest part around it that is known."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, Place("", 0))
