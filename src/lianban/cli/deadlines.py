"""`deadline`: when a time limit ends, and why. No database."""

from __future__ import annotations

import argparse
import json
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from lianban.cli.arguments import calendar_file, command

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands
    from lianban.rules.calendar import Calendar
    from lianban.rules.catalog.types import Limit
    from lianban.rules.clock import Due

LIMIT_HELP = "20wd 工作日、2wh 工作小时、2h 小时、15d 自然日、6m 月、0 当场办结"


def start(text: str) -> date | datetime:
    """2026-11-02, or 2026-11-02T10:00 with or without a zone."""
    from lianban.rules.clock import shanghai

    with suppress(ValueError):
        return date.fromisoformat(text)
    try:
        return shanghai(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"“{text}”不是时间，应写成 2026-11-02 或 2026-11-02T10:00") from None


def limit(text: str) -> Limit:
    """20wd, 2wh, 2h, 15d, 6m or 0."""
    from lianban.rules.catalog.types import Limit, Unit

    if text == "0":
        return Limit(0, Unit.ON_THE_SPOT)
    found = re.fullmatch(r"([1-9][0-9]{0,8})(wd|wh|h|d|m)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"“{text}”不是时限，应写成：{LIMIT_HELP}")
    return Limit(int(found[1]), Unit(found[2]))


def pause(text: str) -> tuple[date, date]:
    """2026-11-05/2026-11-11, both days included."""
    try:
        first, last = map(date.fromisoformat, text.split("/"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是暂停的起止日，应写成 2026-11-05/2026-11-11") from None
    if last < first:
        raise argparse.ArgumentTypeError(f"暂停的止日 {last} 早于起日 {first}，请调换")
    return first, last


def add(commands: Commands) -> None:
    """Add the command."""
    made = command(commands, "deadline", deadline, "计算一个时限何时到期，并逐日说明理由。")
    made.add_argument("--start", required=True, type=start, metavar="WHEN", help="起算时间；只写日期则为当日上班时")
    made.add_argument("--limit", required=True, type=limit, metavar="LIMIT", help=LIMIT_HELP)
    made.add_argument(
        "--pause",
        action="append",
        default=[],
        type=pause,
        metavar="FROM/TO",
        help="暂停计时的起止日，首尾两日都包括；可多次使用",
    )
    made.add_argument(
        "--extend", action="append", default=[], type=limit, metavar="LIMIT", help="延长的时限，如 10wd；可多次使用"
    )
    made.add_argument("--first-day-counts", action="store_true", help="开始的当日计入（默认不计入）")
    made.add_argument("--region", metavar="CODE", default="", help="行政区划代码；不写则为全国日历，9–12、13–17 时办公")
    calendar_file(made)
    made.add_argument("--explain", action="store_true", help="逐日（或逐段）说明是否计入及其理由")
    made.add_argument("--json", action="store_true", help="输出 JSON")


def deadline(args: argparse.Namespace) -> None:
    """Print the due instant."""
    from lianban.rules import clock, showing
    from lianban.rules.calendar import calendar_for
    from lianban.rules.clock.telling import as_data

    if args.region:
        showing.known_region(args.region)
    calendar = calendar_for(args.region, args.calendar)
    begun = _begun(args.start, calendar)
    # Granted one after the other, in the order they were given.
    extensions = tuple(clock.Extension(each, begun + timedelta(seconds=n)) for n, each in enumerate(args.extend))
    pauses = tuple(clock.days_pause(first, last) for first, last in args.pause)
    history = clock.History(begun, args.limit, pauses, extensions, first_day_counts=args.first_day_counts)
    found = clock.reckon(history, calendar)
    if args.json:
        print(json.dumps({"start": begun.isoformat(), **as_data(found)}, ensure_ascii=False, indent=1))
        return
    print(f"{_weekday(found.instant.date())} {found.instant:%H:%M} 到期{'（暂定）' if found.provisional else ''}")
    if found.provisional:
        print("暂定：其中有放假通知尚未公布的年份，通知导入后以重新计算的日期为准。")
    print(f"日历版本：{found.calendar}")
    if args.explain:
        _explain(begun, found)


def _begun(given: date | datetime, calendar: Calendar) -> datetime:
    """The start in Shanghai; a date alone starts when the office opens."""
    from lianban.rules import clock

    if isinstance(given, datetime):
        return given
    return datetime.combine(given, calendar.hours(given)[0][0], clock.SHANGHAI)


def _explain(begun: datetime, found: Due) -> None:
    print(f"起算：{_weekday(begun.date())} {begun:%H:%M}")
    number = 0
    for day in found.days:
        number += day.counted
        print(f"{_weekday(day.date)} {f'第 {number} 日' if day.counted else '不计入'} {day.reason}")
    for step in found.steps:
        counted = f"计 {_length(step.minutes)}" if step.minutes else "不计入"
        print(f"{step.since:%Y-%m-%d %H:%M} 至 {step.until:%Y-%m-%d %H:%M} {counted} {step.reason}")


def _length(minutes: int) -> str:
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = ((days, "天"), (hours, "小时"), (rest, "分钟"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _weekday(day: date) -> str:
    from lianban.rules.calendar import WEEKDAYS

    return f"{day} {WEEKDAYS[day.weekday()]}"
