"""`calendar`: the working days of a year (no database), and the yearly notice that is imported."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import calendar_file, command, embedded, group
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    calendar = group(commands, "calendar", "工作日历。")
    made = command(calendar, "show", show, "显示一年的工作日、休息日及其依据。")
    made.add_argument("year", metavar="YEAR", type=int)
    made.add_argument("--region", metavar="CODE", default="", help="行政区划代码；不写则为全国日历")
    calendar_file(made)
    made.add_argument("--json", action="store_true", help="输出 JSON")
    made = command(calendar, "import", bring, "导入年度放假通知，并重新核算所有未结束的时限。")
    made.add_argument("file", metavar="FILE", type=Path, help="放假通知文件（YAML）")
    embedded(made)


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
    for document in told["documents"]:
        number = f"（{document['number']}）" if document["number"] else ""
        print(f"依据：{document['title']}{number}")
    if told["provisional"]:
        print("尚未公布这一年的放假安排，日期是暂定的。")
    for day in told["days"]:
        weekday = calendar.WEEKDAYS[date.fromisoformat(day["date"]).weekday()]
        mark = "工作" if day["working"] else "休息"
        print(f"{day['date']} {weekday} {mark} {day['reason']}{'' if day['firm'] else '（暂定）'}")


def bring(args: argparse.Namespace) -> None:
    """Import a notice; the worker brings it to the open clocks."""
    import asyncio

    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise errors.Invalid(f"{args.file}：文件读不出来，请检查路径。") from error
    with installation(args.embedded, whole=False):
        from lianban.casework import calendars
        from lianban.rules.actors import SYSTEM

        made = asyncio.run(calendars.import_notice(data, args.file.name, by=SYSTEM, at=clock.now()))
    print(made)
