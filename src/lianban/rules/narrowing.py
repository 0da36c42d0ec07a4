"""An edition without some of its items: what a case still is when they were not accepted (D-B8: item by item).

The rest goes on as if the bundle had never had them. What a left-out item would have supplied is asked from the
applicant where another item needs it, and whatever waited for it waits for what it had waited for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from lianban.rules.catalog.types import BundleItem, Edition

KEPT = 64
"""Narrowed editions that are remembered: plans are cached by the very edition they were made of."""


class _Whole:
    """An edition (this very object), to be told apart without looking into it."""

    __slots__ = ("edition",)

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __hash__(self) -> int:
        return id(self.edition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and self.edition is other.edition


def without(edition: Edition, items: Collection[str]) -> Edition:
    """The edition without these items, always the same object for the same ones; it keeps the hash of the whole.

    The items themselves stay known to it (papers still name them), they are only no part of the bundle any more.
    """
    return _without(_Whole(edition), frozenset(items)) if items else edition


@lru_cache(maxsize=KEPT)
def _without(whole: _Whole, items: frozenset[str]) -> Edition:
    bundle = whole.edition.bundle
    known = {entry.item: entry for entry in bundle.items}
    left = tuple(
        replace(entry, after=_bridged(entry, known, items)) for entry in bundle.items if entry.item not in items
    )
    return replace(whole.edition, bundle=replace(bundle, items=left))


def _bridged(entry: BundleItem, known: Mapping[str, BundleItem], items: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    todo, seen = list(entry.after), set[str]()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in items:
            todo.extend(known[name].after)
        else:
            found[name] = None
    return tuple(found)
