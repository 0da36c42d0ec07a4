"""One list of items, one form, one list of papers: every thing once, with everybody who asks for it.

Three truths run through it: a line is certain, open (it depends on what is not known yet) or not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lianban.rules.catalog.types import (
    BundleItem,
    Edition,
    FieldUse,
    Material,
    MaterialUse,
    Necessity,
    Start,
)
from lianban.rules.composer.asking import Asking, ancestors, bridged, deciding, material_asker, why_of
from lianban.rules.composer.knowledge import NOT_APPLICABLE
from lianban.rules.composer.wording import because, cause, grouped, quoted
from lianban.rules.conditions import AllOf, Condition, Facts, holds
from lianban.rules.plan import (
    Because,
    FieldAsker,
    NotNeeded,
    PlanField,
    PlanItem,
    PlanMaterial,
    Waived,
)
from lianban.rules.statutory import limit_of

_SILENT = Because("")
STRICTNESS = (Necessity.REQUIRED, Necessity.LATER, Necessity.ON_SITE, Necessity.OPTIONAL)


@dataclass(frozen=True, slots=True)
class Core:
    """A plan without what is computed from plans: open points and counters."""

    items: tuple[PlanItem, ...]
    fields: tuple[PlanField, ...]
    materials: tuple[PlanMaterial, ...]
    waived: tuple[Waived, ...]
    not_needed: tuple[NotNeeded, ...]


def merge(edition: Edition, known: Facts, alone: str | None = None, *, words: bool = True) -> Core:
    """The core of a plan over settled facts; `alone`: this item applied for by itself.

    Without `words` reasons stay empty and what falls away is not listed: enough to compare and count.
    """
    merging = _Merging(edition, known, alone, words=words)
    return Core(
        tuple(merging.items.values()),
        tuple(merging.fields()),
        tuple(merging.materials()),
        tuple(merging.waived()) if words else (),
        tuple(merging.not_needed()) if words else (),
    )


def plan_items(edition: Edition, known: Facts) -> tuple[PlanItem, ...]:
    """Only the items of the plan, predecessors first."""
    return tuple(_Merging(edition, known, None, words=False).items.values())


class _Merging:
    def __init__(self, edition: Edition, known: Facts, alone: str | None, *, words: bool) -> None:
        self.edition = edition
        self.known = known
        self.alone = alone
        self.words = words
        self.asked = {question.element for question in edition.bundle.questions}
        self.entries = {entry.item: entry for entry in edition.bundle.items if alone in (None, entry.item)}
        self.before = ancestors(edition.bundle.items) if alone is None else {alone: ()}
        self.items = {entry.item: entry for entry in self._ordered(self._plan_items())}

    # Items

    def _plan_items(self) -> Iterator[PlanItem]:
        truths = {name: self._truth(entry) for name, entry in self.entries.items()}
        for name, entry in self.entries.items():
            truth = truths[name]
            if truth is False:
                continue
            item = self.edition.items[name]
            after = tuple(bridged(entry.after, self.entries, truths)) if self.alone is None else ()
            yield PlanItem(
                item=name,
                name=item.name,
                department=item.department,
                open=truth is None,
                because=self._because(self._item_reason(entry), entry.when),
                after=after,
                # With every predecessor done beforehand there is nothing left to wait for.
                start=entry.start if after else Start.ACCEPTANCE,
                committed=item.committed,
                statutory=limit_of(item, self.edition.bundle),
                survey=item.survey is not None and not entry.notice_only and holds(item.survey, self.known) is True,
                notice_only=entry.notice_only,
            )

    def _truth(self, entry: BundleItem) -> bool | None:
        return True if self.alone is not None else holds(entry.when, self.known)

    def _because(self, text: str, *hangs_on: Condition) -> Because:
        return because(text, *hangs_on) if self.words else _SILENT

    def _cause(self, condition: Condition, text: str) -> str:
        return cause(condition, text, self.known, self.edition.elements) if self.words else ""

    def _item_reason(self, entry: BundleItem) -> str:
        reason = self._cause(entry.when, entry.when_text)
        if not reason:
            return f"“{self.edition.bundle.name}”都要办理"
        return f"{reason}，需要办理"

    def _ordered(self, items: Iterable[PlanItem]) -> list[PlanItem]:
        """Predecessors first, otherwise the order of the bundle."""
        left = {each.item: each for each in items}
        done: list[PlanItem] = []
        while left:
            ready = next((each for each in left.values() if not set(each.after) & left.keys()), None)
            # A circle cannot be published; on a draft edition the order of the bundle has to do.
            done.append(left.pop(ready.item if ready else next(iter(left))))
        return done

    # What items ask for

    def _askings(self, kind: str) -> dict[str, list[Asking]]:
        """Everything that items of the plan ask for, by element or material, in the order of the plan."""
        found: dict[str, list[Asking]] = {}
        for place in self.items.values():
            if place.notice_only:
                continue
            item = self.edition.items[place.item]
            uses: Iterable[FieldUse | MaterialUse] = item.fields if kind == "elements" else item.materials
            for use in uses:
                truth = holds(use.when, self.known)
                if truth is False:
                    continue
                name = use.element if isinstance(use, FieldUse) else use.material
                text = use.when_text if isinstance(use, MaterialUse) else ""
                why = self._cause(use.when, text)
                if place.open:
                    why = "如需办理" + (f"，且{why.removeprefix('因').removeprefix('如')}" if why else "")
                found.setdefault(name, []).append(
                    Asking(
                        item=item,
                        use=use,
                        open=place.open or truth is None,
                        condition=AllOf((self.entries[place.item].when, use.when)) if place.open else use.when,
                        why=why,
                        supplier=self._supplier(name, kind, place.item),
                    )
                )
        return found

    def _supplier(self, name: str, kind: str, asker: str) -> PlanItem | None:
        """The predecessor whose result brings the element or paper; a certain one goes first."""
        brings = [
            self.items[each]
            for each in self.before[asker]
            if each in self.items and name in getattr(self.edition.items[each].result, kind)
        ]
        return next((each for each in brings if not each.open), brings[0] if brings else None)

    # The form

    def fields(self) -> Iterator[PlanField]:
        lines = {name: self._field(name, askings) for name, askings in self._askings("elements").items()}
        for name in [name for name, line in lines.items() if not line.given]:
            self._share(name, lines)
        sections = list(dict.fromkeys(line.section for line in lines.values()))
        yield from sorted(lines.values(), key=lambda line: sections.index(line.section))

    def _share(self, name: str, lines: dict[str, PlanField]) -> None:
        """Do not ask for what another line of the form says already: the mother who applies is the applicant."""
        line = lines[name]
        for same in self.edition.elements[name].same_as:
            other = lines.get(same.element)
            truth = holds(same.when, self.known)
            if other is None or other.given not in ("", "answer") or truth is False:
                continue
            if self.edition.elements[same.element].same_as:
                continue
            why = self._cause(same.when, "")
            text = f"{why}，与“{other.label}”相同，不再填写" if why else f"与“{other.label}”相同，不再填写"
            # While the other line may still fall away, this one has to stay announced.
            if truth and not other.open:
                lines[name] = replace(line, given=f"same:{same.element}", because=self._because(text, same.when))
                lines[same.element] = replace(other, required=other.required or (line.required and not line.open))
                return
            line = lines[name] = replace(
                line, open=True, because=self._because(f"{line.because.text}；{text}", same.when)
            )

    def _field(self, name: str, askings: list[Asking]) -> PlanField:
        element = self.edition.elements[name]
        settling, open_, supplier = deciding(askings)
        given, text = self._given(name), ""
        if given:
            settling = [each for each in askings if not each.open] or askings
            open_ = all(each.open for each in askings)
            text = "已在情形问答中回答，不再填写"
            if given == "derived" and element.derived is not None:
                sources = quoted(self.edition.elements[source].label for source in element.derived.sources)
                text = f"由{sources}推得，不用填写"
        elif supplier is not None:
            given, text = f"item:{supplier.item}", f"由“{supplier.name}”的办理结果提供，不用填写"
        else:
            text = grouped((why_of(each), each.item.name) for each in settling) + "需要"
        return PlanField(
            element=name,
            label=element.label,
            section=element.section,
            required=any(isinstance(each.use, FieldUse) and each.use.required for each in settling),
            open=open_,
            because=self._because(text, *(each.condition for each in settling)),
            askers=tuple(
                {
                    (each.item.id, each.use.basis): FieldAsker(each.item.id, each.item.department, each.use.basis)
                    for each in askings
                }.values()
            ),
            given=given,
        )

    def _given(self, name: str) -> str:
        rule = self.edition.elements[name].derived
        if rule is not None and (name not in self.known or all(source in self.known for source in rule.sources)):
            return "derived"
        return "answer" if name in self.asked and self.known.get(name, NOT_APPLICABLE) != NOT_APPLICABLE else ""

    # The papers

    def materials(self) -> Iterator[PlanMaterial]:
        for name, askings in self._askings("materials").items():
            yield self._material(self.edition.materials[name], askings)

    def _material(self, material: Material, askings: list[Asking]) -> PlanMaterial:
        settling, open_, supplier = deciding(askings)
        if material.exemption is not None:
            supplier = None
            settling = [each for each in askings if not each.open] or askings
            open_ = all(each.open for each in askings)
        text = grouped((why_of(each), each.item.name) for each in settling) + "要求"
        if material.exemption is not None:
            text = f"{text}；{material.exemption_note.rstrip('。；，') or '系统生成或数据共享取得'}，免交"
        elif supplier is not None:
            text = f"{text}；由“{supplier.name}”的办理结果提供，免交"
        told = {id(each): material_asker(each, material) for each in askings}
        askers = list(told.values())
        counted = [told[id(each)] for each in settling]
        return PlanMaterial(
            material=material.id,
            name=material.name,
            necessity=min((each.necessity for each in counted), key=STRICTNESS.index),
            open=open_,
            because=self._because(text, *(each.condition for each in settling)),
            askers=tuple(askers),
            copies=max(each.copies for each in counted),
            standards=tuple(
                dict.fromkeys([*material.standards, *(standard for each in counted for standard in each.standards)])
            ),
            exemption=material.exemption,
            exemption_note=material.exemption_note,
            from_item=supplier.item if supplier is not None else "",
        )

    # What falls away

    def waived(self) -> Iterator[Waived]:
        """Papers that an item of the plan asks for in other situations only."""
        asked = self._askings("materials")
        found: dict[str, Waived] = {}
        for place in self.items.values():
            for use in self.edition.items[place.item].materials:
                if use.material in asked or place.notice_only or use.material in found:
                    continue
                reason = self._cause(use.when, use.when_text)
                name = self.edition.materials[use.material].name
                found[use.material] = Waived(
                    use.material, name, place.item, self._because(f"{reason}，不需要", use.when)
                )
        yield from found.values()

    def not_needed(self) -> Iterator[NotNeeded]:
        for name, entry in self.entries.items():
            if name not in self.items:
                reason = self._cause(entry.when, entry.when_text)
                yield NotNeeded(name, self.edition.items[name].name, self._because(f"{reason}，不需要办理", entry.when))
