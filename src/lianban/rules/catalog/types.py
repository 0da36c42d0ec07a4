"""What a catalogue edition is made of.

One `Edition` is closed: it holds the bundle, its items, and every department, data element and
material they speak of, so that a case can pin it by the hash of its canonical content. Phones,
addresses and office hours are not part of it; they live in `Contacts` and may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lianban.rules.conditions import ALWAYS, Condition


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and a line counted from 1 (0: the file as a whole)."""

    file: str
    line: int


class Unit(StrEnum):
    """How a limit is counted (domain A3, R-T8)."""

    WORKING_DAYS = "wd"
    OFFICE_HOURS = "wh"
    HOURS = "h"
    NATURAL_DAYS = "d"
    MONTHS = "m"
    ON_THE_SPOT = "0"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit; on the spot has amount 0."""

    amount: int
    unit: Unit


class ValueKind(StrEnum):
    """The type of a data element. YES_NO and CHOICE are finite and may stand in conditions."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    ID_CARD = "id_card"
    USCC = "uscc"
    PHONE = "phone"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    BANK_ACCOUNT = "bank_account"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Option:
    """One value a finite element can take."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """A finite element that follows from others and is therefore never asked on the form.

    `same`: yes when the two source elements are equal, else no.
    `band`: the option whose half-open interval holds the number; `thresholds` ascend and cut
    the options in their order (n thresholds, n + 1 options).
    """

    rule: str
    sources: tuple[str, ...]
    thresholds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SameAs:
    """Another element whose value an element has in some situations."""

    element: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Element:
    """A data element (字段): one fact about a case, asked once whoever needs it."""

    id: str
    label: str
    kind: ValueKind
    section: str
    options: tuple[Option, ...] = ()
    unit: str = ""
    help: str = ""
    example: str = ""
    max_length: int = 200
    personal: bool = False
    sensitive: bool = False
    derived: Derivation | None = None
    same_as: tuple[SameAs, ...] = ()
    """Where it need not be typed again: the mother who applies is the applicant."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: the document and the place in it."""

    document: str
    article: str = ""


class Source(StrEnum):
    """Where the applicant would get a paper (来源渠道: 10, 20, 99)."""

    APPLICANT = "10"
    GOVERNMENT = "20"
    OTHER = "99"


class Exemption(StrEnum):
    """Why a paper need not be brought."""

    GENERATED = "generated"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form or promise text printed by the system: blank, as filled sample, or filled.

    Lines may hold `{element}` placeholders.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A paper (材料). `exemption` says that nobody is asked to bring it, `exemption_note` why."""

    id: str
    name: str
    source: Source
    original: bool = True
    copies: int = 0
    electronic: bool = True
    issuer: str = ""
    note: str = ""
    standards: tuple[str, ...] = ()
    exemption: Exemption | None = None
    exemption_note: str = ""
    exemption_basis: Basis | None = None
    form: PaperForm | None = None


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


EXCEPTION_RULES = ("compression", "days", "promise")
"""What an exception may be recorded from: compression of at least 20 %; simple items at most 2 and
complex ones at most 5 working days; the bundle's promise against its parts."""


@dataclass(frozen=True, slots=True)
class RecordedException:
    """A recorded exception from one of `EXCEPTION_RULES`, with its reason."""

    rule: str
    reason: str


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
    special: tuple[SpecialProcedure, ...] = ()
    fields: tuple[FieldUse, ...] = ()
    materials: tuple[MaterialUse, ...] = ()
    remedy: str = ""
    exceptions: tuple[RecordedException, ...] = ()
    source: str = ""
    proposed: bool = False
    """拟定: drafted by us because the source names only a count."""
    promise: Promise | None = None


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
