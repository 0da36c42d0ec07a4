"""Whether everything an edition speaks of exists, and conditions look only at what can be enumerated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lianban.rules.catalog.reading import Faults
from lianban.rules.catalog.types import EXCEPTION_RULES, Edition, Element, PaperForm, RecordedException, ValueKind
from lianban.rules.conditions import AllOf, AnyOf, Condition, Is, Not

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FINITE = frozenset({ValueKind.CHOICE, ValueKind.YES_NO})


def placeholders(form: PaperForm) -> tuple[str, ...]:
    """The element ids that a form's lines ask for, in order, each once."""
    return tuple(dict.fromkeys(name for line in form.lines for name in PLACEHOLDER.findall(line)))


def in_file(path: str) -> str:
    """A path of an edition as it is inside its file: a bundle and an item have files of their own."""
    kind, _, rest = path.partition(".")
    return {"bundle": rest, "items": rest.partition(".")[2]}.get(kind, path)


def mentioned_elements(edition: Edition) -> Iterator[tuple[str, str]]:
    """(element id, path) of every mention except those inside conditions."""
    bundle = edition.bundle
    for at, question in enumerate(bundle.questions):
        yield question.element, f"bundle.questions.{at}.element"
    for at, keys in enumerate(bundle.duplicate_keys):
        for key in keys:
            yield key, f"bundle.duplicate_keys.{at}"
    if bundle.subject:
        yield bundle.subject, "bundle.subject"
    for item in edition.items.values():
        for at, use in enumerate(item.fields):
            yield use.element, f"items.{item.id}.fields.{at}.element"
        for element in item.result.elements:
            yield element, f"items.{item.id}.result.elements"
    for material in edition.materials.values():
        if material.form:
            for name in placeholders(material.form):
                yield name, f"materials.{material.id}.form.lines"
    for one in edition.elements.values():
        for source in one.derived.sources if one.derived else ():
            yield source, f"elements.{one.id}.derived"
        for at, same in enumerate(one.same_as):
            yield same.element, f"elements.{one.id}.same_as.{at}.element"


def mentioned_materials(edition: Edition) -> Iterator[tuple[str, str]]:
    """(material id, path) of every mention."""
    for item in edition.items.values():
        for at, use in enumerate(item.materials):
            yield use.material, f"items.{item.id}.materials.{at}.material"
        for material in item.result.materials:
            yield material, f"items.{item.id}.result.materials"
        if item.promise:
            yield item.promise.material, f"items.{item.id}.promise.material"


def conditions(edition: Edition) -> Iterator[tuple[Condition, str]]:
    """(condition, path) of every condition."""
    bundle = edition.bundle
    for at, entry in enumerate(bundle.items):
        yield entry.when, f"bundle.items.{at}.when"
    for at, question in enumerate(bundle.questions):
        yield question.when, f"bundle.questions.{at}.when"
    for one in edition.elements.values():
        for at, same in enumerate(one.same_as):
            yield same.when, f"elements.{one.id}.same_as.{at}.when"
    for item in edition.items.values():
        if item.survey is not None:
            yield item.survey, f"items.{item.id}.survey"
        for at, field_use in enumerate(item.fields):
            yield field_use.when, f"items.{item.id}.fields.{at}.when"
        for at, material_use in enumerate(item.materials):
            yield material_use.when, f"items.{item.id}.materials.{at}.when"


def check(edition: Edition, faults: Faults) -> None:
    """Note everything that is mentioned and missing, or mentioned and of the wrong kind."""

    def fault(path: str, sentence: str) -> None:
        faults.add(edition.place(path), in_file(path), sentence)

    for element, path in mentioned_elements(edition):
        if element not in edition.elements:
            fault(path, f"没有“{element}”这个数据要素，请先在 elements.yaml 中写明。")
    for material, path in mentioned_materials(edition):
        if material not in edition.materials:
            fault(path, f"没有“{material}”这份材料，请先在 materials.yaml 中写明。")
    for condition, path in conditions(edition):
        for sentence in _condition_faults(condition, edition):
            fault(path, sentence)
    for one in edition.elements.values():
        for sentence in _element_faults(one, edition):
            fault(f"elements.{one.id}", sentence)
    bundle = edition.bundle
    places = {entry.item for entry in bundle.items}
    seen: set[str] = set()
    for at, entry in enumerate(bundle.items):
        if entry.item in seen:
            fault(f"bundle.items.{at}.item", f"事项“{entry.item}”列了两次。")
        seen.add(entry.item)
        for before in entry.after:
            if before not in places:
                fault(f"bundle.items.{at}.after", f"前置事项“{before}”不在本套餐的事项之中。")
    named = [(bundle.lead, "bundle.lead")]
    named += [(item.department, f"items.{item.id}.department") for item in edition.items.values()]
    for department, path in named:
        if department not in edition.departments:
            fault(path, f"没有“{department}”这个部门，请先在 departments.yaml 中写明。")
    for item in edition.items.values():
        if not item.basis:
            fault(f"items.{item.id}.basis", "至少要写一条办理依据。")
    recorded = [("bundle", bundle.exceptions)]
    recorded += [(f"items.{item.id}", item.exceptions) for item in edition.items.values()]
    for owner, exceptions in recorded:
        for at, exception in enumerate(exceptions):
            _exception(exception, f"{owner}.exceptions.{at}.rule", edition, faults)


def _exception(exception: RecordedException, path: str, edition: Edition, faults: Faults) -> None:
    if exception.rule not in EXCEPTION_RULES:
        sentence = f"没有“{exception.rule}”这条规则，可用的有：{'、'.join(EXCEPTION_RULES)}。"
        faults.add(edition.place(path), in_file(path), sentence)


def _condition_faults(condition: Condition, edition: Edition) -> Iterator[str]:
    match condition:
        case Not(part):
            yield from _condition_faults(part, edition)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _condition_faults(part, edition)
        case Is(name, values):
            element = edition.elements.get(name)
            if element is None:
                yield f"条件中的“{name}”不是数据要素，请先在 elements.yaml 中写明。"
            elif element.kind not in _FINITE:
                yield f"条件只能看取值有限的要素，“{element.label}”不是选择项；请用推导要素（derived）分档。"
            else:
                known = [option.id for option in element.options]
                for value in values:
                    if value not in known:
                        yield f"“{element.label}”没有“{value}”这个取值，可用的有：{'、'.join(known)}。"


def _element_faults(element: Element, edition: Edition) -> Iterator[str]:
    ids = [option.id for option in element.options]
    if len(ids) != len(set(ids)):
        yield "选项的编号有重复。"
    if element.kind is ValueKind.CHOICE and len(ids) < 2:
        yield "选择项至少要有两个选项（options）。"
    if element.kind is ValueKind.YES_NO and ids != ["yes", "no"]:
        yield "是否项的选项只能是 yes 和 no。"
    if element.kind not in _FINITE and ids:
        yield "只有选择项（choice、yes_no）才有选项。"
    for same in element.same_as:
        source_kind = edition.elements[same.element].kind if same.element in edition.elements else element.kind
        if source_kind is not element.kind:
            yield f"与“{same.element}”类型不同，不能取相同的值。"
    if element.derived is None:
        return
    sources = [edition.elements[source] for source in element.derived.sources if source in edition.elements]
    if element.derived.rule == "same" and element.kind is not ValueKind.YES_NO:
        yield "由 same 推导的要素应为 yes_no。"
    if element.derived.rule == "band":
        if element.kind is not ValueKind.CHOICE or len(ids) != len(element.derived.thresholds) + 1:
            yield "由 band 推导的要素应为 choice，选项比分界数值多一个。"
        if any(source.kind is not ValueKind.NUMBER for source in sources):
            yield "band 的来源应为数值（number）。"
    if any(source.derived for source in sources):
        yield "推导要素的来源不能也是推导要素。"
