"""What hangs on a question that is not answered yet: 如选择……则需……."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lianban.rules.catalog.types import Edition, Exemption, Necessity
from lianban.rules.composer.knowledge import bundle_items, item_conditions, options, settle
from lianban.rules.composer.merging import STRICTNESS, Core, merge
from lianban.rules.composer.wording import quoted
from lianban.rules.conditions import Condition, Facts, Is, Not, holds
from lianban.rules.plan import OpenPoint, PlanField, PlanItem, PlanMaterial

NOTHING = "不增加事项、材料和填写内容"
_BRING = {
    Necessity.REQUIRED: "需提交",
    Necessity.LATER: "可先受理、后补",
    Necessity.ON_SITE: "现场核查时需出示",
    Necessity.OPTIONAL: "可自愿提交",
}


def open_points(edition: Edition, facts: Facts, known: Facts, base: Core) -> tuple[OpenPoint, ...]:
    """The points on which the plan still hangs, questions first in their order, with all branches."""
    undecided = _undecided(edition, known, base)
    asks = {question.element: question.ask for question in edition.bundle.questions}
    names = [name for name in asks if name in undecided] + [name for name in undecided if name not in asks]
    points = []
    for name in names:
        branches = [
            (option, merge(edition, settle(edition, {**facts, name: option.id}), words=False))
            for option in options(edition.elements[name])
        ]
        if len(names) == 1 and all(_substance(core) == _substance(base) for _, core in branches):
            continue
        cores = [core for _, core in branches]
        told = tuple(
            (option.id, option.label, (*_difference(base, core, edition), *_still_open(core, cores)) or (NOTHING,))
            for option, core in branches
        )
        points.append(OpenPoint(name, asks.get(name) or edition.elements[name].label, told))
    return tuple(points)


def _undecided(edition: Edition, known: Facts, base: Core) -> dict[str, None]:
    """The unknown finite elements on which something of the plan hangs, directly or through a question."""
    entries = {entry.item: entry for entry in edition.bundle.items}
    pending: list[Condition] = [entries[each.item].when for each in base.items if each.open]
    planned = {each.item for each in base.items}
    for item in bundle_items(edition):
        if item.id in planned:
            pending.extend(item_conditions(item))
    found = dict.fromkeys(name for condition in pending for name in unknown(condition, known))
    asked = {question.element: question for question in edition.bundle.questions}
    todo = list(found)
    while todo:
        name = todo.pop(0)
        rule = edition.elements[name].derived
        sources = [each for each in rule.sources if each in asked and each not in known] if rule else []
        further = [*unknown(asked[name].when, known), *sources] if name in asked else sources
        new = [each for each in further if each not in found]
        found.update(dict.fromkeys(new))
        todo.extend(new)
        if rule and name not in asked and sources and {*rule.sources} <= {*asked, *known}:
            del found[name]
    return found


def unknown(condition: Condition, known: Facts) -> Iterator[str]:
    """The elements on which a condition still hangs; none once it is decided."""
    if holds(condition, known) is not None:
        return
    match condition:
        case Is(element, _):
            yield element
        case Not(part):
            yield from unknown(part, known)
        case _:
            for part in condition.parts:
                yield from unknown(part, known)


def _substance(core: Core) -> object:
    """A core without its words."""
    return (
        [(each.item, each.open, each.after, each.survey) for each in core.items],
        [(each.element, each.open, each.required, asked(each), each.askers) for each in core.fields],
        [
            (each.material, each.open, each.necessity, each.copies, each.standards, each.to_bring, each.from_item)
            for each in core.materials
        ],
    )


def asked(line: PlanField) -> bool:
    """Whether the applicant tells it, on the form or as an answer."""
    return line.given in ("", "answer")


def _difference(base: Core, core: Core, edition: Edition) -> Iterator[str]:
    """What an answer settles, compared with not knowing it."""
    # An item can come newly: when this answer makes an earlier one moot that had ruled it out.
    certain = {each.item for each in base.items if not each.open}
    surveyed = {each.item for each in base.items if each.survey}
    after = {each.item for each in core.items}
    needed = [each for each in core.items if not each.open and each.item not in certain]
    for each in needed:
        verb = "另告知" if each.notice_only else "需办理"
        yield f"{verb}“{each.name}”（{edition.departments[each.department].short}）"
    gone = [each.name for each in base.items if each.item not in after]
    if gone:
        yield f"不需办理{quoted(gone)}"
    for each in core.items:
        if each.survey and each.item not in surveyed:
            yield f"“{each.name}”需现场核查"
    yield from _papers({each.material: each for each in base.materials}, core.materials)
    signed = _to_sign(core) - _to_sign(base)
    if signed:
        yield f"由窗口打印{quoted(each.name for each in core.materials if each.material in signed)}，核对签名"
    kept = {each.material for each in core.materials if _handed(each)}
    spared = [each.name for each in base.materials if _handed(each) and each.material not in kept]
    if spared:
        yield f"不需提交{quoted(spared)}"
    told = {each.element for each in base.fields if asked(each) and not each.open}
    fill = [each.label for each in core.fields if not each.given and not each.open and each.element not in told]
    if fill:
        yield f"需填写{_some(fill)}"
    still = {each.element for each in core.fields if asked(each)}
    skip = [each.label for each in base.fields if not each.given and each.element not in still]
    if skip:
        yield f"不需填写{_some(skip)}"


def _still_open(core: Core, branches: list[Core]) -> Iterator[str]:
    """What this answer leaves open although another one would have settled it."""
    items = [each for each in core.items if each.open and _settled(each.item, [_open(b.items) for b in branches])]
    if items:
        yield f"{quoted(each.name for each in items)}是否办理，还要看其他情形"
    listed = {each.item for each in items}

    def left(lines: Iterable[PlanField] | Iterable[PlanMaterial], states: list[dict[str, bool]]) -> list[str]:
        return [
            line.label if isinstance(line, PlanField) else line.name
            for line in lines
            if line.open and _settled(_key(line), states) and not {asker.item for asker in line.askers} <= listed
        ]

    papers = left((each for each in core.materials if _handed(each)), [_open(b.materials) for b in branches])
    if papers:
        yield f"{quoted(papers)}是否提交，还要看其他情形"
    fill = left((each for each in core.fields if asked(each)), [_open(b.fields) for b in branches])
    if fill:
        yield f"{_some(fill)}是否填写，还要看其他情形"


def _open(lines: Iterable[PlanItem | PlanField | PlanMaterial]) -> dict[str, bool]:
    return {_key(line): line.open for line in lines}


def _settled(name: str, states: Iterable[dict[str, bool]]) -> bool:
    """Whether some branch knows about the line: it is certain there, or gone."""
    return any(not state.get(name, False) for state in states)


def _key(line: PlanItem | PlanField | PlanMaterial) -> str:
    return line.item if isinstance(line, PlanItem) else line.element if isinstance(line, PlanField) else line.material


def _papers(before: dict[str, PlanMaterial], materials: Iterable[PlanMaterial]) -> Iterator[str]:
    by_word: dict[str, list[str]] = {}
    for each in sorted(materials, key=lambda line: STRICTNESS.index(line.necessity)):
        if each.open or not _handed(each):
            continue
        was = before.get(each.material)
        if was is None or was.open or not _handed(was):
            by_word.setdefault(_BRING[each.necessity], []).append(each.name)
        elif STRICTNESS.index(each.necessity) < STRICTNESS.index(was.necessity):
            by_word.setdefault(f"改为{_BRING[each.necessity]}", []).append(each.name)
        elif each.copies > was.copies:
            by_word.setdefault(f"复印件共需 {each.copies} 份：", []).append(each.name)
    for word, names in by_word.items():
        yield f"{word}{quoted(names)}"


def _to_sign(core: Core) -> set[str]:
    """The papers that the system prints and the applicant signs, as far as they are certain."""
    return {each.material for each in core.materials if each.exemption is Exemption.GENERATED and not each.open}


def _handed(line: PlanMaterial) -> bool:
    return line.exemption is None and not line.from_item


def _some(labels: list[str]) -> str:
    shown = 6
    return quoted(labels[:shown]) + (f"等 {len(labels)} 项" if len(labels) > shown else "")
