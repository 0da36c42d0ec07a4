"""`journal verify`: the chains of the journal and the daily anchors."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded, group
from lianban.cli.installation import installation

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    journal = group(commands, "journal", "办件日志。")
    made = command(journal, "verify", verify, "核对日志链和每日锚点：改动、删尾、整件删除都会被发现。")
    made.add_argument("subject", metavar="SUBJECT", nargs="?", help="只核对这一个对象（办件编号等）；不写则核对全部")
    embedded(made)


def verify(args: argparse.Namespace) -> None:
    """Print what was checked; raises Conflict when something does not fit."""
    with installation(args.embedded, whole=False):
        from lianban import journal

        report = asyncio.run(journal.verify(args.subject))
    for sentence in report.faults:
        print(sentence)
    if not report.whole:
        raise errors.Conflict(f"日志核对不通过：{len(report.faults)} 处问题。")
    erased = f"，其中 {report.erased} 条的内容已依法删除" if report.erased else ""
    print(f"日志核对通过：{report.lines} 条记录{erased}，{report.subjects} 条链，{report.anchors} 个锚定文件。")
