"""On-site surveys (行政许可法 34; domain E): who surveys, what a conclusion must say, which times can be offered.

A survey stops no legal limit (45): time for it is found within the limits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lianban import errors
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit
from lianban.rules.clock import SHANGHAI

CONCLUSIONS = {"pass": "合格", "pass_with_rectification": "整改后合格", "fail": "不合格"}
TOO_FEW = "现场勘查人员不少于两人（行政许可法第三十四条），请补填另一位勘查人员的姓名和执法证号。"
LONGEST_TEXT = 4000
LONGEST_NAME = 50
LONGEST_CERTIFICATE = 40
FURTHEST = 60
"""How many days ahead an appointment may lie."""


class Surveyor(NamedTuple):
    """Who surveys, with the number of the law-enforcement certificate (执法证号)."""

    name: str
    certificate: str


def team(surveyors: Sequence[Surveyor], field: str = "surveyors") -> tuple[Surveyor, ...]:
    """The surveyors, tidied: at least two persons, each with a certificate number of his own. Raises Invalid."""
    known: dict[str, str] = {}
    for one in surveyors:
        name, certificate = " ".join(one.name.split()), "".join(one.certificate.split())
        if name and known.get(name, certificate) != certificate:
            raise _wrong(field, f"{name}填写了两个不同的执法证号，请核对。")
        if name:
            known[name] = certificate
        elif certificate:
            raise _wrong(field, f"执法证号“{certificate}”没有填写姓名，请补填。")
    if len(known) < 2:
        raise _wrong(field, TOO_FEW)
    if any(len(name) > LONGEST_NAME or len(c) > LONGEST_CERTIFICATE for name, c in known.items()):
        raise _wrong(field, f"勘查人员姓名最多 {LONGEST_NAME} 字，执法证号最多 {LONGEST_CERTIFICATE} 位，请缩短。")
    if missing := [name for name, certificate in known.items() if not certificate]:
        raise _wrong(field, f"请填写{'、'.join(missing)}的执法证号，现场勘查要出示执法证件。")
    if len(set(known.values())) < len(known):
        raise _wrong(field, "两名勘查人员的执法证号相同，请核对。")
    return tuple(Surveyor(name, certificate) for name, certificate in known.items())


def _wrong(field: str, sentence: str) -> errors.Invalid:
    return errors.Invalid(sentence, {field: sentence})


@dataclass(frozen=True, slots=True)
class Said:
    """What the surveyors of an item conclude. `rectify_by`: until when the problems are to be put right."""

    conclusion: str
    findings: str = ""
    rectify_by: date | None = None
    limit: Limit | None = None
    """The committed limit after the survey, where the region has published a range."""
    limit_reason: str = ""
    desk: bool = False
    """A re-check on papers, photos or goods brought along, without going there."""


def check(
    said: Said, *, surveyed_on: date, applied_on: date, today: date, rechecking: bool, last_on: date | None = None
) -> None:
    """Raise Invalid, field by field, unless the conclusion says what it must. `last_on`: the day of the last survey.

    `rechecking`: an earlier survey asked for rectification, or failed.
    """
    fields = {}
    if surveyed_on > today:
        fields["surveyed_on"] = "勘查日期不能晚于今天，请核对。"
    elif surveyed_on < applied_on:
        fields["surveyed_on"] = f"勘查日期早于收到申请的日期（{applied_on}），请核对。"
    elif last_on is not None and surveyed_on < last_on:
        fields["surveyed_on"] = f"勘查日期早于上一次勘查的日期（{last_on}），以后来的结论为准，请核对。"
    if said.conclusion not in CONCLUSIONS:
        fields["conclusion"] = f"请选择勘查结论：{'、'.join(CONCLUSIONS.values())}。"
    elif said.conclusion != "pass" and not said.findings.strip():
        fields["findings"] = "结论不是“合格”的，请写明发现的问题和整改要求。"
    if len(said.findings) > LONGEST_TEXT:
        fields["findings"] = f"勘查情况最多 {LONGEST_TEXT} 字，请缩短。"
    if said.conclusion == "pass_with_rectification":
        if said.rectify_by is None:
            fields["rectify_by"] = "结论是“整改后合格”的，请写明整改的期限，期满前复查。"
        elif said.rectify_by <= surveyed_on:
            fields["rectify_by"] = "整改期限应当晚于勘查日期，请核对。"
    elif said.rectify_by is not None:
        fields["rectify_by"] = "只有结论是“整改后合格”的才写整改期限，请删去或者改选结论。"
    if said.desk and not rechecking:
        fields["desk"] = "第一次勘查要到现场；书面复查只用于核对整改情况。"
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


def within(limit: Limit, published: tuple[Limit, Limit] | None, reason: str) -> None:
    """Raise Invalid unless the surveyors may set this limit: within the published range, with a reason."""
    if published is None:
        raise _wrong("limit", "这个事项没有公布勘查后确定时限的范围，承诺时限不变，请把“办理时限”留空。")
    low, high = published
    if limit.unit is not low.unit or not low.amount <= limit.amount <= high.amount:
        raise _wrong(
            "limit",
            f"公布的范围是 {low.amount} 到 {high.amount} {UNIT_WORDS[low.unit.value]}，请在范围内确定办理时限。",
        )
    if not reason.strip():
        raise _wrong("limit_reason", "请写明这样确定办理时限的理由，理由会告知申请人。")


UNIT_WORDS = {"wd": "个工作日", "wh": "个工作小时", "h": "小时", "d": "个自然日", "m": "个月"}


class Slot(NamedTuple):
    """A time of the week at which the departments go out together; `quota` places at most."""

    id: str
    weekday: int
    starts_at: time
    ends_at: time
    quota: int


DEFAULT_SLOTS = tuple(
    (weekday, begins, ends, 2)
    for weekday in range(1, 6)
    for begins, ends in ((time(9, 30), time(11, 30)), (time(14), time(16)))
)
"""Weekday, from, to, quota: what a region has until it decides otherwise (unverified)."""


class Busy(NamedTuple):
    """A department has nobody to send from `since` to `until`."""

    department: str
    since: datetime
    until: datetime
    reason: str


class Offer(NamedTuple):
    """A slot on a day; `why` says why it cannot be taken, "" when it can."""

    slot: str
    starts_at: datetime
    ends_at: datetime
    left: int
    why: str

    @property
    def day(self) -> date:
        """The day of the slot."""
        return self.starts_at.date()


def offers(
    slots: Sequence[Slot],
    taken: Mapping[tuple[str, date], int],
    busy: Collection[Busy],
    calendar: Calendar,
    *,
    departments: Collection[str],
    names: Mapping[str, str],
    now: datetime,
    days: int = 14,
) -> Iterator[Offer]:
    """The slots of the next `days` days, working days only, with what stands against each."""
    for ahead in range(days):
        day = now.date() + timedelta(days=ahead)
        if not calendar.day(day).working:
            continue
        for slot in sorted((s for s in slots if s.weekday == day.isoweekday()), key=lambda s: s.starts_at):
            yield offer(slot, day, taken, busy, calendar, departments=departments, names=names, now=now)


def offer(
    slot: Slot,
    day: date,
    taken: Mapping[tuple[str, date], int],
    busy: Collection[Busy],
    calendar: Calendar,
    *,
    departments: Collection[str],
    names: Mapping[str, str],
    now: datetime,
) -> Offer:
    """One slot on one day, with what stands against it: past, a holiday, full, a department with nobody to send."""
    starts = datetime.combine(day, slot.starts_at, SHANGHAI)
    ends = datetime.combine(day, slot.ends_at, SHANGHAI)
    left = max(0, slot.quota - taken.get((slot.id, day), 0))
    away = [b for b in busy if b.department in departments and b.since < ends and starts < b.until]
    why = ""
    if starts <= now:
        why = "这个时段已经过去，请另选。"
    elif (day - now.date()).days > FURTHEST:
        why = f"最多提前 {FURTHEST} 天约定，请另选。"
    elif not calendar.day(day).working:
        why = f"{day:%m月%d日} 不是工作日（{calendar.day(day).reason}），请另选。"
    elif slot.weekday != day.isoweekday():
        why = "这个时段不在所选的日期，请另选。"
    elif away:
        said = "；".join(
            f"{names.get(b.department, b.department)}{f'（{b.reason}）' if b.reason else ''}" for b in away
        )
        why = f"没有人手：{said}。请另选。"
    elif not left:
        why = f"这个时段已经约满（{slot.quota} 件），请另选。"
    return Offer(slot.id, starts, ends, left, why)
