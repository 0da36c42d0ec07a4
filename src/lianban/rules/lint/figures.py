"""Published figures against the rules: limits, compression, the 2 and 5 days, the bundle's promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lianban.rules.catalog.types import Bundle, Edition, Item, Limit, RecordedException, Start, Unit
from lianban.rules.composer import critical_path, finishes, in_working_days, limit_text, settle
from lianban.rules.composer.asking import ancestors
from lianban.rules.composer.knowledge import bundle_items
from lianban.rules.composer.merging import plan_items
from lianban.rules.composer.wording import quoted
from lianban.rules.lint.proof import told

COMPRESSION = Fraction(1, 5)
"""Commitments lie at least 20 % below the statutory limit."""
SIMPLE, COMPLEX = 2, 5
"""Working days of simple and complex items."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A published figure that breaks a rule: the sentence, where the figure comes from, where it stands."""

    sentence: str
    source: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}：" if self.line else ""
        return f"{where}{self.sentence}" + (f"来源：{self.source}" if self.source else "")


Plans = Mapping[frozenset[str], Mapping[str, str]]


def check(edition: Edition, plans: Plans) -> tuple[list[Finding], list[str]]:
    """Findings and hints; `plans` are the sets of items that are needed together, each with one situation."""
    findings: list[Finding] = []
    hints: list[str] = []
    for entry in edition.bundle.items:
        item = edition.items[entry.item]
        if entry.notice_only:
            continue
        for key, rule, sentence in _item(item):
            excepted = _exception(item.exceptions, rule)
            if excepted is None:
                findings.append(_finding(edition, f"items.{item.id}.{key}", sentence, item.source))
            else:
                hints.append(f"{sentence}已记录例外：{excepted.reason}")
        drafted = sum(check.proposed for check in item.checks)
        if drafted:
            hints.append(f"“{item.name}”的现场核查要点有 {drafted} 条为拟定，启用前请对照本地公布的标准核实。")
        if item.proposed:
            hints.append(f"“{item.name}”为拟定内容。来源：{item.source}")
    findings.extend(_promise(edition, plans, hints))
    hints.extend(_brought_along(edition, plans))
    return findings, hints


def _finding(edition: Edition, path: str, sentence: str, source: str) -> Finding:
    place = edition.place(path)
    return Finding(sentence, source, place.file, place.line)


def _exception(exceptions: tuple[RecordedException, ...], rule: str) -> RecordedException | None:
    return next((each for each in exceptions if each.rule == rule), None)


def _item(item: Item) -> Iterator[tuple[str, str, str]]:
    """(field, rule an exception may be recorded from, sentence)."""
    committed = in_working_days(item.committed)
    if item.statutory is not None and item.statutory.unit is not Unit.ON_THE_SPOT:
        statutory = in_working_days(item.statutory)
        against = f"“{item.name}”承诺 {limit_text(item.committed)}，法定 {limit_text(item.statutory)}："
        if committed > statutory:
            yield "committed", "statutory", f"{against}承诺长于法定时限，到期以法定时限为准。"
        elif 1 - committed / statutory < COMPRESSION:
            share = round(float(1 - committed / statutory) * 100)
            yield "committed", "compression", f"{against}只压缩 {share}%，不足 20%。"
    if item.after_survey is not None:
        longest = item.after_survey[1]
        if item.statutory is not None and in_working_days(longest) > in_working_days(item.statutory):
            yield (
                "after_survey",
                "statutory",
                f"“{item.name}”勘查后最长 {limit_text(longest)}，长于法定时限 {limit_text(item.statutory)}："
                "到期以法定时限为准。",
            )
        if in_working_days(longest) > committed:
            yield (
                "after_survey",
                "committed",
                f"“{item.name}”勘查后最长 {limit_text(longest)}，长于承诺时限 {limit_text(item.committed)}："
                "不能据此延长承诺。",
            )
    if item.survey is not None and not item.checks:
        yield "survey", "checks", f"“{item.name}”需要现场勘查，但没有写明核查要点（checks），勘查人员无从对照。"
    most = COMPLEX if item.complex else SIMPLE
    if committed > most:
        kind = "复杂" if item.complex else "简单"
        yield (
            "committed",
            "days",
            f"“{item.name}”承诺 {limit_text(item.committed)}，超过{kind}事项 {most} 个工作日的上限。",
        )


def _promise(edition: Edition, plans: Plans, hints: list[str]) -> Iterator[Finding]:
    bundle = edition.bundle
    promised = in_working_days(bundle.commitment)
    worst: tuple[Fraction, tuple[str, ...], Mapping[str, str]] | None = None
    tight: dict[str, str] = {}
    for situation in plans.values():
        items = plan_items(edition, settle(edition, situation))
        length, chain = critical_path(items)
        if worst is None or length > worst[0]:
            worst = length, chain, situation
        ends = finishes(each for each in items if not each.notice_only)
        for each in items:
            waits = max((ends[name][0] for name in each.after if name in ends), default=Fraction(0))
            if each.start is Start.ACCEPTANCE and waits > in_working_days(each.committed):
                tight.setdefault(each.item, f"“{each.name}”承诺 {limit_text(each.committed)}，自受理起算，")
    for name, sentence in tight.items():
        item = edition.items[name]
        told_so = f"{sentence}但前置事项按承诺可以更晚办结，届时已经超期。"
        yield _finding(edition, f"items.{name}.committed", told_so, item.source)
    if worst is None or worst[0] <= promised:
        return
    names = " → ".join(
        f"{edition.items[each].name}（{limit_text(edition.items[each].committed)}）" for each in worst[1]
    )
    sentence = (
        f"整件事承诺 {limit_text(bundle.commitment)}，关键路径合计 {_length(worst[0], bundle.commitment)}：{names}"
        f"（例如：{told(edition, worst[2])}）。"
    )
    if bundle.commitment_excludes:
        sentence += f"承诺不含：{bundle.commitment_excludes}"
    excepted = _exception(bundle.exceptions, "promise")
    if excepted is None:
        yield _finding(edition, "bundle.commitment", sentence, _source(bundle))
    else:
        hints.append(f"{sentence}已记录例外：{excepted.reason}")


def _brought_along(edition: Edition, plans: Plans) -> Iterator[str]:
    """What the applicant tells or brings where no predecessor that makes it is needed."""
    before = ancestors(edition.bundle.items)
    items = bundle_items(edition)
    parts: dict[str, list[str]] = {}

    def note(names: set[str], label: str, askers: list[Item], verb: str) -> None:
        makers = [item for item in items if item.id in names]
        waits = [item for item in askers if names & set(before[item.id])]
        if any(item.id in plan and not names & plan for item in waits for plan in plans):
            parts.setdefault(quoted(item.name for item in makers), []).append(f"“{label}”由申请人{verb}")

    for name, element in edition.elements.items():
        makers = {item.id for item in items if name in item.result.elements}
        note(makers, element.label, [i for i in items if any(use.element == name for use in i.fields)], "填写")
    for name, paper in edition.materials.items():
        makers = {item.id for item in items if name in item.result.materials and paper.exemption is None}
        note(makers, paper.name, [i for i in items if any(use.material == name for use in i.materials)], "提交")
    for without, told_so in parts.items():
        yield f"不办理{without}时，{'，'.join(told_so)}。"


def _length(length: Fraction, like: Limit) -> str:
    if like.unit is Unit.OFFICE_HOURS:
        return f"{float(length / in_working_days(Limit(1, Unit.OFFICE_HOURS))):g} 个工作小时"
    return f"{round(float(length), 2):g} 个工作日"


def _source(bundle: Bundle) -> str:
    return bundle.source or "；".join(dict.fromkeys(each.source for each in bundle.published))
