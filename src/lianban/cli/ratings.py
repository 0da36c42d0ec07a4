"""`ratings verify`, `ratings count`: the seals of days, and counting days anew."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded, group
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands
    from lianban.oversight.indicators.seals import Report


def add(commands: Commands) -> None:
    """Add the commands."""
    ratings = group(commands, "ratings", "好差评。")
    made = command(ratings, "verify", verify, "核对每天评价的封存：增加、删除、改动和没有记录的改判都会被发现。")
    _days(made)
    made.add_argument("--region", metavar="CODE", help="只核对这个地区；不写则核对全部")
    embedded(made)
    made = command(ratings, "count", count, "重新统计这些天的评价（导入历史数据以后使用；可以重复运行）。")
    _days(made)
    embedded(made)


def _days(made: argparse.ArgumentParser) -> None:
    made.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="第一天，如 2026-10-01")
    made.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="最后一天")


def verify(args: argparse.Namespace) -> None:
    """Print what was checked; raises Conflict when something does not fit."""
    with installation(args.embedded, whole=False):
        report = asyncio.run(_verified(args.region, args.since, args.until))
    for sentence in report.faults:
        print(sentence)
    if report.faults:
        raise errors.Conflict(f"评价封存核对不通过：{len(report.faults)} 处问题。")
    print(f"评价封存核对通过：{report.days} 天，{report.ratings} 条评价。")


def count(args: argparse.Namespace) -> None:
    """Count the days anew; raises Invalid without both days."""
    if not args.since or not args.until or args.since > args.until:
        raise errors.Invalid("请用 --since 和 --until 写明重新统计的第一天和最后一天。")
    days = [args.since + timedelta(days=n) for n in range((args.until - args.since).days + 1)]
    with installation(args.embedded, whole=False):
        asyncio.run(_counted(days))
    print(f"已重新统计 {len(days)} 天。")


async def _verified(region: str | None, since: date | None, until: date | None) -> Report:
    from lianban.outside import database
    from lianban.oversight.indicators import seals

    async with database.pool(1):
        return await seals.verify(region, since, until)


async def _counted(days: list[date]) -> None:
    from lianban.outside import database
    from lianban.oversight.indicators import rollups

    async with database.pool(1):
        await rollups.count(days, at=clock.now())
