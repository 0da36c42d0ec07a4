"""Who may move a legal limit, by how much and for which causes (行政许可法 42, 45)."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from lianban.errors import Invalid
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Item, Limit, SpecialProcedure, Unit
from lianban.rules.clock import Pause, days_pause
from lianban.rules.statutory import DECIDE, PERMISSION

CAUSES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
"""The closed list of 行政许可法 45. An on-site survey, publicity, a superior's opinion and make-up of materials are not
on it and never stop the law's own limit, unless a special law says so."""
CAUSES_BASIS = "《中华人民共和国行政许可法》第四十五条"
EXTENSION_BASIS = "《中华人民共和国行政许可法》第四十二条第一款"
JOINT_BASIS = "《中华人民共和国行政许可法》第四十二条第二款"
RANKS = {Role.DEPARTMENT_HEAD: "本行政机关负责人", Role.GOVERNMENT_HEAD: "本级人民政府负责人"}
LONGEST_PROCEDURE = 365
ARTICLE = re.compile(r"《[^《》]+》.*第.+条")
"""What is typed as a special law names the document and the article."""


class Allowed(NamedTuple):
    """How much longer a limit may become, by which law, with whose approval."""

    limit: Limit
    basis: str
    rank: Role


def item_extension(item: Item, limit: Limit | None) -> Allowed | None:
    """The one extension of an item's limit; None when the law gives none. `limit` is the law's own (`statutory`).

    The ten working days of 42(1) belong to its twenty, declared or not. Where a special law sets another limit it also
    says by how much it may be extended (42(1): 法律、法规另有规定的，依照其规定); so for what is no permission.
    """
    if item.extension is not None:
        law = item.extension_basis
        return Allowed(item.extension, f"{law.document}{law.article}" if law else "", Role.DEPARTMENT_HEAD)
    if item.kind == PERMISSION and limit == DECIDE:
        return Allowed(Limit(10, Unit.WORKING_DAYS), EXTENSION_BASIS, Role.DEPARTMENT_HEAD)
    return None


def joint_extension() -> Allowed:
    """Fifteen working days more for what is organised jointly (42(2)), approved by the head of the government."""
    return Allowed(Limit(15, Unit.WORKING_DAYS), JOINT_BASIS, Role.GOVERNMENT_HEAD)


class Procedure(NamedTuple):
    """A procedure that may stop clocks. `flag` says what has to be looked at twice, "" for the causes of 45."""

    name: str
    cause: str
    stops_statutory: bool
    basis: str
    flag: str = ""


def procedure(cause: str, name: str, basis: str, published: Collection[SpecialProcedure]) -> Procedure:
    """The procedure that is asked for: one of the causes of 45, or by `name` one that the item's guide publishes.

    A special law that stops the law's own limit must be named in `basis` or in the guide. Raises Invalid.
    """
    if cause:
        if cause not in CAUSES:
            sentence = f"请选择法定的特别程序：{'、'.join(CAUSES.values())}。"
            raise Invalid(sentence, {"procedure": sentence})
        return Procedure(CAUSES[cause], cause, True, CAUSES_BASIS)
    guide = next((each for each in published if each.name == name), None)
    if guide is None:
        sentence = "请选择特别程序。现场勘查、公示、征求上级意见、补交材料都不停止法定时限（行政许可法第四十五条）。"
        raise Invalid(sentence, {"procedure": sentence})
    published_law, typed = f"{guide.basis.document}{guide.basis.article}" if guide.basis else "", basis.strip()
    if guide.stops != "statutory" and not typed:
        law = published_law or "办事指南公布"
        return Procedure(guide.name, "", False, law, "只暂停承诺时限，法定时限照常计算")
    # What the guide says of a stop of the commitment is no law for a stop of the law's own limit.
    law = published_law if guide.stops == "statutory" and published_law else typed
    if not law or (law == typed and not ARTICLE.search(law)):
        sentence = "停止法定时限必须写明特别法的依据（文件名称和条款），如“《……法》第……条”。"
        raise Invalid(sentence, {"basis": sentence})
    return Procedure(guide.name, "", True, law, "依据特别法停止法定时限，须核对依据")


def stretch(first: date, length: Limit, calendar: Calendar) -> Pause:
    """The time required: `length` working or natural days from `first` on, that day included. Raises Invalid."""
    if not 0 < length.amount <= LONGEST_PROCEDURE:
        sentence = f"请填写 1 到 {LONGEST_PROCEDURE} 之间的天数。"
        raise Invalid(sentence, {"days": sentence})
    last, left = first, length.amount
    try:
        while left := left - (length.unit is Unit.NATURAL_DAYS or calendar.day(last).working):
            last += timedelta(days=1)
        return days_pause(first, last)
    except OverflowError as error:
        sentence = "开始日期太远，请核对年份。"
        raise Invalid(sentence, {"since": sentence}) from error


def same_hands(decider: Actor, *askers: str) -> bool:
    """Whether the decider, in person or through a post filled for somebody, is one of those who asked (四眼原则)."""
    return any(decider.is_or_stands_for(asker) for asker in askers)
