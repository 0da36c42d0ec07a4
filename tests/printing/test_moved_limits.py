"""The papers that move a limit or open a hearing, as PDF: what they say and that everybody can read them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pdfua import validate

from lianban.outside import printing
from lianban.outside.clock import SHANGHAI
from lianban.rules import notices
from lianban.rules.notices import Content
from lianban.rules.notices import adjusting as adjusting_papers
from lianban.rules.notices import hearings as hearing_papers
from lianban.rules.notices.adjusting import Concerned, MovedLimit
from lianban.rules.notices.hearings import Attendee
from lianban.rules.notices.parts import Party
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples

AT = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)
LAW = datetime(2026, 11, 30, 17, tzinfo=SHANGHAI)
LIMITS = [
    MovedLimit("法定时限", LAW, LAW + timedelta(days=14)),
    MovedLimit("承诺时限", LAW, datetime(2027, 1, 5, 17, tzinfo=SHANGHAI), provisional=True),
]
PROCEDURE = ("检测", "样品须送省级机构检测。", "《中华人民共和国行政许可法》第四十五条", "5 个工作日")


def about(name: str) -> Concerned:
    """A hygiene permit."""
    applicant = Party(name, "110105********002X")
    return Concerned(
        "龙井市卫生健康局",
        applicant,
        "开办旅馆一件事",
        samples.CASE,
        "公共场所卫生许可",
        date(2026, 11, 2),
        samples.ENQUIRY,
    )


def extension(name: str) -> Content:
    """Ten working days more."""
    return adjusting_papers.extension(
        about(name),
        length="10 个工作日",
        reason="需要延伸检测的样品较多。",
        basis="《中华人民共和国行政许可法》第四十二条第一款",
        rank="本行政机关负责人",
        approver="郑局长",
        approved_at=AT,
        limits=LIMITS,
    )


def special_procedure(name: str) -> Content:
    """A test of five working days."""
    kind, reason, basis, required = PROCEDURE
    return adjusting_papers.special_procedure(
        about(name),
        name=kind,
        reason=reason,
        basis=basis,
        required=required,
        since=date(2026, 11, 5),
        until=date(2026, 11, 11),
        stops_statutory=True,
        approver="郑局长",
        approved_at=AT,
        limits=LIMITS,
    )


def right(name: str) -> Content:
    """The right to a hearing."""
    return hearing_papers.hearing_right(
        about(name),
        interested="相邻住户赵某",
        reason="拟作出的决定涉及相邻住户的重大利益。",
        told_at=AT,
        within="5 个工作日",
        apply_by=LAW,
    )


def call(name: str) -> Content:
    """A hearing is called."""
    return hearing_papers.hearing_call(
        about(name),
        interested="",
        called_at=AT,
        held_on=date(2026, 11, 11),
        hour="上午九时",
        place="政务大厅二楼会议室",
        presider="郑主持",
        until=date(2026, 11, 11),
        limits=LIMITS,
    )


def announcement(name: str) -> Content:
    """A hearing of the authority's own accord."""
    return hearing_papers.hearing_announcement(
        about(name),
        interested="",
        ground="public_interest",
        reason="拟作出的决定涉及周边居民的公共利益。",
        told_at=AT,
    )


def record(name: str) -> Content:
    """What was said, to be signed."""
    return hearing_papers.hearing_record(
        about(name),
        held_at="2026年11月11日上午九时",
        place="政务大厅二楼会议室",
        presider="郑主持",
        recorder="金记录",
        examiner="南审查",
        public="公开",
        recusal="主持人已告知申请回避的权利，没有人申请回避。",
        attendees=[Attendee("申请人", name, "in_person"), Attendee("利害关系人", "赵某", "agent")],
        opinion="审查人员出示采光分析报告，认为影响在允许范围以内。",
        statements="赵某对报告的测点提出质证，认为应当增加冬至日的数据。",
        evidence="采光分析报告一份。",
        on=AT,
    )


def answer(name: str) -> Content:
    """Somebody came too late."""
    return hearing_papers.hearing_answer(
        about(name), asker=name, applied_on=date(2026, 11, 10), reason="申请已经超过五个工作日的期限", on=AT
    )


MADE: list[Callable[[str], Content]] = [extension, special_procedure, right, announcement, call, record, answer]
WORDS = {
    "extension": ("10个工作日", "郑局长（本行政机关负责人）", "2026年12月14日", "2027年1月5日（暂定）"),
    "special_procedure": ("5个工作日（2026年11月5日至2026年11月11日）", "检测", "2026年12月14日"),
    "right": ("利害关系人相邻住户赵某", "5个工作日内（至2026年11月30日止）", "不承担组织听证的费用"),
    "announcement": ("听证公告", "涉及公共利益的重大行政许可事项", "第四十六条"),
    "call": ("2026年11月11日上午九时", "政务大厅二楼会议室", "郑主持", "2026年11月2日至2026年11月11日", "第四十五条"),
    "record": ("金记录", "由代理人到场", "采光分析报告一份", "根据本听证笔录作出行政许可决定"),
    "answer": ("申请已经超过五个工作日的期限。", "陈述和申辩"),
}


def printed(make: Callable[[str], Content], name: str = samples.RARE) -> tuple[Content, bytes]:
    """An issued paper and its file."""
    content = worded(make(name))
    number = notices.number_text("龙卫健", content["kind"], 2026, 7)
    whole = notices.numbered(content, number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return whole, printing.render_now(f"notices/{content['kind']}.html", whole)


@pytest.mark.parametrize("make", MADE)
def test_it_says_what_the_law_wants_on_one_page(make: Callable[[str], Content]) -> None:
    content, pdf = printed(make)
    said = looking.words(pdf)
    for part in (content["title"], content["number"], content["authority"], content["date"]):
        assert part in said
    assert samples.RARE in said
    for words in WORDS[make.__name__]:
        assert looking.says(pdf, words), words
    assert len(looking.pages(pdf)) == 1
    assert looking.codes(pdf, dpi=72) == [samples.ADDRESS]


@pytest.mark.parametrize("make", MADE)
def test_it_is_tagged_and_passes_the_checker(make: Callable[[str], Content], tmp_path: Path) -> None:
    content, pdf = printed(make)
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert opened.docinfo.get("/Title") == content["title"]
    assert list(validate(str(file)).findings) == []


@pytest.mark.parametrize("make", MADE)
def test_a_long_name_stays_inside_the_type_area(make: Callable[[str], Content]) -> None:
    _, pdf = printed(make, samples.LONG)
    assert looking.says(pdf, samples.LONG)
    assert looking.right_of_type_area(pdf, 0) <= 184.5
