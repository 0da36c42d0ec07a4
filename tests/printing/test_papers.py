"""The issued papers as PDF: what they say, how they look, that they are the same every time."""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from pdfua import validate

from lianban.errors import Invalid
from lianban.outside import printing
from tests.printing import looking, samples

KINDS = list(samples.PAPERS)


def paper(kind: str, name: str = samples.RARE) -> bytes:
    return printing.render_now(f"notices/{kind}.html", samples.issued(kind, name))


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_names_its_number_its_organ_and_the_rare_name(kind: str) -> None:
    pdf = paper(kind)
    said = looking.words(pdf)
    content = samples.issued(kind)
    for part in (content["title"], content["number"], content["authority"], content["date"], samples.RARE):
        assert part in said
    assert len(looking.pages(pdf)) == (2 if kind in ("refusal", "survey_record") else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_tagged_and_passes_the_checker(kind: str, tmp_path: Path) -> None:
    pdf, file = paper(kind), tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "zh-CN"
        assert "pdfuaid:part" in opened.Root.Metadata.read_bytes().decode()
        assert opened.docinfo.get("/Title") == samples.issued(kind)["title"]
    assert list(validate(str(file)).findings) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_code_can_be_read_from_a_poor_scan(kind: str) -> None:
    rated = samples.issued(kind).get("rating")
    wanted = [samples.ADDRESS, *([rated] if rated else [])]
    assert sorted(looking.codes(paper(kind), dpi=72)) == sorted(wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_of_forty_characters_stays_inside_the_type_area(kind: str) -> None:
    assert len(samples.LONG) == 40
    pdf = paper(kind, samples.LONG)
    assert looking.says(pdf, samples.LONG)
    for page in range(len(looking.pages(pdf))):
        assert looking.right_of_type_area(pdf, page) <= (184.5 if page % 2 == 0 else 182.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_character_without_a_glyph_is_refused_with_what_to_do(kind: str) -> None:
    with pytest.raises(Invalid, match="字体里没有“\U0003fffd”（U\\+3FFFD），文书没有打印。请核对这个字是否录错"):
        paper(kind, "王\U0003fffd")


def test_the_margins_are_those_of_the_standard() -> None:
    with pdfplumber.open(io.BytesIO(paper("refusal"))) as opened:
        page = opened.pages[0]
        size = (round(page.width / 72 * 25.4), round(page.height / 72 * 25.4))
        body = [c for c in page.chars if c["top"] < page.height - 35 / 25.4 * 72]
        left, top = (min(c[edge] for c in body) / 72 * 25.4 for edge in ("x0", "top"))
    assert size == (210, 297)
    assert left == pytest.approx(28, abs=1)
    assert 37 < top < 40  # the first line has some leading


def test_the_page_number_stands_right_on_odd_and_left_on_even_pages() -> None:
    content = samples.issued("refusal") | {"facts": "经核查，材料所载内容与登记不一致。" * 60}
    pdf = printing.render_now("notices/refusal.html", content)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        places = [page.search(r"— ?\d+ ?—")[0]["x0"] > page.width / 2 for page in opened.pages]
    assert places[:2] == [True, False]


def test_the_seal_never_stands_alone_on_a_page() -> None:
    for length in range(0, 60, 6):
        content = samples.issued("refusal") | {"facts": "经核查，材料所载内容与登记不一致。" * length}
        last = looking.pages(printing.render_now("notices/refusal.html", content))[-1]
        assert "盖章处" in last and "行政复议" in last


def test_the_acceptance_tells_both_limits_of_each_item_cell_by_cell() -> None:
    found = {row[1]: row[2:] for row in looking.rows(paper("acceptance")) if len(row) == 5}
    assert found["出生医学证明首次签发"] == ["长沙市卫生健康委员会", "—目录未载明", "2026年11月9日5个工作日"]
    assert found["出生登记"] == [
        "长沙市公安局",
        "2026年11月30日（暂定）45个工作日",
        "2026年11月2日11时30分2个工作小时",
    ]
    assert found["社会保障卡申领"][2] == "“出生登记”办成之日起算30个工作日"


def test_the_receipt_lists_what_was_handed_in_and_is_no_acceptance() -> None:
    pdf = paper("receipt")
    assert ["2", "住院费用清单", "电子件", "1", "—", "2026年11月9日前补交"] in looking.rows(pdf)
    assert "不代表申请已被受理" in looking.words(pdf)


def test_the_seal_is_an_empty_place_and_never_a_picture() -> None:
    with pikepdf.open(io.BytesIO(paper("acceptance"))) as opened:
        pictures = opened.pages[0].get_images(recursive=False)
    assert len(pictures) == 1  # the QR code


def test_the_same_content_gives_the_same_bytes() -> None:
    assert paper("closure") == paper("closure")
