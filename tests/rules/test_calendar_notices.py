"""What a notice file must say, and the sentence for each slip."""

from __future__ import annotations

from datetime import date

import pytest

from lianban import errors
from lianban.rules.calendar import calendar_for, parse_notice

GOOD = """
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: 国办发明电〔2026〕9号
published: 2026-11-05
source: 演示
off:
  - {festival: 元旦, from: 2026-12-31, to: 2027-01-02}
  - {festival: 清明节, dates: [2027-04-03, 2027-04-05]}
  - {festival: 劳动节, date: 2027-05-01}
work:
  - {festival: 元旦, date: 2027-01-03}
"""


def test_a_good_notice_is_read_whole() -> None:
    notice, content = parse_notice(GOOD.encode(), "2027.yaml")
    assert (notice.year, notice.number, notice.published) == (2027, "国办发明电〔2026〕9号", date(2026, 11, 5))
    assert notice.status == "yearly" and len(notice.off) == 6 and list(notice.work) == [date(2027, 1, 3)]
    assert content["year"] == "2027", "the content stays as it was written"
    calendar = calendar_for().with_notices([notice])
    assert calendar.horizon == 2027 and calendar.day(date(2027, 2, 8)).working
    assert not calendar.day(date(2026, 12, 31)).working


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("year: 2027", "year: 27", "年份“27”不对"),
        ("year: 2027", "year: 2201", "2000–2100"),
        ("2027-05-01", "2027-13-01", "“2027-13-01”不是日期"),
        ("2027-05-01", "2028-05-01", "2028-05-01 不在 2027 年"),
        ("2026-12-31", "2026-11-30", "不是一段假期"),
        ("from: 2026-12-31", "from: 2027-01-05", "不是一段假期"),
        ("2027-05-01", "2027-04-05", "2027-04-05 写了两次"),
        ("date: 2027-01-03", "date: 2027-01-02", "既写成放假又写成上班"),
        ("date: 2027-01-03", "date: 2027-01-04", "2027-01-04 是周一"),
        ("published: 2026-11-05", "published: 2031-11-05", "发布日期"),
        ("source: 演示", "status: draft", "status “draft”不认识"),
        ("festival: 劳动节, date: 2027-05-01", "festival: 劳动节", "没有写日期"),
        ("festival: 劳动节", "festival: ''", "没有写节日名称"),
        ("notice: 国务院办公厅关于2027年部分节假日安排的通知", "notice: ''", "缺少通知标题"),
        ("notice: 国务院办公厅关于2027年部分节假日安排的通知", "title: x", "内容不完整"),
    ],
)
def test_each_slip_has_its_sentence(old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(errors.Invalid, match=sentence) as refused:
        parse_notice(GOOD.replace(old, new).encode(), "2027.yaml")
    assert "2027.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"off: [", "YAML"),
        (b"- 1", "对照已有年份"),
        ("year: 2027\nnotice: 通知".encode(), "没有写放假的日子"),
    ],
)
def test_what_is_no_notice_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(errors.Invalid, match=sentence):
        parse_notice(data, "2027.yaml")


def test_an_amendment_may_make_a_weekday_a_working_day_again() -> None:
    text = (
        "year: 2026\nnotice: 调整\nstatus: amendment\noff: [{festival: 国庆节, date: 2026-10-08}]\nwork: [2026-10-07]"
    )
    notice, _ = parse_notice(text.encode(), "调整.yaml")
    changed = calendar_for().with_notices([notice])
    assert changed.day(date(2026, 10, 7)).working and not changed.day(date(2026, 10, 8)).working


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("extra: " + "[" * 50_000, "嵌套太深"),
        ("extra: " + "[" * 3000 + "]" * 3000, "嵌套太深"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "引用"),
        ("extra: &a [*a]", "引用"),
        ('extra: "a\\0b"', "控制字符"),
        ('"a\\0b": x', "控制字符"),
        ('extra: "\\ud800"', "读不出来|控制字符"),
    ],
)
def test_a_file_made_to_do_harm_is_refused_with_a_sentence(more: str, sentence: str) -> None:
    with pytest.raises(errors.Invalid, match=sentence):
        parse_notice(f"{GOOD}\n{more}\n".encode(), "2027.yaml")
