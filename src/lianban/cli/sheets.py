"""`sheet`: the single notification sheet as a PDF. No database."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import answers_of, calendar_file, command, situation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def day(text: str) -> date:
    """2026-11-02."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，应写成 2026-11-02") from None


def add(commands: Commands) -> None:
    """Add the command."""
    made = command(commands, "sheet", sheet, "打印一次性告知单；没有回答的问题印成“如……则需……”。")
    situation(made)
    made.add_argument("--date", type=day, metavar="D", help="告知单的日期，默认今天")
    calendar_file(made)
    made.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")


def sheet(args: argparse.Namespace) -> None:
    """Write the sheet to --out."""
    from lianban.outside.printing import render_now
    from lianban.outside.printing.labels import labels
    from lianban.outside.settings import settings
    from lianban.rules import sheetcode, showing
    from lianban.rules.calendar import calendar_for
    from lianban.rules.catalog.loading import contacts
    from lianban.rules.composer import compose
    from lianban.rules.languages import book, both
    from lianban.rules.policy import shipped
    from lianban.rules.sheet import sheet_content

    edition = showing.edition_of(args.bundle, args.region)
    answers = showing.taken(edition, answers_of(args.answer))
    content = sheet_content(
        edition,
        compose(edition, answers),
        answers,
        contacts(args.region),
        args.date or clock.today(),
        sheetcode.encode(edition, answers),
        site=settings().base_url,
    )
    second = book(args.region, shipped(args.region).second_language)
    content = both(content, second, labels("notices/sheet.html"))
    calendar = calendar_for(args.region, args.calendar).edition
    pdf = render_now("notices/sheet.html", content)
    try:
        args.out.write_bytes(pdf)
    except OSError as error:
        raise errors.Invalid(f"不能写入 {args.out}（{error.strerror}），请换一个位置。") from error
    print(f"告知单已写入 {args.out}（日历版本：{calendar}）")
