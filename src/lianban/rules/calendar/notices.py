"""What a notice on holidays must say, and what makes no sense in one.

A notice is YAML: `year`, `notice` (title), `off` (each `festival` with `from` and `to`, `date` or `dates`), `work`
(days, or `festival` with `date`, `dates` or `from` and `to`), and where known `number`, `published`, `status`
(`yearly` or `amendment`), `source`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from unicodedata import category

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

from lianban.errors import Invalid
from lianban.rules.calendar.values import FIRST_YEAR, LAST_YEAR, ONE_DAY, WEEKDAYS, Notice

# libyaml where the wheel has it: the shipped years are read at every start of the command line.
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
STATUSES = {"yearly": "年度通知", "amendment": "年中调整"}
DEEPEST = 8
LONGEST = 31
"""Days of the longest holiday a notice may name in one span; a longer one is a slip of the pen."""


def mapping(text: str, name: str) -> Mapping[str, Any]:
    """The content of a YAML file whose scalars all stay text (8:30 stays 8:30). Raises Invalid, naming the file."""
    try:
        _look_through(text, name)
        content = yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise Invalid(f"{name}：文件读不出来，请检查 YAML 格式。") from error
    if not isinstance(content, dict):
        raise Invalid(f"{name}：文件内容不是“名称: 值”的列表，请对照已有年份的文件修改。")
    return content


def _look_through(text: str, name: str) -> None:
    """Refuse (Invalid) what would cost the process its memory or its stack, and characters that nobody can keep."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, AliasEvent):
            raise Invalid(f"{name}：文件嵌套太深或者用了引用（&、*），请照已有年份的文件逐项写明。")
        if isinstance(event, ScalarEvent) and any(category(c) in ("Cc", "Cs") and c not in "\n\t" for c in event.value):
            raise Invalid(f"{name}：文件里有看不见的控制字符，请删除后再导入。")


def parse_notice(data: bytes, name: str) -> tuple[Notice, Mapping[str, Any]]:
    """A notice and its content as it was written. Raises Invalid with a sentence that names the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{name}：文件不是 UTF-8 文本，请另存为 UTF-8 后再导入。") from error
    content = mapping(text, name)
    return notice_from(content, name), content


def notice_from(content: Mapping[str, Any], name: str) -> Notice:
    """The notice that `content` describes, checked. Raises Invalid with a sentence that names the file."""
    try:
        return _checked(content)
    except Invalid as error:
        raise Invalid(f"{name}：{error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"{name}：放假通知的内容不完整（{error}），请对照已有年份的文件修改。") from error


def _checked(content: Mapping[str, Any]) -> Notice:
    year, title = _year(content), str(content["notice"]).strip()
    if not title:
        raise Invalid("缺少通知标题（notice），请照原文填写。")
    status = content.get("status") or "yearly"
    if status not in STATUSES:
        raise Invalid(f"status “{status}”不认识，请填 yearly（年度通知）或 amendment（年中调整）。")
    off: dict[date, str] = {}
    for entry in content.get("off") or ():
        _put(off, _dates(entry), entry["festival"], year)
    work: dict[date, str] = {}
    for entry in content.get("work") or ():
        plain = isinstance(entry, str)
        days = iter([_day(entry)]) if plain else _dates(entry)
        _put(work, days, "调休上班" if plain else f"{entry['festival']}调休上班", year)
    if both := sorted(off.keys() & work.keys()):
        raise Invalid(f"{both[0]} 既写成放假又写成上班，请核对通知原文。")
    if not off:
        raise Invalid("没有写放假的日子（off），请照通知原文填写。")
    if status == "yearly" and (odd := sorted(d for d in work if d.weekday() < 5)):
        raise Invalid(f"{odd[0]} 是{WEEKDAYS[odd[0].weekday()]}，本来就上班，不会是调休上班日。请核对通知原文。")
    return Notice(
        year, title, off, work, str(content.get("number") or "").strip(), _published(content, year), status,
        str(content.get("source") or "").strip(),
    )  # fmt: skip


def _year(content: Mapping[str, Any]) -> int:
    text = str(content["year"])
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Invalid(f"年份“{text}”不对，应是 {FIRST_YEAR}–{LAST_YEAR} 之间的四位数。")
    return int(text)


def _published(content: Mapping[str, Any], year: int) -> date | None:
    text = content.get("published")
    if not text:
        return None
    day = _day(text)
    if not year - 2 <= day.year <= year:
        raise Invalid(f"发布日期 {day} 与 {year} 年的通知对不上，请核对。")
    return day


def _put(days: dict[date, str], found: Iterator[date], name: str, year: int) -> None:
    if not isinstance(name, str) or not name.strip():
        raise Invalid("有一段日期没有写节日名称（festival），请补上。")
    for day in found:
        # New Year is often joined with days of the year before; nothing else leaves its year.
        if day.year != year and day not in _around(year):
            raise Invalid(f"{day} 不在 {year} 年，请核对日期。")
        if day in days:
            raise Invalid(f"{day} 写了两次，请删去一处。")
        days[day] = name.strip()


def _around(year: int) -> set[date]:
    return {date(year - 1, 12, n) for n in range(1, 32)} | {date(year + 1, 1, n) for n in range(1, 32)}


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise Invalid(f"“{text}”不是日期，请写成 2027-01-01 的样子。") from error


def _dates(entry: Mapping[str, Any]) -> Iterator[date]:
    if not {"date", "dates", "from"} & entry.keys():
        raise Invalid(f"“{entry.get('festival', '')}”没有写日期，请写 from 和 to，或 dates。")
    if "date" in entry:
        yield _day(entry["date"])
    for text in entry.get("dates") or ():
        yield _day(text)
    if "from" in entry:
        day, last = _day(entry["from"]), _day(entry.get("to", entry["from"]))
        if not 0 <= (last - day).days < LONGEST:
            raise Invalid(f"{day} 至 {last} 不是一段假期，请核对起止日期。")
        while day <= last:
            yield day
            day += ONE_DAY
