"""`archive`: the whole case as one bound PDF and as a ZIP, for the archive."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    made = command(commands, "archive", archive, "把一个办件的全部内容写成一册 PDF 和一个 ZIP（附清单和 SHA-256）。")
    made.add_argument("case", metavar="CASE", help="办件编号，如 222405-2026-000001")
    made.add_argument("--out", required=True, type=Path, metavar="DIR", help="写到这个目录")
    embedded(made)


def archive(args: argparse.Namespace) -> None:
    """Write both files to --out and name them. Raises NotFound for an unknown number."""
    with installation(args.embedded):
        missing = asyncio.run(_archive(args.case, args.out))
    if missing:
        raise errors.Conflict(f"有 {len(missing)} 个文件没有能够放入：{'、'.join(missing)}。清单里写明了原因。")


async def _archive(number: str, folder: Path) -> list[str]:
    from lianban.casework import books
    from lianban.outside import database, printing
    from lianban.rules.actors import SYSTEM

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.Invalid(f"不能写入 {folder}（{error.strerror}），请换一个位置。") from error
    missing: dict[str, None] = {}
    async with database.pool(2):
        case_id = await books.numbered(number)
        for way, make in (("pdf", books.bound), ("zip", books.packed)):
            contents = await books.whole(case_id, way=way, by=SYSTEM, at=clock.now())
            parcel = await make(contents, limited=False)
            await books.write(parcel, folder / parcel.name)
            print(f"已写入 {folder / parcel.name}（{parcel.size} 字节）")
            missing |= dict.fromkeys(parcel.missing)
    printing.stop()
    return list(missing)
