"""What a catalogue edition is made of.

One `Edition` is closed: it holds the bundle, its items, and every department, data element and
material they speak of, so that a case can pin it by the hash of its canonical content. Phones,
addresses and office hours are not part of it; they live in `Contacts` and may change at any time.
"""

from lianban.rules.catalog.types.basics import (
    EXCEPTION_RULES,
    Basis,
    Limit,
    Place,
    RecordedException,
    Unit,
)
from lianban.rules.catalog.types.bundles import (
    Bundle,
    BundleItem,
    Contact,
    Contacts,
    Department,
    Edition,
    JointMode,
    Published,
    Question,
    Start,
)
from lianban.rules.catalog.types.facts import (
    Derivation,
    Element,
    Exemption,
    Material,
    Option,
    PaperForm,
    SameAs,
    Source,
    ValueKind,
)
from lianban.rules.catalog.types.items import (
    Check,
    FieldUse,
    Item,
    MaterialUse,
    Necessity,
    Promise,
    Result,
    SpecialProcedure,
)

__all__ = [
    "EXCEPTION_RULES",
    "Basis",
    "Bundle",
    "BundleItem",
    "Check",
    "Contact",
    "Contacts",
    "Department",
    "Derivation",
    "Edition",
    "Element",
    "Exemption",
    "FieldUse",
    "Item",
    "JointMode",
    "Limit",
    "Material",
    "MaterialUse",
    "Necessity",
    "Option",
    "PaperForm",
    "Place",
    "Promise",
    "Published",
    "Question",
    "RecordedException",
    "Result",
    "SameAs",
    "Source",
    "SpecialProcedure",
    "Start",
    "Unit",
    "ValueKind",
]
