"""Writes the made-up papers of `lianban.rules.notices.specimens`: python -m tests.printing.specimens.

Run it when a kind of paper is added or its content changes.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from lianban.rules.notices import Content, Document, Party, announcing, promises, specimens, surveys
from lianban.rules.notices.promises import Follows
from tests.printing import samples, test_moved_limits

NAMES = {
    samples.RARE: "金明哲",
    "长沙铁路运输法院": "某市人民法院",
    "长沙市": "某市",
    "株洲市": "邻市",
    "0731-88665114": "0000-0000000",
    "0731-82290110": "0000-0000000",
    "岳麓区岳华路": "人民路",
    "开福区芙蓉北路": "人民路",
}
FILE = Path(specimens.__file__).with_suffix(".json")


def contents() -> dict[str, Content]:
    """The content of each kind of paper, before it has its words and its number."""
    made = {kind: paper() for kind, paper in samples.PAPERS.items()}
    made = {content["kind"]: content for content in made.values()}
    for content in (*(paper(samples.RARE) for paper in test_moved_limits.MADE), tolerance(), notice(), visit()):
        made.setdefault(content["kind"], content)
    return made


def tolerance() -> Content:
    """A material that follows."""
    return promises.tolerance(
        authority=samples.CENTRE,
        applicant=Party(samples.RARE, "110105********002X"),
        agent=None,
        bundle=samples.BUNDLE,
        case_number=samples.CASE,
        accepted_on=samples.at(2).date(),
        follows=[Follows("出院记录", "原件或者电子件", ("生育津贴",), "受理后 5 个工作日内", samples.at(9, 17, 0))],
        clerk="赵窗口",
        enquiry=samples.ENQUIRY,
        issued_on=samples.at(2).date(),
    )


def notice() -> Content:
    """A decision that nobody took in."""
    return announcing.public_notice(
        authority=samples.CENTRE,
        addressee=samples.RARE,
        case_number=samples.CASE,
        documents=[Document("不予许可决定书", "某公安不予字〔2026〕第000012号")],
        ground="failed",
        published_on=samples.at(2).date(),
        until=date(2026, 12, 2),
        enquiry=samples.ENQUIRY,
    )


def visit() -> Content:
    """Two departments come on one morning."""
    surveyed = (surveys.Visited("公共场所卫生许可（一般流程）", "长沙市卫生健康局"),)
    return surveys.survey_notice(
        authority=samples.CENTRE,
        applicant=Party(samples.RARE, "110105********002X"),
        bundle="开办旅馆一件事",
        case_number=samples.CASE,
        items=surveyed,
        starts_at=samples.at(5, 9, 0),
        ends_at=samples.at(5, 10, 30),
        place="长沙市人民路1号",
        contact=samples.RARE,
        phone="138****8000",
        note="",
        told_at=samples.at(3),
        enquiry=samples.ENQUIRY,
        seal="行政审批专用章（盖章处）",
    )


def text() -> str:
    """What the file holds."""
    said = json.dumps(contents(), ensure_ascii=False, indent=1, sort_keys=True)
    for name, instead in NAMES.items():
        said = said.replace(name, instead)
    return said + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
