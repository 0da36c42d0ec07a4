"""The four reductions, computed: papers, fields, trips, days, each with how it comes about.

Before: every certain item applied for alone. After: the merged plan. Nothing is tuned to a published
figure; what is exempt in both cases counts in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil

from lianban.rules.catalog.types import Edition, Limit, Necessity, Start, Unit
from lianban.rules.composer.merging import Core, merge
from lianban.rules.composer.opening import asked
from lianban.rules.composer.timing import HOURS_A_DAY, critical_path, in_working_days, limit_text
from lianban.rules.composer.wording import quoted
from lianban.rules.conditions import Facts
from lianban.rules.plan import Counter, PlanField, PlanItem, PlanMaterial

_MUST = (Necessity.REQUIRED, Necessity.LATER)


def counters(edition: Edition, known: Facts, core: Core) -> tuple[Counter, ...]:
    """Papers, fields, trips and days, before and after."""
    tasks = [each for each in core.items if not each.open and not each.notice_only]
    alone = {each.item: merge(edition, known, alone=each.item, words=False) for each in tasks}
    names = {each.item: each.name for each in tasks}
    waiting = [each.name for each in core.items if each.open and not each.notice_only]
    still = (f"{quoted(waiting)}是否办理尚未确定，未计入。",) if waiting else ()
    return (
        _papers(core, alone, names, still),
        _fields(core, alone, names, still),
        _trips(tasks, still),
        _days(tasks, still),
    )


def _must_bring(materials: Iterable[PlanMaterial]) -> list[PlanMaterial]:
    return [each for each in materials if each.to_bring and not each.open and each.necessity in _MUST]


def _papers(core: Core, alone: dict[str, Core], names: dict[str, str], still: tuple[str, ...]) -> Counter:
    before = {name: _must_bring(single.materials) for name, single in alone.items()}
    after = _must_bring(core.materials)
    lines = [
        f"“{names[name]}”单独办理：{len(papers)} 份" + (f"（{'、'.join(p.name for p in papers)}）" if papers else "")
        for name, papers in before.items()
    ]
    total = sum(len(papers) for papers in before.values())
    lines.append(f"合并后：{len(after)} 份" + (f"（{'、'.join(each.name for each in after)}）" if after else ""))
    asks: dict[str, list[str]] = {}
    for name, papers in before.items():
        for paper in papers:
            asks.setdefault(paper.name, []).append(names[name])
    lines += [
        f"“{paper}”原需分别交给{quoted(items)}，现只交一次。"
        for paper, items in asks.items()
        if len(items) > 1 and any(each.name == paper for each in after)
    ]
    lines += [
        f"“{each.name}”由“{names.get(each.from_item, each.from_item)}”的结果提供，不再提交。"
        for each in core.materials
        if each.from_item
    ]
    exempt = [each.name for each in core.materials if each.exemption is not None]
    if exempt:
        lines.append(f"系统生成或共享取得的{quoted(exempt)}，前后都不计。")
    aside = [each.name for each in core.materials if each.to_bring and each.necessity is Necessity.OPTIONAL]
    if aside:
        lines.append(f"自愿提交的{quoted(aside)}，前后都不计。")
    on_site = [each.name for each in core.materials if each.necessity is Necessity.ON_SITE and not each.from_item]
    if on_site:
        lines.append(f"现场核查时出示的{quoted(on_site)}，前后都不计。")
    maybe = [each.name for each in core.materials if each.open and each.to_bring and each.necessity in _MUST]
    if maybe:
        lines.append(f"{quoted(maybe)}是否提交尚未确定，未计入。")
    return Counter("papers", total, len(after), "份", (*lines, *still))


def _told(fields: Iterable[PlanField]) -> list[PlanField]:
    return [each for each in fields if not each.open and asked(each)]


def _fields(core: Core, alone: dict[str, Core], names: dict[str, str], still: tuple[str, ...]) -> Counter:
    before = {name: len(_told(single.fields)) for name, single in alone.items()}
    after = _told(core.fields)
    total = sum(before.values())
    lines = [f"“{names[name]}”单独办理：填写 {count} 项" for name, count in before.items()]
    answered = sum(each.given == "answer" for each in after)
    tail = f"（其中 {answered} 项已在情形问答中回答）" if answered else ""
    lines.append(f"合并后：每项只填一次，共 {len(after)} 项{tail}")
    for source, name in names.items():
        labels = [each.label for each in core.fields if each.given == f"item:{source}"]
        if labels:
            lines.append(f"{quoted(labels)}由“{name}”的办理结果提供，不用填写。")
    maybe = sum(each.open for each in core.fields)
    if maybe:
        lines.append(f"另有 {maybe} 项是否填写尚未确定，未计入。")
    return Counter("fields", total, len(after), "项", (*lines, *still))


def _trips(tasks: list[PlanItem], still: tuple[str, ...]) -> Counter:
    def trips(spot: bool) -> int:
        return 1 if spot else 2

    spots = [each.committed.unit is Unit.ON_THE_SPOT for each in tasks]
    before = sum(trips(spot) for spot in spots)
    after = trips(all(spots)) if tasks else 0
    lines = [
        f"“{each.name}”单独办理：" + ("当场办结，1 次" if spot else "递交、领取各 1 次，共 2 次")
        for each, spot in zip(tasks, spots, strict=True)
    ]
    if tasks:
        lines.append(
            "合并后：综合窗口" + ("当场办结，共 1 次" if after == 1 else "一次递交、一次领取全部结果，共 2 次")
        )
    return Counter("trips", before, after, "次", (*lines, *still))


def _days(tasks: list[PlanItem], still: tuple[str, ...]) -> Counter:
    units = {each.committed.unit for each in tasks}
    in_hours = Unit.OFFICE_HOURS in units and units <= {Unit.OFFICE_HOURS, Unit.ON_THE_SPOT}
    scale, unit = (HOURS_A_DAY, "个工作小时") if in_hours else (1, "个工作日")
    names = {each.item: each.name for each in tasks}
    length, chain = critical_path(tasks)
    before, after = (ceil(value * scale) for value in (_sum(each.committed for each in tasks), length))
    lines = [f"“{each.name}”承诺 {limit_text(each.committed)}{_converted(each.committed, scale)}" for each in tasks]
    if tasks:
        lines.append(f"逐项相加：{before} {unit}")
    if chain:
        lines.append(f"同时办理，只按最长的一条计：{' → '.join(names[each] for each in chain)}，{after} {unit}")
    beside = [each.name for each in tasks if each.after and each.start is Start.ACCEPTANCE]
    if beside:
        lines.append(f"{quoted(beside)}的时限自受理起算，与前置事项同时计。")
    return Counter("days", before, after, unit, (*lines, *still))


def _sum(limits: Iterable[Limit]) -> Fraction:
    return sum((in_working_days(each) for each in limits), Fraction(0))


def _converted(limit: Limit, scale: int) -> str:
    """How a limit in another unit is counted, said aloud."""
    if limit.unit is Unit.ON_THE_SPOT:
        return "（按 0 计）"
    if limit.unit is Unit.WORKING_DAYS or scale != 1:
        return ""
    value = float(in_working_days(limit))
    how = {
        Unit.OFFICE_HOURS: f"每个工作日 {HOURS_A_DAY} 小时",
        Unit.HOURS: "每日 24 小时",
        Unit.NATURAL_DAYS: "每 7 日 5 个工作日",
        Unit.MONTHS: "每月约 20.7 个工作日",
    }[limit.unit]
    return f"（{how}，折合 {value:.2f} 个工作日）"
