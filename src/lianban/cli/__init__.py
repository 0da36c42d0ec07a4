"""The command line. Exit codes: 0 done, 1 refused (the sentence is on standard error), 2 wrong usage.

Commands import what they need when they run: `--help` and the commands without a database answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from lianban import __version__, errors
from lianban.cli import (
    archives,
    calendars,
    callbacks,
    catalogue,
    deadlines,
    journals,
    keeping,
    ratings,
    running,
    sheets,
    verifying,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="lianban", description="联办：一件事一次办、并联审批。")
    top.add_argument("--version", action="version", version=f"lianban {__version__}")
    commands = top.add_subparsers(title="命令", metavar="命令", required=True)
    plain = (running, keeping, catalogue, sheets, deadlines, calendars, journals)
    for chapter in (*plain, ratings, callbacks, verifying, archives):
        chapter.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except errors.Refusal as refusal:
        print(refusal.sentence, file=sys.stderr)
        for field, sentence in getattr(refusal, "fields", {}).items():
            print(f"  {field}：{sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; keep the interpreter from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
