"""`catalog check`, `catalog show`, `catalog publish`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded, group, situation
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands
    from lianban.rules.catalog.types import Edition
    from lianban.rules.plan import Plan


def add(commands: Commands) -> None:
    """Add the commands."""
    catalog = group(commands, "catalog", "事项目录。")
    made = command(catalog, "check", check, "检查目录版本：逐一核对每种情形，错误给出文件、行和字段。")
    made.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="一件事文件；不写则检查随附的全部目录")
    made = command(catalog, "show", show, "显示一件事的情形问题和办理方案。")
    situation(made)
    made.add_argument("--json", action="store_true", help="输出 JSON")
    made = command(catalog, "publish", publish, "发布一个目录版本；有错误的版本不能发布，已发布的版本不再改变。")
    made.add_argument("path", metavar="PATH", type=Path, help="一件事文件")
    embedded(made)


def check(args: argparse.Namespace) -> None:
    """Lint editions; raises Invalid at the end when one of them is unsound."""
    from lianban.rules import lint
    from lianban.rules.catalog.loading import CatalogueFaults, load_edition, shipped

    unsound = 0
    for path in args.paths or shipped().values():
        if not path.is_file():
            raise errors.NotFound(f"没有这个文件：{path}")
        try:
            report = lint.check(load_edition(path))
        except CatalogueFaults as faults:
            found, situations = list(faults.faults), "未能读完"
            findings = []
        else:
            found, situations, findings = list(report.errors), f"{report.situations} 种情形", list(report.findings)
        print(f"{path}：{situations}，{len(found)} 处错误，{len(findings)} 条提示")
        for fault in found:
            print(f"  错误 {fault.file}:{fault.line} {fault.field}：{fault.sentence}")
        for finding in findings:
            print(f"  提示 {finding.sentence}（来源：{finding.source}）")
        unsound += bool(found)
    if unsound:
        raise errors.Invalid(f"{unsound} 个目录版本有错误，请按上面的位置修改后重新检查。")


def show(args: argparse.Namespace) -> None:
    """The questions, and the plan for the answers given."""
    from lianban.cli.situations import answers_of, edition_of
    from lianban.rules.composer import compose

    edition = edition_of(args.bundle, args.region)
    plan = compose(edition, answers_of(edition, args.answer))
    if args.json:
        print(json.dumps(as_json(edition, plan), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_text(edition, plan)))


def as_json(edition: Edition, plan: Plan) -> dict[str, object]:
    """The stable shape of `catalog show --json`."""
    import msgspec

    questions = [
        {
            "id": q.element,
            "ask": q.ask,
            "options": [{"id": o.id, "label": o.label} for o in edition.elements[q.element].options],
        }
        for q in edition.bundle.questions
    ]
    whole = msgspec.to_builtins(plan)
    whole["counters"] = {c.pop("measure"): c for c in whole["counters"]}
    return {"bundle": edition.bundle.id, "region": edition.bundle.region, "questions": questions, "plan": whole}


def as_text(edition: Edition, plan: Plan) -> list[str]:
    """The same for reading."""
    lines = [f"{edition.bundle.region_name} {edition.bundle.name}（{edition.bundle.version}）", "", "情形问题"]
    for q in edition.bundle.questions:
        options = "、".join(f"{o.id}={o.label}" for o in edition.elements[q.element].options)
        lines.append(f"  {q.element}：{q.ask}（{options}）")
    lines += ["", "事项"]
    for item in plan.items:
        name = edition.departments[item.department].name
        lines.append(f"  {'？' if item.open else '·'} {item.name}（{name}）：{item.because.text}")
    lines += ["", "材料"]
    for paper in plan.materials:
        need = "需提交" if paper.to_bring else "免提交"
        lines.append(f"  {'？' if paper.open else '·'} {paper.name}（{need}）：{paper.because.text}")
    lines += ["", f"表单：{len(plan.fields)} 个字段", "", "精简"]
    lines += [f"  {c.measure}：{c.before} → {c.after} {c.unit}" for c in plan.counters]
    return lines


def publish(args: argparse.Namespace) -> None:
    """Publish an edition."""
    import asyncio

    with installation(args.embedded, whole=False):
        from lianban.casework import catalogue
        from lianban.rules.actors import SYSTEM

        published = asyncio.run(catalogue.publish(args.path, by=SYSTEM, at=clock.now()))
    print(f"已发布：{published}")
