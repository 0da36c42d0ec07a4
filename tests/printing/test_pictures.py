"""Every paper as a picture: what is printed stays where GB/T 9704 and the layout put it, and the seal is never alone.

Each kind in Chinese, in Chinese and Korean, at its fullest and at its barest.
"""

from __future__ import annotations

import io
from functools import cache

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image, ImageChops

from lianban.outside import printing
from lianban.outside.sealing.places import place_of
from lianban.rules import notices
from lianban.rules.notices import SERIES, TITLES, Content
from lianban.rules.notices.seals import PLACE
from lianban.rules.notices.wording import worded
from tests.printing import extremes, looking, samples, specimens, test_bilingual

PLAIN, FULL, BARE = specimens.contents(), extremes.full(), extremes.bare()
PAPERS = [
    *((kind, "chinese") for kind in PLAIN),
    *((kind, "both") for kind in PLAIN),
    *((kind, "full") for kind in FULL),
    *((kind, "bare") for kind in BARE),
]
DPI = 72
MM = DPI / 25.4
NO_SEAL = {"survey_record", "hearing_record"}
"""Papers that hands sign and no seal is put on (F1)."""
CONTACT = "咨询电话"


@cache
def printed(kind: str, how: str) -> tuple[Content, bytes]:
    """An issued paper and its file."""
    if how == "both":
        return test_bilingual.paper(kind), test_bilingual.printed(kind)
    content = worded({"chinese": PLAIN, "full": FULL, "bare": BARE}[how][kind])
    number = notices.number_text("长政服", kind, 2026, 123)
    whole = notices.numbered(content, number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return whole, printing.render_now(f"notices/{kind}.html", whole)


@cache
def pictures(pdf: bytes) -> list[Image.Image]:
    """Its pages in colour."""
    opened = pypdfium2.PdfDocument(pdf)
    return [opened[n].render(scale=DPI / 72).to_pil().convert("RGB") for n in range(len(opened))]


def inked(picture: Image.Image) -> tuple[float, float, float, float]:
    """Where there is any ink, in millimetres: left, top, right, bottom."""
    found = ImageChops.invert(picture.convert("L")).point(lambda value: 255 if value > 40 else 0).getbbox()
    assert found is not None, "an empty page"
    left, top, right, bottom = (edge / MM for edge in found)
    return left, top, right, bottom


def red(picture: Image.Image) -> tuple[float, float] | None:
    """From where to where there is red, in millimetres from the top."""
    r, g, b = picture.split()
    strong = ImageChops.subtract(r, ImageChops.lighter(g, b)).point(lambda value: 255 if value > 90 else 0).getbbox()
    return (strong[1] / MM, strong[3] / MM) if strong else None


def cut(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """A piece of a page, in millimetres."""
    return picture.crop(tuple(round(edge * MM) for edge in (left, top, right, bottom)))  # type: ignore[arg-type]


def test_no_kind_of_paper_is_left_out() -> None:
    assert set(PLAIN) == set(TITLES) == set(SERIES)


@pytest.mark.parametrize(("kind", "how"), PAPERS)
def test_ink_stands_in_the_type_area_and_the_page_number_below_it(kind: str, how: str) -> None:
    _, pdf = printed(kind, how)
    for number, picture in enumerate(pictures(pdf), 1):
        odd = number % 2 == 1
        inner, outer = (28, 184) if odd else (26, 182)
        left, top, right, bottom = inked(cut(picture, 0, 0, 210, 263.5))
        assert top >= 36.5 and left >= inner - 0.7 and right <= outer + 0.7, (number, left, top, right)
        foot = cut(picture, 0, 263.5, 210, 297)
        left, top, right, bottom = inked(foot)
        assert top >= 5 and bottom <= 16, "seven millimetres below the type area"
        assert (left > 150) if odd else (right < 60)


@pytest.mark.parametrize(("kind", "how"), PAPERS)
def test_the_head_alone_is_red(kind: str, how: str) -> None:
    first, *rest = pictures(printed(kind, how)[1])
    found = red(first)
    assert found and 37 < found[0] < 42 and found[1] < 62
    assert not any(red(page) for page in rest)


@pytest.mark.parametrize(("kind", "how"), PAPERS)
def test_the_place_of_the_seal_is_empty_and_on_the_last_page_beside_the_code(kind: str, how: str) -> None:
    content, pdf = printed(kind, how)
    pages, place = pictures(pdf), place_of(pdf)
    codes = [(n, one) for n, page in enumerate(pages) for one in zxingcpp.read_barcodes(page)]
    (code,) = [one for one in codes if one[1].text != content.get("rating")]
    assert len(codes) == (2 if content.get("rating") else 1)
    corner, across = code[1].position.top_left, code[1].position.top_right
    assert code[0] == len(pages) - 1 and code[1].text == samples.ADDRESS
    assert corner.x / MM < 36 and 19 < (across.x - corner.x) / MM < 23
    if kind in NO_SEAL:
        assert place is None and PLACE not in content["seal"]
        return
    assert place is not None and place.page == code[0] and PLACE in content["seal"]
    x1, y1, x2, y2 = (edge / 72 * 25.4 for edge in (place.left, 842 - place.top, place.right, 842 - place.bottom))
    assert 40 <= x2 - x1 <= 60 and 18 <= y2 - y1 <= 24 and x1 > 110
    words = inked(cut(pages[-1], x1 + 0.8, y1 + 0.8, x2 - 0.8, y2 - 0.8))
    assert words[0] > 0 and words[2] < x2 - x1 - 1.6 and words[3] < 14, "what it is for; the rest is free"
    text = pypdfium2.PdfDocument(pdf)[place.page].get_textpage().get_text_bounded(
        place.left, place.bottom, place.right, place.top
    )  # fmt: skip
    assert content["seal"] in looking.flat(text)
    assert "（盖章处）" in text.replace("\r\n", "\n").replace(" ", ""), "the words do not break within the bracket"


@pytest.mark.parametrize(("kind", "how"), PAPERS)
def test_who_signs_never_has_a_page_to_himself(kind: str, how: str) -> None:
    opened = pypdfium2.PdfDocument(printed(kind, how)[1])
    pages = [looking.flat(page.get_textpage().get_text_range()) for page in opened]
    assert all(f"—{number}—" in page for number, page in enumerate(pages, 1))
    before, found, _ = pages[-1].partition(CONTACT)
    if not found:
        before = pages[-1].partition("扫码")[0].partition("签名：")[0]
    assert len(before) >= 20, "a paragraph or a row of the paper stands on the page of its seal"


@pytest.mark.parametrize(("kind", "how"), PAPERS)
def test_the_file_is_sound(kind: str, how: str) -> None:
    with pikepdf.open(io.BytesIO(printed(kind, how)[1])) as opened:
        assert opened.check_pdf_syntax() == []
