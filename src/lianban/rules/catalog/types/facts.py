"""What is asked and what is brought: data elements and materials."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lianban.rules.catalog.types.basics import Basis
from lianban.rules.conditions import ALWAYS, Condition


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
