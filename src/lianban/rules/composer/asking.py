"""Who asks for what: the uses of a field or paper by the items of a plan, and who supplies it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lianban.rules.catalog.types import BundleItem, FieldUse, Item, Material, MaterialUse
from lianban.rules.composer.wording import because
from lianban.rules.conditions import Condition
from lianban.rules.plan import MaterialAsker, PlanItem


@dataclass(frozen=True, slots=True)
class Asking:
    """A use of a field or paper by an item of the plan. `open`: not known yet whether it is one."""

    item: Item
    use: FieldUse | MaterialUse
    open: bool
    condition: Condition
    why: str
    supplier: PlanItem | None

    @property
    def supplied(self) -> bool:
        """Certain to come from a predecessor."""
        return self.supplier is not None and not self.supplier.open

    @property
    def pressing(self) -> bool:
        """Certain to be asked of the applicant."""
        return not self.open and self.supplier is None


def why_of(asking: Asking) -> str:
    """The reason of a use, with the predecessor that may yet spare it."""
    if asking.open or asking.supplier is None or not asking.supplier.open:
        return asking.why
    without = f"如不办理“{asking.supplier.name}”"
    return f"{without}，{asking.why}" if asking.why else without


def deciding(askings: list[Asking]) -> tuple[list[Asking], bool, PlanItem | None]:
    """The uses that settle a line, whether it is open, and who supplies it if nobody else must."""
    pressing = [each for each in askings if each.pressing]
    if pressing:
        return pressing, False, None
    maybe = [each for each in askings if not each.supplied]
    if maybe:
        return maybe, True, None
    return askings, all(each.open for each in askings), askings[0].supplier


def material_asker(asking: Asking, material: Material) -> MaterialAsker:
    """The line of an asker on a paper; its own number of copies goes before the paper's."""
    use = asking.use
    assert isinstance(use, MaterialUse)
    return MaterialAsker(
        item=asking.item.id,
        department=asking.item.department,
        basis=use.basis,
        necessity=use.necessity,
        copies=use.copies or material.copies,
        standards=use.standards,
        because=because(asking.why or "办理本事项都要求", asking.condition),
        open=asking.open,
    )


def ancestors(entries: Iterable[BundleItem]) -> dict[str, tuple[str, ...]]:
    """Every item with all that must be granted before it, near or far, itself excepted."""
    after = {entry.item: entry.after for entry in entries}
    found: dict[str, tuple[str, ...]] = {}
    for name in after:
        seen: dict[str, None] = {}
        todo = list(after[name])
        while todo:
            each = todo.pop(0)
            if each not in seen and each != name:
                seen[each] = None
                todo.extend(after.get(each, ()))
        found[name] = tuple(seen)
    return found


def bridged(after: Iterable[str], entries: Mapping[str, BundleItem], truths: Mapping[str, bool | None]) -> list[str]:
    """Predecessors within the plan; one that is not needed hands its own predecessors on."""
    found: dict[str, None] = {}
    todo, seen = list(after), set[str]()
    while todo:
        name = todo.pop(0)
        if name in seen or name not in entries:
            continue
        seen.add(name)
        if truths[name] is False:
            todo.extend(entries[name].after)
        else:
            found[name] = None
    return list(found)
