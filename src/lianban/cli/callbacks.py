"""`callbacks verify`: the draw of a day is derived again, from the database or from what was published of it."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded, group
from lianban.cli.installation import installation

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    callbacks = group(commands, "callbacks", "回访抽取。")
    made = command(callbacks, "verify", verify, "重新抽取一遍：总体、种子和样本是否一致，有没有漏掉的办件。")
    made.add_argument("day", metavar="DAY", nargs="?", type=_day, help="办结日期，如 2026-11-02")
    made.add_argument("--region", default="", metavar="CODE", help="行政区划代码，如 222405；不写则核对所有地区")
    made.add_argument("--file", type=Path, metavar="FILE.json", help="核对下载的抽取记录，不需要数据库")
    embedded(made)


def verify(args: argparse.Namespace) -> None:
    """Print what was derived again; raises Conflict when something does not fit."""
    if (args.day is None) == (args.file is None):
        raise errors.Invalid("请写办结日期（如 2026-11-02），或者用 --file 指定下载的抽取记录，两者写一个。")
    if args.file:
        _verify_file(args.file)
        return
    with installation(args.embedded, whole=False):
        from lianban.feedback import callbacks
        from lianban.outside import clock, database

        async def run() -> list[callbacks.Proof]:
            async with database.pool(1):
                return await callbacks.verify(args.day, region=args.region, at=clock.now())

        proofs = asyncio.run(run())
    for proof in proofs:
        for sentence in proof.faults:
            print(f"{proof.region}：{sentence}")
        print(
            f"{proof.region} {proof.day}：抽取 {proof.draws} 次，办结 {proof.population} 件，抽中 {proof.sample} 件。"
        )
    if faults := sum(len(proof.faults) for proof in proofs):
        raise errors.Conflict(f"回访抽取核对不通过：{faults} 处问题。")
    print("回访抽取核对通过。")


def _verify_file(path: Path) -> None:
    from lianban.feedback.callbacks import check_file

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.Invalid(f"不能读取 {path}。") from error
    shown, faults = check_file(text)
    for sentence in faults:
        print(sentence)
    if faults:
        raise errors.Conflict(f"回访抽取核对不通过：{len(faults)} 处问题。")
    sizes = [(len(w["population"]), len(w["sample"])) for w in shown["windows"]]
    print(f"{shown['region']} {shown['day']}：办结 {sum(n for n, _ in sizes)} 件，抽中 {sum(k for _, k in sizes)} 件。")
    print("回访抽取核对通过。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，例如 2026-11-02") from error
