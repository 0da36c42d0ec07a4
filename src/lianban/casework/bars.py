"""Who may not apply or promise again: one person, one kind, one item, with its end (行政许可法 78, 79).

A bar is no block-list: it holds for one item of one region until a day, and for nothing else. The table holds a keyed
hash of the identity number, never the number. All but `lift` run within the caller's transaction.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id

KINDS = {
    "concealment": "隐瞒有关情况或者提供虚假材料",
    "fraud": "以欺骗、贿赂等不正当手段取得许可",
    "tolerance": "容缺承诺没有兑现",
    "false_promise": "承诺不实",
}
AGAINST_APPLYING = ("concealment", "fraud")
"""The kinds that forbid to apply again; the others only forbid to promise again."""
LONGEST = 2000

# What was proposed and not set yet holds nobody back.
_OPEN = """
SELECT * FROM bars WHERE region_code = $1 AND person_key = ANY($2) AND lifted_at IS NULL AND by_id <> ''
  AND since <= $3 AND (until IS NULL OR until > $3) ORDER BY since, id
"""
_INSERT = """
INSERT INTO bars (id, region_code, person_key, kind, item, case_id, reason, basis, since, until, by_id, by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in force or, with `proposed_by_name` and without `by_name`, one that its head has not set yet."""

    id: UUID
    kind: str
    kind_name: str
    item: str
    reason: str
    basis: str
    since: datetime
    until: datetime | None
    case_id: UUID | None
    by_name: str
    proposed_by: str
    proposed_by_name: str

    @property
    def end(self) -> str:
        """Until when, in words."""
        return f"{self.until.year}年{self.until.month}月{self.until.day}日" if self.until else "解除之日"


def normal(id_number: str) -> str:
    """Letters and digits only, half-width, lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", id_number).casefold() if c.isalnum())


def person_key(id_number: str) -> str:
    """The keyed hash under which somebody's bars are kept; `id_number` is an ID card number or a USCC."""
    return hmac.new(settings().secret.encode(), f"bar\n{normal(id_number)}".encode(), hashlib.sha256).hexdigest()


async def open_bars(region: str, id_numbers: Collection[str], *, at: datetime) -> tuple[Bar, ...]:
    """The bars of these people in the region that hold at `at`, of every kind, the oldest first."""
    keys = [person_key(number) for number in id_numbers if normal(number)]
    return tuple(read(row) for row in await connection().fetch(_OPEN, region, keys, at)) if keys else ()


async def barred(region: str, id_numbers: Collection[str], items: Collection[str], *, at: datetime) -> dict[str, Bar]:
    """The items among `items` for which one of these people may not apply now, each with its bar."""
    found = await open_bars(region, id_numbers, at=at)
    return {bar.item: bar for bar in found if bar.kind in AGAINST_APPLYING and bar.item in items}


async def require_unbarred(region: str, id_numbers: Collection[str], items: Mapping[str, str], *, at: datetime) -> None:
    """Raises Conflict with reason and end when one of the items (id to name) is barred to one of these people."""
    found = await barred(region, id_numbers, items, at=at)
    if found:
        lines = [
            f"“{items[item]}”在{bar.end}前不能再次申请（{bar.kind_name}：{bar.reason}）" for item, bar in found.items()
        ]
        raise Conflict(
            f"{'；'.join(lines)}。依据{'、'.join(dict.fromkeys(b.basis for b in found.values()))}。"
            "请对这些事项逐项出具不予受理通知书，其余事项可以继续受理。"
        )


async def set_bar(
    region: str,
    id_numbers: Collection[str],
    *,
    kind: str,
    item: str = "",
    case_id: UUID,
    reason: str,
    basis: str,
    until: datetime | None,
    by: Actor,
    at: datetime,
) -> tuple[Bar, ...]:
    """Bar these people from `at` until `until`; one bar each. Who may is the caller's to have checked.

    Raises Invalid without reason or basis.
    """
    reason, basis = required(reason, basis)
    rows = [
        await connection().fetchrow(
            _INSERT, new_id(at), region, key, kind, item, case_id, reason, basis, at, until, by.id, by.name
        )
        for key in sorted({person_key(number) for number in id_numbers if normal(number)})
    ]
    content = {"kind": kind} | ({"item": item} if item else {})
    await journal.record("case", case_id, "bar set", by=by, at=at, region=region, content=content)
    return tuple(read(row) for row in rows)


async def lift(bar_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Lift a bar before its end, by the head of a department that handles the case, or the supervisor.

    Lifting it again changes nothing. Raises NotFound, Forbidden, Conflict, Invalid without a reason.
    """
    reason = reason.strip()
    if not 2 <= len(reason) <= LONGEST:
        sentence = f"请写明解除的理由（2 至 {LONGEST} 个字）。"
        raise Invalid(sentence, {"reason": sentence})
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM bars WHERE id = $1 FOR UPDATE", bar_id)
        if row is None or row["region_code"] != by.region or not await _concerned(row, by):
            raise NotFound("没有找到这条限制申请的记录。")
        if not by.may(Role.DEPARTMENT_HEAD, Role.SUPERVISOR):
            raise Forbidden("只有部门负责人或者监督员可以解除，请报请负责人办理。")
        if row["lifted_at"] is not None:
            return
        if row["until"] is not None and row["until"] <= at:
            raise Conflict("这条限制已经到期，不需要解除。")
        await connection().execute(
            "UPDATE bars SET lifted_at = $2, lifted_by = $3, lifted_reason = $4 WHERE id = $1",
            bar_id,
            at,
            by.id,
            reason,
        )
        if row["case_id"] is not None:
            content = {"kind": row["kind"]} | ({"item": row["item"]} if row["item"] else {})
            event = "bar lifted" if row["by_id"] else "bar declined"
            await journal.record(
                "case", row["case_id"], event, by=by, at=at, region=by.region, department=by.department, content=content
            )


async def _concerned(row: Mapping[str, Any], by: Actor) -> bool:
    if not by.department:
        return by.may(Role.SUPERVISOR)
    return bool(
        await connection().fetchval(
            "SELECT 1 FROM tasks WHERE case_id = $1 AND department = $2 AND ($3 = '' OR item = $3) LIMIT 1",
            row["case_id"],
            by.department,
            row["item"],
        )
    )


def required(reason: str, basis: str) -> tuple[str, str]:
    """Reason and basis of a bar, stripped. Raises Invalid with the fields."""
    given = {"reason": ("理由", reason.strip()), "basis": ("法律依据", basis.strip())}
    fields = {name: f"请写明{label}。" for name, (label, text) in given.items() if len(text) < 2}
    fields |= {name: f"{label}最多 {LONGEST} 字。" for name, (label, text) in given.items() if len(text) > LONGEST}
    if fields:
        raise Invalid("".join(fields.values()), fields)
    return reason.strip(), basis.strip()


def read(row: Mapping[str, Any]) -> Bar:
    """A row of the table."""
    return Bar(
        id=row["id"],
        kind=row["kind"],
        kind_name=KINDS[row["kind"]],
        item=row["item"],
        reason=row["reason"],
        basis=row["basis"],
        since=local(row["since"]),
        until=local(row["until"]) if row["until"] else None,
        case_id=row["case_id"],
        by_name=row["by_name"],
        proposed_by=row["proposed_by"],
        proposed_by_name=row["proposed_by_name"],
    )
