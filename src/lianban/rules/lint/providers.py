"""Whether everything that an item uses is there in time: told, brought, or made by a predecessor.

A thing whose maker is not needed is no fault: the applicant has it already and is asked for it. It
is one when the maker is needed but the asker does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lianban.rules.catalog.types import Edition, FieldUse, MaterialUse, Necessity
from lianban.rules.composer.asking import ancestors
from lianban.rules.composer.knowledge import bundle_items
from lianban.rules.conditions import ALWAYS
from lianban.rules.lint.lens import Lens, Shape

_HANDED = (Necessity.REQUIRED, Necessity.LATER)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A use of something that items make, perhaps too late."""

    path: str
    item: str
    use: FieldUse | MaterialUse
    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _FieldDoubt:
    """A field that could lack what it follows from, or the question that asks it."""

    path: str
    item: str
    use: FieldUse


class Providers:
    """The doubtful uses of an edition, and which of them are faults in a situation."""

    def __init__(self, edition: Edition, lens: Lens) -> None:
        self.edition = edition
        self.lens = lens
        self.items = bundle_items(edition)
        self.asked = {question.element: question for question in edition.bundle.questions}
        self.before = ancestors(edition.bundle.items)
        self.late = list(self._late())
        self.derived = [each for each in self._fields() if edition.elements[each.use.element].derived]
        self.moot = [
            each
            for each in self._fields()
            if each.use.element in self.asked and self.asked[each.use.element].when != ALWAYS
        ]

    def faults(self, shape: Shape, answered: frozenset[str]) -> Iterator[tuple[str, str]]:
        """(path, sentence) of what somebody uses and nobody provides; `answered` are the questions that arise."""
        yield from self._made_too_late(shape, answered)
        if self.derived:
            told = answered | {
                use.element for item in self.items for use in item.fields if self.lens.asks(shape, item.id, use)
            }
            for doubt in self.derived:
                yield from self._underivable(shape, doubt, answered, told)
        for doubt in self.moot:
            if doubt.use.element not in answered and self.lens.asks(shape, doubt.item, doubt.use):
                label = self.edition.elements[doubt.use.element].label
                yield doubt.path, f"要填写“{label}”，但问它的情形问题此时不出现，条件会按不涉及处理"

    def _fields(self) -> Iterator[_FieldDoubt]:
        for item in self.items:
            for at, use in enumerate(item.fields):
                yield _FieldDoubt(f"items.{item.id}.fields.{at}", item.id, use)

    def _late(self) -> Iterator[_Doubt]:
        for item in self.items:
            for at, use in enumerate(item.fields):
                makers = tuple(each.id for each in self.items if use.element in each.result.elements)
                if set(makers) - {item.id} and not self.edition.elements[use.element].derived:
                    yield _Doubt(f"items.{item.id}.fields.{at}", item.id, use, makers)
            for at, paper in enumerate(item.materials):
                makers = tuple(each.id for each in self.items if paper.material in each.result.materials)
                handed = paper.necessity in _HANDED and self.edition.materials[paper.material].exemption is None
                if set(makers) - {item.id} and handed:
                    yield _Doubt(f"items.{item.id}.materials.{at}", item.id, paper, makers)

    def _made_too_late(self, shape: Shape, answered: frozenset[str]) -> Iterator[tuple[str, str]]:
        for doubt in self.late:
            if not self.lens.asks(shape, doubt.item, doubt.use):
                continue
            makers = [each for each in doubt.makers if shape.items[self.lens.order[each]]]
            if not makers or set(makers) & {doubt.item, *self.before[doubt.item]}:
                continue
            name, maker = (self.edition.items[each].name for each in (doubt.item, makers[0]))
            if isinstance(doubt.use, MaterialUse):
                paper = self.edition.materials[doubt.use.material].name
                yield (
                    doubt.path,
                    f"“{name}”要求“{paper}”，它由“{maker}”的办理结果产生，但没有列为前置事项，申请人此时还拿不到",
                )
            elif doubt.use.element not in answered and not self._filled_in(shape, makers, doubt.use.element):
                label = self.edition.elements[doubt.use.element].label
                yield (
                    doubt.path,
                    f"“{name}”要用“{label}”，它由“{maker}”的办理结果产生，但没有列为前置事项，也没有人能先填写",
                )

    def _filled_in(self, shape: Shape, makers: list[str], element: str) -> bool:
        """A maker that itself asks for the element does not bring it into being: the applicant knows it."""
        return any(
            use.element == element and self.lens.asks(shape, maker, use)
            for maker in makers
            for use in self.edition.items[maker].fields
        )

    def _underivable(
        self, shape: Shape, doubt: _FieldDoubt, answered: frozenset[str], told: frozenset[str]
    ) -> Iterator[tuple[str, str]]:
        element = self.edition.elements[doubt.use.element]
        if element.derived is None or element.id in answered or not self.lens.asks(shape, doubt.item, doubt.use):
            return
        missing = [source for source in element.derived.sources if source not in told]
        if missing:
            labels = "”“".join(self.edition.elements[source].label for source in missing)
            yield doubt.path, f"“{element.label}”由“{labels}”推得，但没有人填写“{labels}”"
