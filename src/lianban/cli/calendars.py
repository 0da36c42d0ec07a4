"""`calendar show`: the working days of a year. No database."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING

from lianban.cli.arguments import calendar_file, command, group

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    calendar = group(commands, "calendar", "工作日历。")
    made = command(calendar, "show", show, "显示一年的工作日、休息日及其依据。")
    made.add_argument("year", metavar="YEAR", type=int)
    made.add_argument("--region", metavar="CODE", default="", help="行政区划代码；不写则为全国日历")
    calendar_file(made)
    made.add_argument("--json", action="store_true", help="输出 JSON")


def show(args: argparse.Namespace) -> None:
    """Print every day of the year."""
    from lianban.rules import calendar, showing

    if args.region:
        showing.known_region(args.region)
    told = calendar.show(args.year, calendar.calendar_for(args.region, args.calendar))
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    print(f"{args.year} 年，日历版本：{told['calendar']}，共 {told['working_days']} 个工作日")
    for day in told["days"]:
        weekday = calendar.WEEKDAYS[date.fromisoformat(day["date"]).weekday()]
        mark = "工作" if day["working"] else "休息"
        print(f"{day['date']} {weekday} {mark} {day['reason']}{'' if day['firm'] else '（暂定）'}")
