"""A paper with a mistake in it is corrected: what of it may be, the corrected content, and the notice (更正通知书).

Only words are corrected here. What the law has brought about (a decision, a limit, a list of what is to be corrected)
does not change under the name of a correction: another decision is revoked, a limit is extended, each in its own way.
A path is dotted ("applicant.name"); `*` stands for every line of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.errors import Invalid
from lianban.rules import values
from lianban.rules.masks import mask_id_card
from lianban.rules.notices.base import Content, begin, check_remedy, enquiry_content, need
from lianban.rules.notices.parts import Enquiry, day

LONGEST = 4000
ID_CARD = re.compile(r"\d{17}[\dX]")
_PEOPLE = {
    "applicant.name": "申请人",
    "applicant.id_number": "申请人证件号码",
    "applicant.phone": "申请人电话",
    "agent.name": "代理人",
    "agent.id_number": "代理人证件号码",
    "agent.relation": "代理关系",
}
_RESULTS = {"results.*.name": "证照或者文书的名称", "results.*.number": "证照或者文书的编号"}
_REMEDY = {"basis": "法律依据", "remedy": "救济途径"}
CORRECTABLE: dict[str, dict[str, str]] = {
    "receipt": {
        "materials.*.name": "材料名称",
        "materials.*.form": "材料形式",
        "materials.*.copies": "份数",
        "materials.*.pages": "页数",
    },
    "acceptance": {"basis": "受理依据"},
    "correction": {},
    "non_acceptance": {"item": "事项", "reason": "不予受理的理由", "competent": "有权受理的行政机关"} | _REMEDY,
    "tolerance": {},
    "special_procedure": {"reason": "进行特别程序的理由", "basis": "法律依据"},
    "extension": {"reason": "延长的理由", "basis": "法律依据"},
    "termination": {"reason": "理由", "returned": "退还材料的情况"},
    "grant": {
        "item": "事项",
        "scope": "准予的内容和范围",
        "term": "有效期限",
        "conditions": "整改要求",
        "basis": "法律依据",
    }
    | _RESULTS,
    "refusal": {"item": "事项", "facts": "审查查明的事实", "reason": "不予的理由"} | _REMEDY,
    "rectification": {"findings": "核查发现的问题", "basis": "法律依据", "liability": "法律责任"},
    "revocation": {"findings": "核查查明的事实", "reason": "撤销的理由"} | _REMEDY,
    "delivery_receipt": {
        "receiver": "签收人",
        "relation": "与受送达人的关系",
        "id_last_four": "签收人证件号码后四位",
        "place": "送达地点",
        "witness": "见证人",
        "note": "备注",
    },
    "closure": {"outcomes.*.result": "办理结果", "outcomes.*.number": "证照或者文书的编号"},
}
"""By kind of paper: path → what it is called. Who somebody is may be corrected on each of these."""
MAY_BE_EMPTY = frozenset({"conditions", "applicant.phone", "applicant.id_number", "relation", "id_last_four"})
VOID_ALONE = frozenset({"receipt", "closure", "turned", "survey_notice"})
"""What may be made void with nothing in its place: it tells something and decides nothing. Not the receipt of a
delivery: without one there is none (民事诉讼法 87)."""
PERIODS = frozenset({"refusal", "revocation", "non_acceptance"})
"""Where the time to ask for a review or to sue runs anew from the corrected paper."""
# What issuing puts in: the corrected paper gets its own.
_OF_ISSUE = ("say", "wording", "number", "code", "qr", "also", "second")

WORDING = {
    "amendment": {
        "opening": "本机关于{old_date}出具的《{old_title}》（{old_number}）有误，现更正如下：",
        "reason": "更正的理由：{reason}",
        "effect": "更正后的《{new_title}》（{new_number}）替代原文书，原文书不再使用；已经领取原文书的，请交回本机关。",
        "periods": "申请行政复议、提起行政诉讼的期限，自收到更正后的文书之日起计算。",
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a paper that may be corrected."""

    path: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a part said, and what it is to say."""

    label: str
    old: str
    new: str


def parts_of(content: Mapping[str, Any]) -> tuple[Part, ...]:
    """What of this paper may be corrected, in the order of the paper; nothing for kinds that are only made void."""
    declared = CORRECTABLE.get(str(content["kind"]))
    if declared is None:
        return ()
    found = [
        (line, Part(path, label + (f"（第{line}行）" if line else ""), str(value)))
        for pattern, label in (_PEOPLE | declared).items()
        for path, line, value in _found(content, pattern)
    ]
    # What stands in one line of a list stays together.
    return tuple(part for _, part in sorted(found, key=lambda each: each[0]))


def changes_of(content: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, tuple[Change, str]]:
    """Path → (what changes, the new text): what was typed differently from what the paper says.

    Raises Invalid naming each part that is unknown, emptied though the paper must have it, or cannot be printed.
    """
    known, wrong = {part.path: part for part in parts_of(content)}, {}
    found: dict[str, tuple[Change, str]] = {}
    for path, text in typed.items():
        part, new = known.get(path), text.replace("\r\n", "\n").strip()
        if part is None:
            wrong[path] = "这份文书没有这一项，或者这一项不能用更正的方式改动。"
            continue
        if ID_CARD.fullmatch(new):
            new = mask_id_card(new)
        if new == part.value.replace("\r\n", "\n").strip():
            continue
        if problem := _wrong(part, new):
            wrong[path] = problem
        found[path] = Change(part.label, part.value, new), new
    if wrong:
        raise Invalid("更正的内容还不能使用：" + "".join(dict.fromkeys(wrong.values())), wrong)
    if not found:
        raise Invalid("没有改动任何内容。请把有误的地方改成正确的内容后再提交。")
    return found


def corrected(content: Mapping[str, Any], typed: Mapping[str, str], *, on: date, number: str) -> Content:
    """The content of the paper as it should have been, dated `on`; `number` is that of the paper it replaces.

    Raises as `changes_of` does.
    """
    changes = changes_of(content, typed)
    new: Content = json.loads(json.dumps({k: v for k, v in content.items() if k not in _OF_ISSUE}, ensure_ascii=False))
    for path, (_, text) in changes.items():
        *way, last = path.split(".")
        place: Any = new
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = text
    return new | {"date": day(on), "iso": on.isoformat(), "replaces": f"本文书更正并替代{number}。"}


def amendment(
    *,
    authority: str,
    seal: str,
    addressee: str,
    bundle: str,
    case_number: str,
    kind: str,
    old_title: str,
    old_number: str,
    old_date: str,
    changes: Sequence[Change],
    reason: str,
    new_title: str,
    new_number: str,
    on: date,
    enquiry: Enquiry,
) -> Content:
    """更正通知书: which paper of `kind`, each old text with the new one, why, and what stands in its place."""
    need(("受送达人", addressee), ("原文书", old_title), ("原文号", old_number), ("更正的内容", changes))
    need(("更正的理由", reason), ("更正后的文书", new_title), ("更正后的文号", new_number))
    return begin("amendment", authority, on, seal) | {
        "addressee": addressee,
        "bundle": bundle,
        "case_number": case_number,
        "old_title": old_title,
        "old_number": old_number,
        "old_date": old_date,
        "changes": [{"label": c.label, "old": c.old or "—", "new": c.new or "—"} for c in changes],
        "reason": reason.strip(),
        "new_title": new_title,
        "new_number": new_number,
        "periods": kind in PERIODS,
        "enquiry": enquiry_content(enquiry),
    }


def _wrong(part: Part, new: str) -> str:
    if not new and part.path not in MAY_BE_EMPTY:
        return f"“{part.label}”是文书的必备内容，不能改成空的。"
    if len(new) > LONGEST:
        return f"“{part.label}”最多 {LONGEST} 字，请缩短。"
    try:
        values.readable(new, lines=True)
        if part.path == "remedy":
            check_remedy(new)
    except Invalid as problem:
        return problem.sentence
    return ""


def _found(content: Mapping[str, Any], pattern: str) -> Iterator[tuple[str, int, object]]:
    """Path, line (0: no list) and value of what a pattern finds; nothing where the paper has no such part."""
    head, star, tail = pattern.partition(".*.")
    if star:
        for n, line in enumerate(content.get(head) or ()):
            if tail in line:
                yield f"{head}.{n}.{tail}", n + 1, line[tail]
        return
    place: Any = content
    for step in pattern.split("."):
        if not isinstance(place, Mapping) or step not in place:
            return
        place = place[step]
    if isinstance(place, str):
        yield pattern, 0, place
