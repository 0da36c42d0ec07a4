"""`calendar show`: the working days of a year. No database."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lianban.cli.arguments import command, group

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands

WEEKDAYS = "一二三四五六日"


def year(text: str) -> int:
    """A year the calendar can speak of."""
    if not (text.isdigit() and 2000 <= int(text) <= 2100):
        raise argparse.ArgumentTypeError(f"“{text}”不是 2000 到 2100 之间的年份")
    return int(text)


def add(commands: Commands) -> None:
    """Add the command."""
    calendar = group(commands, "calendar", "工作日历。")
    made = command(calendar, "show", show, "显示一年的工作日、休息日及其依据。")
    made.add_argument("year", metavar="YEAR", type=year)
    made.add_argument("--region", metavar="CODE", default="", help="行政区划代码；不写则为全国日历")
    made.add_argument("--calendar", metavar="FILE", type=Path, help="使用这个日历文件，代替随附的日历")
    made.add_argument("--json", action="store_true", help="输出 JSON")


def show(args: argparse.Namespace) -> None:
    """Print every day of the year."""
    from lianban.rules.calendar import calendar_for

    calendar = calendar_for(args.region, args.calendar)
    first = date(args.year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(args.year + 1, 1, 1) - first).days)]
    told = [(d, calendar.day(d)) for d in days]
    if args.json:
        whole = {
            "year": args.year,
            "calendar": calendar.edition,
            "days": [
                {"date": d.isoformat(), "working": t.working, "reason": t.reason, "firm": t.firm} for d, t in told
            ],
        }
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    print(f"{args.year} 年，日历版本：{calendar.edition}，共 {sum(t.working for _, t in told)} 个工作日")
    for d, t in told:
        mark = "工作" if t.working else "休息"
        print(f"{d.isoformat()} 星期{WEEKDAYS[d.weekday()]} {mark} {t.reason}{'' if t.firm else '（暂定）'}")
