"""差评（诉求）处置单: what became of a negative rating, a finding or a request, without anybody's name but those who
handled it (F1; 国办发〔2019〕51号)."""

from __future__ import annotations

from datetime import date

from lianban.rules.notices.base import Content, begin, need
from lianban.rules.notices.parts import day

WORDING = {
    "handling_sheet": {
        "opening": "下列问题（编号{matter_number}）已经核实、处理并答复，现予销号。",
        "keeping": "来源已经隐去个人信息。任何单位和个人不得查找、歧视、打击报复评价人和反映人。",
    },
}


def handling_sheet(
    *,
    authority: str,
    source: str,
    matter_number: str,
    received: date,
    complaint: str,
    findings: str,
    measures: str,
    reply: str,
    outcome: str,
    unit: str,
    handler: str,
    reviewer: str,
    review: str,
    on: date,
    matter: str = "",
) -> Content:
    """The sheet of one matter; `source` is masked ("差评：非常不满意（实名）"), `outcome` what the citizen said of it.

    Raises Invalid without one of the parts that it must have.
    """
    need(
        ("来源", source),
        ("编号", matter_number),
        ("核实情况", findings),
        ("整改（处理）情况", measures),
        ("答复", reply),
        ("承办单位", unit),
        ("审核人", reviewer),
        ("审核意见", review),
    )
    return begin("handling_sheet", authority, on, "政务服务窗口专用章（盖章处）") | {
        "source": source,
        "matter_number": matter_number,
        "received": day(received),
        "matter": matter,
        "complaint": complaint or "（没有文字）",
        "findings": findings,
        "measures": measures,
        "reply": reply,
        "outcome": outcome or "—",
        "unit": unit,
        "handler": handler or "—",
        "reviewer": reviewer,
        "review": review,
        "reviewed": day(on),
    }
