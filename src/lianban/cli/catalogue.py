"""`catalog check`, `catalog show`, `catalog publish`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban import errors
from lianban.cli.arguments import answers_of, calendar_file, command, embedded, group, situation
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    catalog = group(commands, "catalog", "事项目录。")
    made = command(catalog, "check", check, "检查目录版本：逐一核对每种情形，错误给出文件、行和字段。")
    made.add_argument(
        "paths", metavar="PATH", nargs="*", type=Path, help="一件事文件或文件夹；不写则检查随附的全部目录"
    )
    made.add_argument("--json", action="store_true", help="输出 JSON")
    calendar_file(made)
    made = command(catalog, "show", show, "显示一件事的情形问题和办理方案。")
    situation(made)
    made.add_argument("--json", action="store_true", help="输出 JSON")
    calendar_file(made)
    made = command(catalog, "publish", publish, "发布一个目录版本；有错误的版本不能发布，已发布的版本不再改变。")
    made.add_argument("path", metavar="PATH", type=Path, help="一件事文件")
    embedded(made)


def _calendar(args: argparse.Namespace, region: str = "") -> str:
    """The calendar edition in use; refuses a --calendar file that cannot be read."""
    from lianban.rules.calendar import calendar_for

    return calendar_for(region, args.calendar).edition


def check(args: argparse.Namespace) -> None:
    """Lint editions; raises Invalid at the end when one of them is unsound."""
    from lianban.outside.printing.labels import all_labels
    from lianban.rules import showing
    from lianban.rules.notices import TITLES
    from lianban.rules.notices.fixed import FIXED
    from lianban.rules.notices.wording import WORDINGS

    sentences = [text for parts in WORDINGS.values() for text in parts.values()]
    words = [*all_labels(), *TITLES.values(), *FIXED, *sentences]
    report = {"calendar": _calendar(args), **showing.check_report(args.paths, words)}
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print("\n".join([*showing.report_lines(report), f"日历版本：{report['calendar']}"]))
    if not report["sound"]:
        unsound = sum(1 for each in report["editions"] if each["errors"])
        raise errors.Invalid(f"{unsound} 个目录版本有错误，请按上面的位置修改后重新检查。")


def show(args: argparse.Namespace) -> None:
    """The questions, and the plan for the answers given."""
    from lianban.rules import showing

    told = showing.show(args.bundle, args.region, answers_of(args.answer))
    told["calendar"] = _calendar(args, args.region)
    print(json.dumps(told, ensure_ascii=False, indent=2) if args.json else "\n".join(as_text(told)))


def as_text(told: Mapping[str, Any]) -> list[str]:
    """The plan for reading. ？ marks what hangs on a question that is still open."""

    def mark(line: Mapping[str, Any]) -> str:
        return "？" if line["open"] else "·"

    plan = told["plan"]
    lines = [f"{told['name']}（{told['region']}）　目录版本 {told['edition'][:12]}　日历版本 {told['calendar']}"]
    lines += ["", "情形问题"]
    for question in told["questions"]:
        options = "，".join(f"{option['id']}＝{option['label']}" for option in question["options"])
        answer = f"　已回答 {question['answer']}" if question["answer"] else ""
        lines.append(f"  {question['id']}：{question['ask']}（{options}）{answer}")
    lines += ["", "办理事项"]
    lines += [f"  {mark(item)} {item['name']}：{item['because']['text']}" for item in plan["items"]]
    lines += ["", "申请材料"]
    for paper in plan["materials"]:
        free = paper["exemption"] or paper["from_item"]
        lines.append(f"  {mark(paper)} {paper['name']}{'（免提交）' if free else ''}：{paper['because']['text']}")
    lines += ["", f"一张表单，{len(plan['fields'])} 个字段", "", "精简（逐项办理 → 一件事）"]
    lines += [f"  {c['name']}：{c['before']} → {c['after']} {c['unit']}" for c in plan["counters"].values()]
    return lines


def publish(args: argparse.Namespace) -> None:
    """Publish an edition."""
    import asyncio

    with installation(args.embedded, whole=False):
        from lianban.casework import catalogue
        from lianban.rules.actors import SYSTEM

        published = asyncio.run(catalogue.publish(args.path, by=SYSTEM, at=clock.now()))
    print(f"已发布：{published}")
