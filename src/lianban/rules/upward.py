"""数据汇聚: what is reported of a rating under which name (domain C4), as data of `catalog/common/upward/<id>.yaml`.

A schema is a list of the platform's fields, each with the fact of ours that fills it. What is not in the list is never
sent. The shipped names and codes are not verified; a region puts its own codes in their place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lianban.errors import Invalid
from lianban.rules.catalog import reading
from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.catalog.reading import Entry, Faults

CAUSES = {"rating": "新评价", "standing": "评价状态变化", "handling": "差评处理结果"}
STATUSES = {
    "waiting": "待上报",
    "taken": "已送达，等回执",
    "accepted": "已接收",
    "rejected": "被退回",
    "failed": "不能上报",
}
DEFAULT = "national-1"
FACTS = {
    "grade": "等次",
    "options": "选项编码",
    "comment": "文字（个人信息已遮盖）",
    "channel": "渠道",
    "kind": "评价方式",
    "step_name": "环节",
    "service_number": "第几次服务",
    "given_at": "评价时间",
    "standing": "状态",
    "handling": "差评处理结果",
    "region12": "行政区划代码（12 位）",
    "region_name": "行政区划",
    "case_number": "办件编号",
    "matter": "办件名称",
    "applied_at": "申请时间",
    "case_state": "办件状态编码",
    "case_state_name": "办件状态",
    "item_code": "事项编码",
    "item_name": "事项名称",
    "item_version": "事项版本",
    "department": "部门编码",
    "department_name": "部门",
    "served_by": "被评价人账号",
    "served_by_name": "被评价人",
    "user": "服务对象类型",
    "rater_name": "评价人姓名（只有实名评价才有）",
    "rater_phone": "评价人电话（只有实名评价才有）",
}
"""What a field may be filled with. There is no more: nothing else can be reported."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the platform: filled with the fact `source`, or always `fixed`. `name[].part` is a list of one."""

    name: str
    label: str
    source: str
    fixed: str
    codes: str
    required: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """A version of the mapping; `codes` table → our value → theirs, `omitted` what is not sent and why."""

    id: str
    name: str
    verified: bool
    source: str
    causes: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    fields: tuple[Field, ...]
    omitted: Mapping[str, str]


@cache
def schemas(root: Path = SHIPPED) -> Mapping[str, Schema]:
    """The shipped mappings by id. Raises CatalogueFaults."""
    found, faults = {}, Faults()
    for path in sorted((root / "common" / "upward").glob("*.yaml")):
        entry = reading.read(path, faults, f"common/upward/{path.name}")
        if entry:
            found[path.stem] = _schema(path.stem, entry)
    faults.stop()
    return found


def rendered(schema: Schema, codes: Mapping[str, Mapping[str, str]], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What goes up: the fields of the schema that have a value, with `codes` in place of the shipped ones.

    Raises Invalid when something the platform requires is missing.
    """
    content: dict[str, Any] = {}
    lacking = []
    for field in schema.fields:
        value = field.fixed or facts.get(field.source)
        if field.codes and value:
            value = coded(schema, codes, field.codes, str(value))
        if value in (None, "", []):
            lacking += [f"{field.label}（{field.name}）"] if field.required else []
            continue
        head, _, part = field.name.partition("[].")
        if part:
            content.setdefault(head, [{}])[0][part] = value
        else:
            content[head] = value
    if lacking:
        raise Invalid(f"缺少必填的字段：{'、'.join(lacking)}。")
    return content


def coded(schema: Schema, codes: Mapping[str, Mapping[str, str]], table: str, value: str) -> str:
    """The platform's code for a value of ours; "" where there is none."""
    return codes.get(table, {}).get(value) or schema.codes.get(table, {}).get(value, "")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write a content: what both sides make the digest of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical content, hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


def checked_codes(schema: Schema, typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The codes that differ from the shipped ones, from form fields `<table>.<value>`. Raises Invalid."""
    found: dict[str, dict[str, str]] = {}
    for name, text in typed.items():
        table, _, value = name.partition(".")
        shipped = schema.codes.get(table, {}).get(value)
        if shipped is None or not text or text == shipped:
            continue
        if len(text) > 64 or not text.isprintable():
            sentence = "编码最长 64 个字符，不能有换行。"
            raise Invalid(sentence, {f"code.{name}": sentence})
        found.setdefault(table, {})[value] = text
    return found


def _schema(id: str, entry: Entry) -> Schema:
    parts = dict(entry.pairs())
    for need in ("name", "source", "causes", "fields"):
        if need not in parts:
            entry.fault(f"缺少 {need}。")
            return Schema(id, "", False, "", (), {}, (), {})
    codes = {
        table: {value: part.text() for value, part in rows.pairs()}
        for table, rows in (parts["codes"].pairs() if "codes" in parts else ())
    }
    return Schema(
        id=id,
        name=parts["name"].text(),
        verified="verified" in parts and parts["verified"].text() == "yes",
        source=parts["source"].text(),
        causes=tuple(_among(part, CAUSES) for part in parts["causes"].parts()),
        codes=codes,
        fields=tuple(_field(part, codes) for part in parts["fields"].parts()),
        omitted={name: part.text() for name, part in (parts["omitted"].pairs() if "omitted" in parts else ())},
    )


def _field(entry: Entry, codes: Mapping[str, object]) -> Field:
    given = dict(entry.pairs())
    if "to" not in given or ("from" in given) == ("is" in given):
        entry.fault("每个字段要写 to，以及 from（取哪个内容）或者 is（固定值）之一。")
        return Field("", "", "", "", "", False)
    table = _among(given["codes"], codes) if "codes" in given else ""
    return Field(
        name=given["to"].text(),
        label=given["label"].text() if "label" in given else "",
        source=_among(given["from"], FACTS) if "from" in given else "",
        fixed=given["is"].text() if "is" in given else "",
        codes=table,
        required="required" in given and given["required"].text() == "yes",
    )


def _among(entry: Entry, known: Mapping[str, object]) -> str:
    text = entry.text()
    if text and text not in known:
        entry.fault(f"“{text}”不能用，可以写：{'、'.join(known)}。")
    return text
