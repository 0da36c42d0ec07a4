"""Situations seen through the conditions of an edition: those that come out alike have one shape.

A condition is evaluated once for each combination of the values it looks at.
"""

from __future__ import annotations

from typing import NamedTuple

from lianban.rules.catalog.types import Edition, FieldUse, Item, MaterialUse
from lianban.rules.conditions import ALWAYS, Condition, Facts, Truth, elements, holds

Use = FieldUse | MaterialUse


class Shape(NamedTuple):
    """The truth of every condition that makes a plan: what plans have in common apart from words."""

    items: tuple[Truth, ...]
    """Of each item of the bundle, in its order."""
    uses: tuple[Truth, ...]
    """Of each conditional use (and survey) of an item that is or may be needed; else False."""


class Lens:
    """Gives the shape of a situation and reads it."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.order = {entry.item: n for n, entry in enumerate(edition.bundle.items)}
        self._seen: dict[Condition, tuple[tuple[str, ...], dict[tuple[str | None, ...], Truth]]] = {}
        self._whens = [entry.when for entry in edition.bundle.items]
        pairs: dict[tuple[int, Condition], None] = {}
        for n, entry in enumerate(edition.bundle.items):
            if not entry.notice_only:
                for condition in _conditions(edition.items[entry.item]):
                    pairs[n, condition] = None
        self._pairs = list(pairs)
        self._slots = {pair: slot for slot, pair in enumerate(pairs)}

    def truth(self, condition: Condition, known: Facts) -> Truth:
        """`holds`, remembered by the values that the condition looks at."""
        found = self._seen.get(condition)
        if found is None:
            found = self._seen[condition] = (tuple(dict.fromkeys(elements(condition))), {})
        names, truths = found
        key = tuple([known.get(name) for name in names])
        if key not in truths:
            truths[key] = holds(condition, known)
        return truths[key]

    def shape(self, known: Facts) -> Shape:
        """The shape of a situation, known in full or in part."""
        truth = self.truth
        items = tuple([truth(when, known) for when in self._whens])
        uses = [items[n] is not False and truth(condition, known) for n, condition in self._pairs]
        return Shape(items, tuple(uses))

    def needed(self, shape: Shape) -> frozenset[str]:
        """The items that are needed."""
        return frozenset(name for name, n in self.order.items() if shape.items[n])

    def asks(self, shape: Shape, item: str, use: Use) -> Truth:
        """Whether an item of the bundle makes this use."""
        n = self.order[item]
        needed = shape.items[n]
        if use.when == ALWAYS or needed is False:
            return needed
        truth = shape.uses[self._slots[n, use.when]]
        return None if needed is None and truth else truth

    def pending(self, shape: Shape) -> list[Condition]:
        """The conditions that are not decided yet."""
        whens = [when for when, truth in zip(self._whens, shape.items, strict=True) if truth is None]
        return whens + [
            condition for (_, condition), truth in zip(self._pairs, shape.uses, strict=True) if truth is None
        ]


def _conditions(item: Item) -> list[Condition]:
    found = [use.when for use in item.fields] + [use.when for use in item.materials]
    return [each for each in [*found, item.survey] if each is not None and each != ALWAYS]
