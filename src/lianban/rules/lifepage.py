"""The page docs/lifecycles.md, written from the charts: `python -m lianban.rules.lifepage > docs/lifecycles.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lianban.rules.lifecycles import ROLES, ROWS, LifeType, labels, sentence, stage_name, table

HEAD = """\
# Lives (生命周期)

This page is generated from the charts in `src/lianban/rules/lifecycles/` (`python -m lianban.rules.lifepage`);
a test compares the two. The system (系统) is an actor like the others: after each event it plays what is open to it.
Who: 综合窗口 is a clerk of the same region, 承办部门 an approver or head of the item's own department.
"""
WHO = {
    "clerk": "综合窗口",
    "officer": "承办部门",
    "system": "系统",
    "applicants_side": "申请人或综合窗口",
    "office": "签收人或部门负责人",
    "sides": "申请人一方或承办部门",
    "arranging": "综合窗口或参加勘查的部门",
    "surveying": "参加勘查的部门",
    "deliverer": "综合窗口、取件的申请人或系统",
    "taker": "取件的申请人",
    "appellant": "被评价的一方",
    "convener": "监督员",
    "seated": "评审小组成员",
    "supervising": "监督员",
    "rater": "评价人",
    "unit": "承办单位",
    "centre": "综合窗口或监督员",
    "leading_unit": "牵头承办单位",
    "handlers": "承办单位、综合窗口或监督员",
    "overseer": "监督员或系统",
    "government": "政府负责人",
    "asker": "综合窗口、监督员或系统",
    "caller": "综合窗口或监督员（不是被回访的窗口和经办人）",
    "leading": "牵头单位或监督员",
    "carrying": "承担措施的单位",
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(line for life in ROWS for line in _chart(life))])


def _chart(life: LifeType) -> Iterator[str]:
    yield f"## {life.__name__}: {life.__doc__}\n"
    yield f"```mermaid\n{format(life, 'mermaid').strip()}\n```\n"
    yield "| State | Event | Leads to | Who | Only if |"
    yield "|---|---|---|---|---|"
    for state, steps in table(life).items():
        for event, step in steps.items():
            who = "、".join(WHO[g] for g in step.guards if g in ROLES)
            facts = "; ".join(f"`{g}`, else “{sentence(life, g)}”" for g in step.guards if g not in ROLES)
            name = f"{labels(life)[event]} `{event}`"
            target = f"{stage_name(life, step.target)} `{step.target}`"
            yield f"| {stage_name(life, state)} `{state}` | {name} | {target} | {who} | {facts} |"
        if not steps:
            yield f"| {stage_name(life, state)} `{state}` | (end) | | | |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
