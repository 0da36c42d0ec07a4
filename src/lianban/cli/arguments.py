"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace], "int | None"]


def command(commands: Commands, name: str, run: Run, help: str) -> argparse.ArgumentParser:
    """A new command `name` that calls `run`; `help` is one Chinese sentence."""
    made = commands.add_parser(name, help=help, description=help)
    made.set_defaults(run=run)
    return made


def group(commands: Commands, name: str, help: str) -> Commands:
    """A command with commands of its own (`catalog check`)."""
    made = commands.add_parser(name, help=help, description=help)
    return made.add_subparsers(title="命令", metavar="命令", required=True)


def embedded(made: argparse.ArgumentParser) -> None:
    """`--embedded DIR`."""
    made.add_argument(
        "--embedded",
        metavar="目录",
        help="使用内置数据库，数据和文件都存放在这个目录（试用；正式运行请设置 LIANBAN_DSN）",
    )


def answer(text: str) -> tuple[str, str]:
    """`q=a` as ("q", "a")."""
    question, equals, option = text.partition("=")
    if not (question.strip() and equals and option.strip()):
        raise argparse.ArgumentTypeError(f"“{text}”应写成 问题=选项，例如 born_here=yes")
    return question.strip(), option.strip()


def answers_of(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What `--answer` gave. Raises Invalid for a question that is answered in two ways."""
    answers: dict[str, str] = {}
    for question, option in given:
        if answers.setdefault(question, option) != option:
            raise errors.Invalid(f"问题“{question}”回答了两次，而且不一样。请只保留一个回答。")
    return answers


def situation(made: argparse.ArgumentParser) -> None:
    """BUNDLE --region CODE [--answer q=a …]."""
    made.add_argument("bundle", metavar="BUNDLE", help="一件事代码：newborn、catering、lodging")
    made.add_argument("--region", required=True, metavar="CODE", help="行政区划代码，如 222405（龙井）、430100（长沙）")
    made.add_argument(
        "--answer", action="append", default=[], type=answer, metavar="问题=选项", help="情形问题的回答，可多次使用"
    )


def calendar_file(made: argparse.ArgumentParser) -> None:
    """`--calendar FILE`."""
    made.add_argument(
        "--calendar",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="年度放假通知文件，代替随附的同一年通知；可多次使用",
    )
