"""What must hold of an edition before any situation is looked at: no circles, nothing without its parts."""

from __future__ import annotations

from collections.abc import Iterator

from lianban.rules.catalog.reading import Faults
from lianban.rules.catalog.references import placeholders
from lianban.rules.catalog.types import Edition, Element, Necessity, Unit
from lianban.rules.composer import in_working_days, limit_text, options, variables
from lianban.rules.conditions import ALWAYS
from lianban.rules.remedies import lacking, remedy

LONGEST_CHECK = 200
"""Characters of a line that surveyors tick on a phone and that is printed in the joint record."""

STOPS = ("committed", "statutory")
"""The clocks that a special procedure may stop."""


def check(edition: Edition, faults: Faults) -> None:
    """Note every structural fault; every mentioned element, paper and item exists already."""
    for path, sentence in _faults(edition):
        faults.add(edition.place(path), path.removeprefix("bundle.") or path, sentence)


def _faults(edition: Edition) -> Iterator[tuple[str, str]]:
    yield from _questions(edition)
    yield from _circles(edition)
    yield from _items(edition)
    yield from _surveys(edition)
    yield from _promises(edition)
    yield from _identity(edition)
    yield from _same_names(edition)
    yield from _derivations(edition)


def _questions(edition: Edition) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for at, question in enumerate(edition.bundle.questions):
        element = edition.elements[question.element]
        if not options(element):
            yield (
                f"bundle.questions.{at}.element",
                f"情形问题只能问取值有限的要素，“{element.label}”不是选择项；请改问分档的要素。",
            )
        if question.element in seen:
            yield f"bundle.questions.{at}.element", f"“{element.label}”问了两次。"
        seen.add(question.element)


def _circles(edition: Edition) -> Iterator[tuple[str, str]]:
    after = {entry.item: entry.after for entry in edition.bundle.items}
    for circle in circles(after):
        at = next(n for n, entry in enumerate(edition.bundle.items) if entry.item == circle[0])
        names = " → ".join(edition.items[name].name for name in [*circle, circle[0]])
        yield f"bundle.items.{at}.after", f"前置事项互相等待，永远办不成：{names}。"
    try:
        variables(edition)
    except ValueError as circle_of_questions:
        labels = "、".join(edition.elements[name].label for name in str(circle_of_questions).split("、"))
        yield "bundle.questions", f"情形问题的出现条件互相依赖：{labels}。"


def circles(after: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """The circles among items, each once, beginning with the item that stands first."""
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            found.append(path[path.index(name) :])
            return
        if name in done:
            return
        for before in after.get(name, ()):
            visit(before, [*path, name])
        done.add(name)

    for name in after:
        visit(name, [])
    return found


def _items(edition: Edition) -> Iterator[tuple[str, str]]:
    for entry in edition.bundle.items:
        item = edition.items[entry.item]
        path = f"items.{item.id}"
        if entry.notice_only:
            if item.fields or item.materials:
                yield path, f"“{item.name}”只作告知，不能要求填写字段或提交材料。"
            if item.result.elements or item.result.materials:
                yield f"{path}.result", f"“{item.name}”只作告知，没有办理结果可供其他事项使用。"
            continue
        for at, special in enumerate(item.special):
            if special.stops not in STOPS:
                yield (
                    f"{path}.special.{at}.stops",
                    f"“{special.name}”停的是哪一个时限写错了，只能写 {'、'.join(STOPS)}。",
                )
            elif special.stops == "statutory" and special.basis is None:
                yield (
                    f"{path}.special.{at}",
                    f"“{special.name}”停法定时限必须写明法律依据（basis，行政许可法第四十五条或者特别法）；"
                    "没有依据的只能停承诺时限。",
                )
        if item.extension and not (item.statutory and item.extension_basis):
            yield (
                f"{path}.extension",
                f"“{item.name}”的延长期限须同时写明法定时限（statutory）和依据（extension_basis）。",
            )
        if not remedy(item, edition.departments[item.department]):
            yield (
                path,
                f"“{item.name}”没有写明救济途径（remedy），部门也没有写明复议机关和法院，不予决定书无法出具。",
            )
        elif why := lacking(remedy(item, edition.departments[item.department])):
            yield f"{path}.remedy", f"“{item.name}”的{why}"
        for at, use in enumerate(item.fields):
            if use in item.fields[:at]:
                yield f"{path}.fields.{at}", f"“{edition.elements[use.element].label}”重复列出。"
        for at, paper in enumerate(item.materials):
            if paper in item.materials[:at]:
                yield f"{path}.materials.{at}", f"“{edition.materials[paper.material].name}”重复列出。"


def _surveys(edition: Edition) -> Iterator[tuple[str, str]]:
    for item in edition.items.values():
        path = f"items.{item.id}"
        if item.survey is None and (item.checks or item.after_survey):
            yield (
                f"{path}.{'checks' if item.checks else 'after_survey'}",
                f"“{item.name}”不需要现场勘查（survey），不能写核查要点和勘查后的时限。",
            )
        for at, check in enumerate(item.checks):
            if check.text in {before.text for before in item.checks[:at]}:
                yield f"{path}.checks.{at}", f"“{item.name}”的核查要点“{check.text}”重复列出。"
            elif len(check.text) > LONGEST_CHECK:
                yield f"{path}.checks.{at}", f"“{item.name}”的核查要点最多 {LONGEST_CHECK} 字，请分成几条。"
        if item.after_survey is not None:
            least, most = item.after_survey
            if in_working_days(least) > in_working_days(most):
                yield (
                    f"{path}.after_survey",
                    f"“{item.name}”勘查后的时限应当由短到长，不能是 {limit_text(least)}至{limit_text(most)}。",
                )


def _promises(edition: Edition) -> Iterator[tuple[str, str]]:
    """告知承诺 (国办发〔2020〕42号): content and liability are told, the promise is signed, the check comes later."""
    notices = {entry.item for entry in edition.bundle.items if entry.notice_only}
    for item in edition.items.values():
        promise, path = item.promise, f"items.{item.id}.promise"
        if promise is None:
            continue
        name = edition.materials[promise.material].name
        uses = [use for use in item.materials if use.material == promise.material]
        if item.id in notices:
            yield path, f"“{item.name}”只作告知，不能采用告知承诺。"
        elif not uses:
            yield f"{path}.material", f"“{item.name}”的承诺书“{name}”没有列入它的材料（materials）。"
        elif not any(use.necessity is Necessity.REQUIRED and use.when == ALWAYS for use in uses):
            yield f"{path}.material", f"承诺书“{name}”应当是“{item.name}”每次都要的必要材料，不能容缺、自愿或者附条件。"
        if item.survey is not None:
            yield f"{path}", f"“{item.name}”采用告知承诺的，决定后核查，不能再要求决定前现场勘查（survey）。"
        if not promise.content or not all(line.strip() for line in promise.content):
            yield f"{path}.content", f"没有写明“{item.name}”的申请人承诺什么（content）。"
        if not promise.liability.strip():
            yield f"{path}.liability", f"没有写明“{item.name}”承诺不实的法律责任（liability）。"
        if promise.verify is not None and promise.verify.unit is Unit.ON_THE_SPOT:
            yield f"{path}.verify", "核查的期限不能是当场；按本地政策核查的，整行删去。"


def _identity(edition: Edition) -> Iterator[tuple[str, str]]:
    used = {use.element for item in edition.items.values() for use in item.fields}
    used |= {question.element for question in edition.bundle.questions}
    supplied = {name for item in edition.items.values() for name in item.result.elements}
    bundle = edition.bundle
    if not bundle.subject:
        yield "bundle", "没有写明办件的名称取自哪个要素（subject）。"
    elif bundle.subject not in used:
        yield "bundle.subject", f"没有事项填写“{edition.elements[bundle.subject].label}”，办件将没有名称。"
    for at, keys in enumerate(bundle.duplicate_keys):
        for name in keys:
            if name not in used | supplied:
                yield (
                    f"bundle.duplicate_keys.{at}",
                    f"没有事项填写“{edition.elements[name].label}”，无法据此发现重复申请。",
                )
    known = used | supplied | {each.id for each in edition.elements.values() if each.derived}
    for material in edition.materials.values():
        for name in placeholders(material.form) if material.form else ():
            if name not in known:
                yield (
                    f"materials.{material.id}.form",
                    f"表格“{material.name}”要印“{edition.elements[name].label}”，但没有事项填写它。",
                )


def _same_names(edition: Edition) -> Iterator[tuple[str, str]]:
    """Two ids for one thing would be asked for twice."""
    materials: dict[str, str] = {}
    for material in edition.materials.values():
        first = materials.setdefault(material.name, material.id)
        if first != material.id:
            yield f"materials.{material.id}", f"“{material.name}”与“{first}”同名，会要求交两次，请合并。"
    labels: dict[tuple[str, str], str] = {}
    for element in edition.elements.values():
        first = labels.setdefault((element.section, element.label), element.id)
        if first != element.id:
            yield (
                f"elements.{element.id}",
                f"“{element.label}”与“{first}”在“{element.section}”中同名，会要求填两次，请合并。",
            )


def _derivations(edition: Edition) -> Iterator[tuple[str, str]]:
    for element in edition.elements.values():
        rule = element.derived
        if rule is None:
            continue
        sources = [edition.elements[source] for source in rule.sources]
        if rule.rule == "same" and len({_type(source) for source in sources}) > 1:
            labels = "”与“".join(source.label for source in sources)
            yield f"elements.{element.id}.derived", f"“{labels}”的类型不一致，无法比较是否相同。"
        if rule.rule not in {"same", "band"}:
            yield f"elements.{element.id}.derived", f"没有“{rule.rule}”这种推导规则，可用的有 same、band。"


def _type(element: Element) -> tuple[str, tuple[str, ...]]:
    return element.kind.value, tuple(option.id for option in element.options)
