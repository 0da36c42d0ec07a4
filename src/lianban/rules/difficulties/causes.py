"""What people meet and why: kinds, causes and exclusions are data (`catalog/common/difficulties.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from lianban.errors import Invalid
from lianban.rules.catalog import reading
from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.catalog.reading import Entry, Faults

T = TypeVar("T")
FILE = SHIPPED / "common" / "difficulties.yaml"


@dataclass(frozen=True, slots=True)
class Kind:
    """What somebody has met, in the words of the counter and in plain ones."""

    id: str
    name: str
    plain: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something could not be done; `catalogue` when the catalogue can be changed for it."""

    id: str
    name: str
    kind: str
    catalogue: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What the window does not take, and where it belongs."""

    id: str
    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All of them, by id."""

    kinds: dict[str, Kind]
    causes: dict[str, Cause]
    exclusions: dict[str, Exclusion]


@cache
def taxonomy(file: Path = FILE) -> Taxonomy:
    """The file, read once in each process. Raises CatalogueFaults with file, line and field."""
    faults = Faults()
    root = reading.read(file, faults, f"common/{file.name}")
    parts = root.fields(("kinds", "causes", "exclusions"), ("kinds", "causes", "exclusions")) if root else {}
    kinds = {id: Kind(id, *_texts(e, "name", "plain")) for id, e in _pairs(parts, "kinds")}
    causes = {id: _cause(id, e, kinds) for id, e in _pairs(parts, "causes")}
    exclusions = {id: Exclusion(id, *_texts(e, "name", "channel")) for id, e in _pairs(parts, "exclusions")}
    faults.stop()
    return Taxonomy(kinds, causes, exclusions)


def kind_of(id: str) -> Kind:
    """The kind that somebody has chosen. Raises Invalid with its field."""
    return _known(taxonomy().kinds, id, "kind", "请选择遇到的是哪一种情况。")


def cause_of(id: str) -> Cause:
    """The cause that was chosen. Raises Invalid with its field."""
    return _known(taxonomy().causes, id, "cause", "请选择办不成、很难办的原因。")


def exclusion_of(id: str) -> Exclusion:
    """Why the window does not take it. Raises Invalid with its field."""
    return _known(taxonomy().exclusions, id, "exclusion", "请选择不属于受理范围的情形。")


def _known(among: dict[str, T], id: str, field: str, sentence: str) -> T:
    if id not in among:
        raise Invalid(sentence, {field: sentence})
    return among[id]


def _pairs(parts: dict[str, Entry], name: str) -> list[tuple[str, Entry]]:
    return list(parts[name].pairs()) if name in parts else []


def _texts(entry: Entry, *names: str) -> list[str]:
    found = entry.fields(names, names)
    return [found[name].text() if name in found else "" for name in names]


def _cause(id: str, entry: Entry, kinds: dict[str, Kind]) -> Cause:
    found = entry.fields(("name", "kind", "catalogue"), ("name", "kind"))
    kind = found["kind"].text() if "kind" in found else ""
    if kind not in kinds:
        entry.fault(f"没有“{kind}”这个类别。")
    name = found["name"].text() if "name" in found else ""
    return Cause(id, name, kind, "catalogue" in found and found["catalogue"].text() == "yes")
