"""The canonical content of an edition: plain JSON-able data, and the hash that pins it.

What a field holds by default is left out, so a field added to `types` later does not change the
hash of an edition that does not use it. Records kept by id are written as lists, because their
order (the order of a form) belongs to the content and JSON objects have none.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

from lianban.rules.catalog.types import Edition
from lianban.rules.conditions import AllOf, AnyOf, Condition, Is, Not

_CONDITION = frozenset({Is, AllOf, AnyOf, Not})
_APART = frozenset({"content_hash", "places"})


def canonical(edition: Edition) -> dict[str, Any]:
    """The content of an edition as JSON-able data; equal editions give equal content."""
    return typing.cast(dict[str, Any], _plain(edition))


def content_hash(edition: Edition) -> str:
    """SHA-256 (hex) of the canonical content, written as JSON without spaces and with sorted keys."""
    text = json.dumps(canonical(edition), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def from_canonical(content: Mapping[str, Any]) -> Edition:
    """The edition with this content, its hash computed anew; its places are not known.

    Raises KeyError, TypeError or ValueError when the content was not made by `canonical`.
    """
    edition: Edition = _record(Edition, content)
    return dataclasses.replace(edition, content_hash=content_hash(edition))


def _plain(value: Any) -> Any:
    match value:
        case Is(element, values):
            return {"is": element, "in": list(values)}
        case AllOf(parts):
            return {"all": [_plain(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_plain(part) for part in parts]}
        case Not(part):
            return {"not": _plain(part)}
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case dict():
            return [_plain(one) for one in value.values()]
        case str() | int() | None:
            return value
    if not dataclasses.is_dataclass(value):
        raise TypeError(f"not part of an edition: {value!r}")
    return {
        one.name: _plain(getattr(value, one.name))
        for one in dataclasses.fields(value)
        if one.name not in _APART and getattr(value, one.name) != one.default
    }


def _record(cls: type[Any], content: Mapping[str, Any]) -> Any:
    hints = _hints(typing.cast(Any, cls))
    return cls(**{name: _value(hints[name], value) for name, value in content.items()})


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        options = frozenset(arguments) - {type(None)}
        return _condition(value) if options == _CONDITION else _value(next(iter(options)), value)
    if origin is tuple:
        return tuple(_value(arguments[0], one) for one in value)
    if origin is dict:
        return {one["id"]: _record(arguments[1], one) for one in value}
    if dataclasses.is_dataclass(hint):
        return _record(typing.cast(type[Any], hint), value)
    if hint is date:
        return date.fromisoformat(value)
    return hint(value)


def _condition(content: Mapping[str, Any]) -> Condition:
    if "is" in content:
        return Is(content["is"], tuple(content["in"]))
    if "all" in content:
        return AllOf(tuple(_condition(part) for part in content["all"]))
    if "any" in content:
        return AnyOf(tuple(_condition(part) for part in content["any"]))
    return Not(_condition(content["not"]))


@lru_cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)
