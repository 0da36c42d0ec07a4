"""What a decision must say before it can be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.casework.progress import Held
from lianban.casework.tasks.handling import LONGEST_TEXT
from lianban.outside.clock import local
from lianban.rules import lifecycles, values
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.lifecycles import TaskRow
from lianban.rules.remedies import lacking

LONGEST_NAME = 100
LONGEST_SCOPE = 1000


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as typed: a licence, certificate or opinion, with its scan (`file`) or without."""

    name: str
    issued_on: date
    number: str = ""
    valid_until: date | None = None
    file: Attachment | None = None


def must_be_open(held: Held, life: TaskRow, event: str, by: Actor) -> None:
    """Raise Conflict, in words that say what to do first, unless the actor may decide now."""
    task, name = held.tasks[UUID(life.id)], lifecycles.labels(lifecycles.TaskLife)[event]
    if life.state == "waiting":
        raise errors.Conflict(f"前置事项还没有办成，现在不能{name}。前置事项办成后任务会自动派发。")
    if life.state == "dispatched":
        raise errors.Conflict(f"请先签收任务，再作出“{name}”决定。")
    if life.stage.final:
        who, when = task["decided_by_name"] or "系统", local(task["decided_at"])
        raise errors.Conflict(f"这个事项已由{who}在 {when:%m月%d日 %H:%M} 办结（{life.stage.name}），不能再次决定。")
    unmet = set(lifecycles.options(life, by)[event]) - lifecycles.ENTRIES
    if unmet:
        raise lifecycles.Illegal(life, event, by)


def unprintable(texts: Mapping[str, str]) -> dict[str, str]:
    """Field by field, why a text could never be printed: a decision on paper cannot be mended afterwards."""
    found = {}
    for name, text in texts.items():
        try:
            values.readable(text, lines=True)
        except errors.Invalid as problem:
            found[name] = problem.sentence
    return found


def check_results(results: Sequence[NewResult], opinion: str, scope: str, at: datetime) -> None:
    """Raise Invalid with the fields unless there is a result, each with a name and plausible days."""
    fields, today = {}, local(at).date()
    if not results:
        fields["results"] = "请至少填写一项办理结果（名称、文号、发证日期），或者上传结果文件。"
    for n, result in enumerate(results):
        if not 0 < len(result.name.strip()) <= LONGEST_NAME:
            fields[f"results.{n}.name"] = f"请填写结果名称（不超过 {LONGEST_NAME} 字）。"
        if len(result.number) > LONGEST_NAME:
            fields[f"results.{n}.number"] = f"文号或证号不能超过 {LONGEST_NAME} 字。"
        if result.issued_on > today:
            fields[f"results.{n}.issued_on"] = "发证日期不能晚于今天，请核对。"
        if result.valid_until is not None and result.valid_until < result.issued_on:
            fields[f"results.{n}.valid_until"] = "有效期截止日期早于发证日期，请核对。"
    if len(opinion) > LONGEST_TEXT:
        fields["opinion"] = f"审查意见最多 {LONGEST_TEXT} 字，请缩短。"
    if len(scope) > LONGEST_SCOPE:
        fields["scope"] = f"准予的内容和范围最多 {LONGEST_SCOPE} 字，请缩短。"
    texts = {f"results.{n}.{part}": getattr(r, part) for n, r in enumerate(results) for part in ("name", "number")}
    fields |= unprintable(texts | {"opinion": opinion, "scope": scope})
    if fields:
        raise errors.Invalid("".join(dict.fromkeys(fields.values())), fields)


def check_reasons(reason: str, basis: str, remedy: str, opinion: str) -> None:
    """Raise Invalid with the fields unless facts, reason, basis and remedy are all there (行政许可法 38(2), F1)."""
    fields = {}
    texts = {
        "opinion": ("查明的事实", opinion),
        "reason": ("理由", reason),
        "basis": ("法律依据", basis),
        "remedy": ("救济途径", remedy),
    }
    for name, (label, text) in texts.items():
        if not text.strip():
            fields[name] = "请写明救济途径（行政复议、行政诉讼）。" if name == "remedy" else f"请写明不予的{label}。"
            if name == "opinion":
                fields[name] = "请写明审查查明的事实。"
        elif len(text) > LONGEST_TEXT:
            fields[name] = f"{label}最多 {LONGEST_TEXT} 字，请缩短。"
    if remedy.strip() and (why := lacking(remedy)):
        fields["remedy"] = why
    fields |= unprintable({"reason": reason, "basis": basis, "remedy": remedy, "opinion": opinion})
    if fields:
        raise errors.Invalid("不予决定还不能作出：" + "".join(fields.values()), fields)


def supplied(held: Held, edition: Edition, item: str, given: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The result's data elements in canonical form. Raises Invalid: what other items wait for must be there."""
    possible = edition.items[item].result.elements
    awaited = {f.element for f in held.plan.fields if f.given == f"item:{item}"}
    facts, fields = {}, {}
    for element in possible:
        label = edition.elements[element].label
        try:
            value = values.clean(edition.elements[element], given.get(element, ""), local(at).date())
        except errors.Invalid as problem:
            fields[element] = f"{label}：{problem.sentence}"
            continue
        if value:
            facts[element] = value
        elif element in awaited:
            fields[element] = f"请填写“{label}”：后面的事项要用它。"
    for element in given:
        if element not in possible:
            fields[element] = f"“{edition.items[item].name}”的结果里没有这一项，请去掉。"
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
    return facts
