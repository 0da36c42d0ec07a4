"""Papers and sheets in two languages: both can be read, looked at and listened to; nothing runs over."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate
from PIL import ImageChops

from lianban.outside import fonts, printing
from lianban.outside.printing.jobs import MissingGlyph
from lianban.outside.printing.labels import labels
from lianban.outside.printing.layers import Layers
from lianban.outside.printing.press import Press
from lianban.outside.settings import shipped
from lianban.rules import languages, notices
from lianban.rules.languages import Book, both
from lianban.rules.notices import Content
from lianban.rules.notices.wording import sentences, worded
from tests.printing import looking, samples, specimens
from tests.printing.test_sheet import SHEET
from tests.printing.test_sheet import content as sheet_of

HANGUL = re.compile("[가-힣]")
CONTENTS = specimens.contents()


def korean() -> Book:
    found = languages.book("222405", "ko")
    assert found is not None
    return found


def paper(kind: str, **changed: Any) -> Content:
    """An issued paper of Longjing, in both languages."""
    told = worded(CONTENTS[kind] | {"authority": "龙井市政务服务中心"} | changed)
    number = notices.number_text("龙政服", kind, 2026, 123)
    whole = notices.numbered(told, number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return both(whole, korean(), labels(f"notices/{kind}.html"), sentences(kind))


@cache
def printed(kind: str) -> bytes:
    return printing.render_now(f"notices/{kind}.html", paper(kind))


@pytest.mark.parametrize("kind", list(CONTENTS))
def test_a_paper_says_both_and_stays_within_its_margins(kind: str) -> None:
    content, pdf = paper(kind), printed(kind)
    pages = looking.pages(pdf)
    said = "".join(pages)
    for part in (content["title"], content["authority"], samples.RARE):
        assert part in said or (part == samples.RARE and kind == "hand_over_list")
    assert "룡정시정무봉사중심" in said and looking.flat(content["also"][content["title"]]) in said
    for text in content["say"].values():
        beside = content["also"].get(text, "")
        assert looking.flat(beside) in said or looking.flat(text) not in said, text
    assert len(pages[-1]) > 120, "words of the paper stand on the page of its seal"
    assert looking.right_of_type_area(pdf) <= 184.5
    more = [content["rating"]] if content.get("rating") else []
    assert sorted(looking.codes(pdf, dpi=72)) == sorted([samples.ADDRESS, *more])


@pytest.mark.parametrize("kind", ["receipt", "acceptance", "correction", "refusal", "hearing_record", "survey_record"])
def test_a_reader_is_told_which_words_are_korean(kind: str, tmp_path: Path) -> None:
    pdf, file = printed(kind), tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    assert list(validate(str(file)).findings) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "zh-CN"
        spans = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Span"]
        tongues = [str(one.Lang) for one in spans if "/Lang" in one]
    assert set(tongues) == {"ko"} and len(tongues) >= 5


def test_changsha_prints_chinese_alone() -> None:
    assert not HANGUL.search(
        looking.words(printing.render_now("notices/acceptance.html", samples.issued("acceptance")))
    )
    assert not HANGUL.search(looking.words(printing.render_now(SHEET, sheet_of())))


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(shipped("templates"), fonts.current())


def test_the_sheet_says_both_in_both_ways_and_in_every_dot(press: Press) -> None:
    said = both(sheet_of("222405", "newborn"), korean(), labels(SHEET))
    whole, fast = press.whole(SHEET, said, None), Layers(press).fast(SHEET, said)
    pages = looking.pages(whole)
    words = "".join(pages)
    for chinese in (said["title"], said["centre"], said["items"][0]["name"], "您的权利和提示", said["lead"]):
        assert looking.flat(said["also"][chinese]) in words
    assert all(looking.flat(said["also"][m["name"]]) in words for m in said["materials"])
    head = [words.index(part) for part in ("일차성고지서", "日期", "办理新生儿出生一件事的事项")]
    assert head == sorted(head), "the title does not run into what stands below it"
    assert looking.pages(fast) == pages
    for page in range(len(pages)):
        pair = looking.picture(fast, page, 110), looking.picture(whole, page, 110)
        assert ImageChops.difference(*pair).getbbox() is None
    assert looking.codes(whole) == [said["address"]]


def test_the_fonts_have_every_character_of_the_book(press: Press) -> None:
    text = "".join(sorted({letter for said in korean().phrases.values() for letter in said}))
    for family in ("SONG", "HEI", "FANG"):
        style = press.css(f"p {{ font-family: {fonts.SONG if family == 'SONG' else getattr(fonts, family)} }}")
        pdf = press.write(f"<title>·</title><p lang=ko>{text}", style)[0]
        assert set(looking.flat(text)) <= set(looking.words(pdf))


def test_a_syllable_without_a_glyph_is_refused(press: Press) -> None:
    broken = paper("acceptance")
    broken["also"]["受理通知书"] = "수리\U0003fffd"
    with pytest.raises(MissingGlyph, match="U\\+3FFFD"):
        press.whole("notices/acceptance.html", broken)
