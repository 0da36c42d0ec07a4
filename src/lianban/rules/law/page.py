"""The page docs/law.md: `python -m lianban.rules.law.page > docs/law.md`.

Scenarios are found by the rule's id in their title.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lianban.rules.law import CHAPTERS, Row

FEATURES = Path(__file__).parents[4] / "features"
ID = r"(?<![\w-])(?:R-[A-Z0-9]+(?:-[0-9]+[a-z]?)*|D-(?:[\u4e00-\u9fff]+|12345))"
AROUND = r"^(?:R-[^ ]+ )+| (?:[REDFBA]-[^ ]+ ?)+$"
"""Ids before and behind what a title says."""
HEAD = """\
# 法律条文与系统（law.md）

这一页由 `src/lianban/rules/law/` 生成（`python -m lianban.rules.law.page`），测试核对它和代码、场景一致。

- **执行**：不合法的步骤系统拒绝，或者由系统自己完成合法的步骤；**标记**：系统提示或者亮牌，由人决定；
- **印明**：写在告知单、文书或者页面上；**目录**：由各地公布的事项目录承载，发布前核验；**暂缺**：还没有，写明原因。

没有核实的期限和做法都是本地设置（`src/lianban/rules/policy.py`），不写死。写明“本系统的约定”的，不是条文。
"""


def scenarios(folder: Path = FEATURES) -> dict[str, list[str]]:
    """Rule id → the scenarios whose titles carry it, as "file: title"."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.feature")):
        for title in re.findall(r"^\s*场景(?:大纲)?:\s*(.+)$", file.read_text("utf-8"), re.MULTILINE):
            for id in re.findall(ID, title):
                found.setdefault(id, []).append(f"{file.stem}：{re.sub(AROUND, '', title).strip()}")
    return found


def page(told: Mapping[str, Iterable[str]]) -> str:
    """The whole page as Markdown; `told` from `scenarios`."""
    return "\n".join([HEAD, *(line for id, title, rows in CHAPTERS for line in _chapter(id, title, rows, told))])


def _chapter(id: str, title: str, rows: tuple[Row, ...], told: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield f"## {id} {title}\n"
    yield "| 规则 | 条文 | 内容 | 系统 | 代码 | 场景 |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        says = row.says + (f"<br>*{row.why}*" if row.why else "")
        code = "、".join(f"`{name}`" for name in row.code)
        proof = "<br>".join(told.get(row.id, ())) or "—"
        yield f"| {row.id} | {row.article} | {says} | {'、'.join(row.how)} | {code} | {proof} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page(scenarios()))
