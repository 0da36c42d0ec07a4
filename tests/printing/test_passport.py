"""时限说明 as PDF: one page for some twenty working days, each day with its word, tagged, the same every time."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate

from lianban.errors import Invalid
from lianban.outside import printing
from lianban.outside.clock import SHANGHAI
from lianban.rules import clock, passports
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Extension, History, days_pause
from lianban.rules.passports import Beside, Turn
from lianban.rules.strip import strip
from tests.printing import looking, samples

START = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
NOTICE, MORE = "龙卫健特字〔2026〕第000001号", "龙卫健延字〔2026〕第000001号"
PAUSE = days_pause(date(2026, 10, 12), date(2026, 10, 16), "检测", "行政许可法第四十五条", NOTICE)
EXTENSION = Extension(Limit(10, Unit.WORKING_DAYS), START, "样品较多", "行政许可法第四十二条", MORE)
TWENTY = History(START, Limit(20, Unit.WORKING_DAYS))
HISTORIES = {
    "twenty working days": TWENTY,
    "paused": History(START, Limit(20, Unit.WORKING_DAYS), pauses=(PAUSE,)),
    "paused and extended": History(START, Limit(20, Unit.WORKING_DAYS), pauses=(PAUSE,), extensions=(EXTENSION,)),
    "office hours": History(START, Limit(2, Unit.OFFICE_HOURS)),
    "months": History(START, Limit(6, Unit.MONTHS)),
    "natural days": History(START, Limit(20, Unit.NATURAL_DAYS)),
}


def content(history: History, item: str = "公共场所卫生许可") -> dict[str, Any]:
    """What the paper of this clock says."""
    calendar = calendar_for("222405")
    due = clock.reckon(history, calendar)
    beside = [
        Beside("1", "法定时限", "20 个工作日", due.instant, due.instant, due.provisional, True),
        Beside("2", "承诺时限", "7 个工作日", due.instant, due.instant, False, False),
    ]
    turns = [Turn(history.start, "起算", "", due.instant)]
    turns += [
        Turn(START, f"暂停计时，{passports.span(p.since, p.until)}：{p.reason}（{p.basis}）", p.paper, due.instant)
        for p in history.pauses
    ]
    turns += [
        Turn(e.at, f"延长 10 个工作日：{e.reason}（{e.basis}）", e.paper, due.instant) for e in history.extensions
    ]
    return passports.paper(
        authority="龙井市政务服务中心",
        on=date(2026, 11, 2),
        case_number="222405-2026-000012",
        bundle="开办旅馆一件事",
        item=item,
        kind_name="法定时限",
        basis="《中华人民共和国行政许可法》第四十二条：20 个工作日",
        start_rule=passports.STARTS["statutory"],
        history=history,
        due=due,
        told=due.instant,
        calendar=calendar,
        shown=strip(due, history, calendar),
        beside=beside,
        turns=turns,
        address=samples.ADDRESS,
    )


def paper(history: History, item: str = "公共场所卫生许可") -> bytes:
    return printing.render_now("notices/passport.html", content(history, item))


@pytest.mark.parametrize("name", HISTORIES)
def test_it_is_one_page_tagged_and_passes_the_checker(name: str, tmp_path: Path) -> None:
    pdf, file = paper(HISTORIES[name]), tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    assert len(looking.pages(pdf)) == (2 if name == "paused and extended" else 1)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert opened.docinfo.get("/Title") == "时限说明"
    assert list(validate(str(file)).findings) == []


@pytest.mark.parametrize("name", HISTORIES)
def test_it_says_what_which_article_from_when_and_until_when(name: str) -> None:
    history, said = HISTORIES[name], looking.words(paper(HISTORIES[name]))
    told = content(history)
    for part in ("222405-2026-000012", "法定时限", "第四十二条", told["start"], f"{told['told']}前", "不是决定文书"):
        assert looking.flat(part) in said, part


def test_every_day_stands_in_its_square_with_its_word() -> None:
    cells = {cell for row in looking.rows(paper(HISTORIES["paused"])) for cell in row}
    assert {"9月24日起算", "25中秋", "28第1天", "10月1日国庆", "10第6天", "12暂停", "17休", "5第20天止"} <= cells


def test_the_notices_that_moved_the_date_stand_beside_the_moves() -> None:
    rows = [row for row in looking.rows(paper(HISTORIES["paused and extended"])) if len(row) == 4]
    assert any(NOTICE in row[2] and "2026年10月12日至2026年10月16日" in row[1] for row in rows)
    assert any(MORE in row[2] and "延长10个工作日" in row[1] for row in rows)


def test_a_make_up_working_day_is_told() -> None:
    assert "10月10日，国庆节调休上班，计入" in looking.words(paper(TWENTY))


def test_a_provisional_date_says_so_and_why() -> None:
    said = looking.words(paper(HISTORIES["months"]))
    assert "（暂定）" in said
    assert "国务院办公厅还没有公布放假安排" in said


def test_the_qr_code_opens_the_tracking_page_without_the_code() -> None:
    assert looking.codes(paper(TWENTY), dpi=72) == [samples.ADDRESS]


def test_the_squares_differ_without_colour() -> None:
    grey = looking.picture(paper(HISTORIES["paused"]), dpi=150)
    assert grey.getextrema() == (0, 255)
    assert len(set(grey.tobytes())) > 20


def test_the_same_clock_gives_the_same_bytes() -> None:
    assert paper(HISTORIES["paused"]) == paper(HISTORIES["paused"])


def test_a_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(Invalid, match="字体里没有"):
        paper(TWENTY, "许可\U0003fffd")


def test_a_long_name_stays_inside_the_paper() -> None:
    assert looking.right_of_type_area(paper(TWENTY, samples.LONG)) <= 187
