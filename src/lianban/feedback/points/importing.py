"""Many points at once: a list of villages as CSV, and whatever windows and items of the region have no point yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from lianban import journal
from lianban.casework import catalogue
from lianban.errors import Invalid
from lianban.feedback.points.registry import MANAGERS, READERS, PointView, within
from lianban.feedback.points.steps import NewPoint, problem_of, register
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Item
from lianban.rules.ratings import PARENTS, POINTS

COLUMNS = ("种类", "名称", "上级", "部门", "窗口名称", "事项编码")
MOST = 5000
TOLD = 20
"""Mistakes in a file that are told at once."""

_WINDOWS = """
SELECT DISTINCT window_name FROM people
WHERE region_code = $1 AND active AND window_name <> '' AND $2 = ANY(roles) ORDER BY window_name
"""
_KNOWN = """
SELECT kind, window_name, item FROM evaluation_points WHERE region_code = $1 AND retired_at IS NULL
"""
# Halls before what lies in them.
_FIRST = sorted(POINTS, key=lambda kind: (len(PARENTS.get(kind, ())), kind))


@dataclass(frozen=True, slots=True)
class Added:
    """How many points are new, and how many lines of the file were there already."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: a point, and the name of what it hangs under."""

    number: int
    new: NewPoint
    parent: str


async def import_csv(data: bytes, *, by: Actor, at: datetime) -> Added:
    """Register what the file lists and is not there yet; all of it or, with one mistake, nothing.

    The columns are 种类 (as on the page), 名称, 上级, 部门 (name or id), 窗口名称, 事项编码; UTF-8, or GB 18030 as
    spreadsheets write it. The same file again adds nothing. Raises Forbidden, Invalid with the lines that are wrong.
    """
    posts.require(by, *MANAGERS, region=by.region)
    departments = {name: id for id, name in (await catalogue.departments(by.region)).items()}
    lines, problems = _read(_text(data), departments)
    if problems:
        raise Invalid(_told(problems), {"file": "请修改文件后重新导入，现在一条也没有写入。"})
    return await _register(lines, by=by, at=at)


async def missing(*, by: Actor) -> list[NewPoint]:
    """The windows of the staff and the items of the catalogue that have no point yet. Raises Forbidden."""
    posts.require(by, *READERS, region=by.region)
    return await missing_of(by.region)


async def missing_of(region: str) -> list[NewPoint]:
    """The windows and items of a region without a point: they should have one, so coverage counts them."""
    items: dict[str, Item] = {}
    for entry in await catalogue.bundles(region):
        items |= {item.id: item for item in (await catalogue.edition(entry.hash)).items.values()}
    async with transaction():
        known = await connection().fetch(_KNOWN, region)
        windows = [row["window_name"] for row in await connection().fetch(_WINDOWS, region, Role.CLERK)]
    there = {row["window_name"] for row in known if row["kind"] == "window"}
    with_point = {row["item"] for row in known if row["kind"] == "item"}
    found = [NewPoint("window", window, window=window) for window in windows if window not in there]
    return found + [
        NewPoint("item", item.name, department=item.department, item=item.id)
        for item in items.values()
        if item.id not in with_point
    ]


async def make_missing(*, by: Actor, at: datetime) -> Added:
    """Register the missing windows and items; the windows in the region's one centre, if there is one."""
    posts.require(by, *MANAGERS, region=by.region)
    found = await missing_of(by.region)
    async with transaction():
        centres = await within(by.region, ("centre",), at)
    hall = centres[0].name if len(centres) == 1 else ""
    lines = [Line(0, new, hall if new.kind == "window" else "") for new in found]
    return await _register(lines, by=by, at=at)


def csv_of(points: Iterable[PointView], departments: Mapping[str, str]) -> bytes:
    """The points as a file that a spreadsheet opens and `import_csv` takes back, with two columns more."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "评价地址", "状态"))
    for one in points:
        state = "已开通" if one.open else "未开通"
        department = departments.get(one.department, one.department)
        row = (one.kind_name, one.name, one.parent_name, department, one.window, one.item, one.url, state)
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("这个文件不是 CSV 文本，请在表格软件里“另存为 CSV”后再导入。", {"file": "不是 CSV 文本。"})


def _read(text: str, departments: Mapping[str, str]) -> tuple[list[Line], list[str]]:
    """The lines, and what is wrong with them."""
    kinds = {name: kind for kind, name in POINTS.items()} | {kind: kind for kind in POINTS}
    rows = [row for row in csv.reader(io.StringIO(text.replace("\x00", ""))) if any(cell.strip() for cell in row)]
    head = [cell.strip() for cell in rows[0]] if rows else []
    if not {"种类", "名称"} <= set(head):
        return [], [f"第一行应当是列名：{'、'.join(COLUMNS)}（至少要有种类和名称）"]
    if len(rows) > MOST + 1:
        return [], [f"一次最多导入 {MOST} 条，文件里有 {len(rows) - 1} 条，请分几个文件导入"]
    lines, problems = [], []
    for number, cells in enumerate(rows[1:], start=2):
        row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        kind, department = row.get("种类", ""), row.get("部门", "")
        if kind not in kinds:
            problems.append(f"第 {number} 行：种类“{kind}”不存在")
        if department and department not in departments and department not in departments.values():
            problems.append(f"第 {number} 行：部门“{department}”不在本地的事项目录里")
        new = NewPoint(
            kinds.get(kind, ""),
            row.get("名称", ""),
            department=departments.get(department, department),
            window=row.get("窗口名称", ""),
            item=row.get("事项编码", ""),
        )
        lines.append(Line(number, new, row.get("上级", "")))
    return lines, problems


async def _register(lines: Sequence[Line], *, by: Actor, at: datetime) -> Added:
    added = 0
    async with transaction():
        there: dict[str, tuple[UUID, str]] = {}
        for kind in _FIRST:
            there |= {one.name: (one.id, one.kind) for one in await within(by.region, (kind,), at) if kind in _HALLS}
            ready, problems = [], []
            for line in lines:
                if line.new.kind == kind:
                    hall = there.get(line.parent) if line.parent else None
                    if line.parent and hall is None:
                        problems.append(f"第 {line.number} 行：没有找到上级“{line.parent}”")
                        continue
                    new = replace(line.new, parent=hall[0] if hall else None)
                    if problem := problem_of(new, hall[1] if hall else None):
                        problems.append(f"第 {line.number} 行：{problem[0].rstrip('。')}")
                    ready.append(new)
            if problems:
                raise Invalid(_told(problems), {"file": "请修改文件后重新导入，现在一条也没有写入。"})
            added += len(await register(ready, by=by, at=at)) if ready else 0
            if kind in _HALLS:
                there |= {one.name: (one.id, one.kind) for one in await within(by.region, (kind,), at)}
        if added:
            content = {"added": added}
            await journal.record("rating", f"points/{by.region}", "points added", by=by, at=at, content=content)
    return Added(added, len(lines) - added)


_HALLS = {hall for halls in PARENTS.values() for hall in halls}


def _told(problems: Sequence[str]) -> str:
    more = f"；还有 {len(problems) - TOLD} 处" if len(problems) > TOLD else ""
    return f"文件里有 {len(problems)} 处问题：{'；'.join(problems[:TOLD])}{more}。"
