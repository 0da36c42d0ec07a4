"""From entries to catalogue values: the dataclasses of `types` are the schema.

Every field of a dataclass is a key of the file; one without default is required; the annotation
says how its text is typed. A few types have a shorter way to be written, listed in `_SHORT`.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from lianban.rules.catalog.reading import Entry, Faults
from lianban.rules.catalog.types import (
    Basis,
    BundleItem,
    Check,
    Derivation,
    FieldUse,
    Limit,
    MaterialUse,
    Option,
    Place,
    Result,
    Unit,
)
from lianban.rules.conditions import ALWAYS, AllOf, AnyOf, Condition, Is, Not

T = TypeVar("T")
CONDITION = frozenset({Is, AllOf, AnyOf, Not})
FLAGS = {"true": True, "是": True, "false": False, "否": False}
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
RESERVED = frozenset({"any", "all", "not", "always"})
_LIMIT = re.compile(r"([1-9][0-9]{0,3})(wd|wh|h|d|m)")
_BASIS = re.compile(r"(《.+?》(?:（[^）]*）)?)(.*)")


@dataclass(slots=True)
class Builder:
    """Builds values and remembers where each stood: `places` maps `items.fire_check.when` to its place."""

    faults: Faults
    places: dict[str, Place] = field(default_factory=dict)
    option_lists: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    """Lists that several elements offer, by name: `options: ethnicity`."""

    def record(self, cls: type[T], entry: Entry, at: str, /, **given: Any) -> T | None:
        """A dataclass from a mapping; `given` fields come from elsewhere and may not stand in the file.

        None when a required field is missing or could not be read; the faults say why.
        """
        self.places[at] = entry.place
        hints = _hints(typing.cast(Any, cls))
        needed = [
            one.name
            for one in dataclasses.fields(cls)  # type: ignore[arg-type]
            if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        ]
        known = [name for name in hints if name not in given]
        entries = entry.fields(known, [name for name in needed if name not in given])
        values = dict(given)
        before = len(self.faults.found)
        for name, part in entries.items():
            values[name] = self.value(hints[name], part, f"{at}.{name}")
        if len(self.faults.found) > before and any(values.get(name) is None for name in needed):
            return None
        return cls(**values) if all(name in values for name in needed) else None

    def value(self, hint: Any, entry: Entry, at: str) -> Any:
        """A value of the annotated type."""
        self.places[at] = entry.place
        options = _without_none(hint)
        if options == CONDITION:
            return self.condition(entry)
        if typing.get_origin(hint) in {types.UnionType, typing.Union}:
            hint = next(iter(options))
        if typing.get_origin(hint) is tuple:
            return self._tuple(typing.get_args(hint), entry, at)
        if entry.is_text and hint in _SHORT:
            return _SHORT[hint](entry)
        if hint is Derivation:
            return _derivation(entry)
        if dataclasses.is_dataclass(hint):
            return self.record(typing.cast(type[Any], hint), entry, at)
        return _scalar(hint, entry)

    def options(self, entry: Entry) -> tuple[Option, ...]:
        """Options from `id: label` pairs, or the name of a list under `option_lists`."""
        if not entry.is_text:
            return tuple(Option(key, part.text()) for key, part in entry.pairs())
        if entry.text() not in self.option_lists:
            entry.fault(f"没有“{entry.text()}”这个选项表，请先写在 option_lists 之下。")
        return self.option_lists.get(entry.text(), ())

    def condition(self, entry: Entry) -> Condition:
        """A condition: a mapping holds when all its lines do; `any`, `all` and `not` combine."""
        if entry.is_text:
            if entry.text() != "always":
                entry.fault("条件应写成“要素: 取值”，或 any、all、not；任何情形都适用时写 always。")
            return ALWAYS
        parts: list[Condition] = []
        for key, part in entry.pairs():
            match key:
                case "any":
                    parts.append(AnyOf(tuple(self.condition(one) for one in part.parts())))
                case "all":
                    parts.append(AllOf(tuple(self.condition(one) for one in part.parts())))
                case "not":
                    parts.append(Not(self.condition(part)))
                case _:
                    texts = [one.text() for one in part.parts()] if part.is_list else [part.text()]
                    parts.append(Is(key, tuple(texts)))
        if not parts:
            entry.fault("条件是空的；任何情形都适用时请删去这一字段。")
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _tuple(self, hints: tuple[Any, ...], entry: Entry, at: str) -> tuple[Any, ...] | None:
        hint = hints[0]
        if hint is Option:
            return self.options(entry)
        if hint is str and entry.is_text:
            return tuple(entry.text().splitlines())
        values = [self.value(hint, part, f"{at}.{n}") for n, part in enumerate(entry.parts())]
        if hints[-1] is not Ellipsis and len(values) != len(hints):
            entry.fault(f"这里应当正好写 {len(hints)} 项。")
            return None
        return tuple(value for value in values if value is not None)


def identifier(text: str) -> bool:
    """Whether the text may name an element, a material, an item or a department."""
    return bool(IDENTIFIER.fullmatch(text)) and text not in RESERVED


def limit(text: str) -> Limit | None:
    """A limit as written: 5wd working days, 2wh office hours, 2h hours, 15d days, 6m months, 0 on the spot."""
    if text == "0":
        return Limit(0, Unit.ON_THE_SPOT)
    found = _LIMIT.fullmatch(text)
    return Limit(int(found[1]), Unit(found[2])) if found else None


def _limit(entry: Entry) -> Limit:
    found = limit(entry.text())
    if found is None:
        entry.fault(
            f"“{entry.text()}”不是时限；请写 5wd（工作日）、2wh（工作小时）、2h（小时）、15d（自然日）、6m（月）或 0。"
        )
    return found or Limit(0, Unit.ON_THE_SPOT)


def _basis(entry: Entry) -> Basis:
    found = _BASIS.fullmatch(entry.text())
    return Basis(found[1], found[2].strip()) if found else Basis(entry.text())


def _derivation(entry: Entry) -> Derivation | None:
    fields = entry.fields(("same", "band", "at"))
    if "same" in fields and len(fields) == 1:
        sources = tuple(part.text() for part in fields["same"].parts())
        if len(sources) != 2:
            entry.fault("same 应列出两个要素。")
        return Derivation("same", sources)
    if set(fields) == {"band", "at"}:
        thresholds = tuple(part.text() for part in fields["at"].parts())
        try:
            numbers = [float(threshold) for threshold in thresholds]
        except ValueError:
            numbers = []
        if not numbers or any(b <= a for a, b in pairwise(numbers)):
            entry.fault("at 应从小到大列出分界数值。")
        return Derivation("band", (fields["band"].text(),), thresholds)
    entry.fault("推导规则应为 same: [要素, 要素]，或 band: 要素 加 at: [分界数值]。")
    return None


def _scalar(hint: Any, entry: Entry) -> Any:
    text = entry.text()
    if hint is str or not text:
        return text
    if hint is bool:
        if text not in FLAGS:
            entry.fault("这里只能写 true 或 false。")
        return FLAGS.get(text, False)
    if hint is int:
        if not re.fullmatch(r"[0-9]{1,6}", text):
            entry.fault(f"“{text}”不是非负整数。")
            return 0
        return int(text)
    if hint is date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            entry.fault(f"“{text}”不是日期，请写成 2026-01-01。")
            return None
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(text)
        except ValueError:
            entry.fault(f"“{text}”不在可用的取值之内：{'、'.join(str(one.value) for one in hint)}。")
            return None
    raise TypeError(f"no way to read {hint}")


_SHORT: dict[Any, Callable[[Entry], Any]] = {
    Limit: _limit,
    Basis: _basis,
    FieldUse: lambda entry: FieldUse(entry.text()),
    MaterialUse: lambda entry: MaterialUse(entry.text()),
    BundleItem: lambda entry: BundleItem(entry.text()),
    Check: lambda entry: Check(entry.text()),
    Result: lambda entry: Result(entry.text()),
}


@lru_cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _without_none(hint: Any) -> frozenset[Any]:
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return frozenset(typing.get_args(hint)) - {type(None)}
    return frozenset({hint})
