"""The single notification sheet: cell by cell, the whole and the fast way alike, the same bytes everywhere."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pdfua import validate
from PIL import ImageChops

from lianban.outside import fonts, printing
from lianban.outside.printing.layers import Layers
from lianban.outside.printing.press import Press
from lianban.outside.settings import settings, shipped
from lianban.rules import sheetcode
from lianban.rules.catalog import loading
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import compose
from lianban.rules.sheet import sheet_content
from tests.printing import looking, samples

SHEET = "notices/sheet.html"
SITE = "https://zwfw.example.gov.cn"
SHIPPED = sorted(loading.shipped())


@cache
def edition(region: str, bundle: str) -> Edition:
    return loading.load_edition(loading.shipped()[region, bundle])


def content(region: str = "430100", bundle: str = "catering", *, answered: bool = False, day: int = 2) -> Any:
    """What a sheet says: nothing answered, or the first option of every question."""
    chosen, facts = edition(region, bundle), dict[str, str]()
    while answered and (left := compose(chosen, facts).open):
        facts[left[0].element] = left[0].branches[0][0]
    code = sheetcode.encode(chosen, facts)
    on = date(2026, 11, day)
    return sheet_content(chosen, compose(chosen, facts), facts, loading.contacts(region), on, code, site=SITE)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(shipped("templates"), fonts.current())


@pytest.mark.parametrize(
    ("region", "bundle", "answered"), [*((*key, True) for key in SHIPPED), ("430100", "catering", False)]
)
def test_every_item_and_paper_stands_in_a_cell_of_its_own(region: str, bundle: str, answered: bool) -> None:
    said = content(region, bundle, answered=answered)
    pdf = printing.render_now(SHEET, said)
    rows = looking.rows(pdf)
    items = {row[1]: row for row in rows if len(row) == 7}
    assert [name for name in items if name != "事项名称"] == [
        next(name for name in items if name.startswith(looking.flat(item["name"]))) for item in said["items"]
    ]
    for item in said["items"]:
        row = next(row for name, row in items.items() if name.startswith(looking.flat(item["name"])))
        assert row[2] == looking.flat(item["department_name"])
        assert row[4] == looking.flat(item["statutory"] or "未载明")
        assert row[5].startswith(looking.flat(item["committed"]))
        assert row[6] == looking.flat(item["fee"])
    papers = {row[0]: row for row in rows if len(row) == 6}
    for material in [*said["materials"], *said["on_site"]]:
        row = papers[str(material["n"])]
        assert row[1].startswith(looking.flat(material["name"]))
        assert row[2] == looking.flat(material["form"])
        assert all(looking.flat(standard) in row[5] for standard in material["standards"])
    text = looking.words(pdf)
    for needed in (said["code"], said["on"], said["place"]["name"], said["bundle"]["commitment"], "告知人签名"):
        assert looking.flat(needed) in text
    assert ("如……则需……" in text) is not answered
    assert len(looking.pages(pdf)) <= 7


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    for region, bundle in SHIPPED:
        for page in looking.pages(printing.render_now(SHEET, content(region, bundle, answered=True))):
            end = page[:-3].rstrip("—0123456789")
            assert not end.endswith(("应当提交的材料", "办理事项", "办理流程", "地点、时间和电话", "您的权利和提示"))


def test_the_qr_code_opens_the_page_of_this_sheet() -> None:
    said = content(answered=True)
    assert looking.codes(printing.render_now(SHEET, said), dpi=72) == [f"{SITE}/s/{said['code']}"]


def test_the_sheet_is_tagged_and_passes_the_checker(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(printing.render_now(SHEET, content()))
    assert list(validate(str(file)).findings) == []


def test_both_ways_agree_in_words_tables_pages_and_in_every_dot(press: Press) -> None:
    layers = Layers(press)
    for day in (2, 30):
        said = content(day=day)
        whole, fast = press.whole(SHEET, said, None), layers.fast(SHEET, said)
        assert looking.pages(fast) == looking.pages(whole)
        assert looking.rows(fast) == looking.rows(whole)
        for page in range(len(looking.pages(whole))):
            pair = looking.picture(fast, page, 110), looking.picture(whole, page, 110)
            assert ImageChops.difference(*pair).getbbox() is None
    assert len(layers.kept) == 1


def test_the_fast_way_keeps_a_layer_for_each_situation_and_reads_its_code(press: Press) -> None:
    layers = Layers(press)
    for answered in (False, True):
        said = content(answered=answered)
        assert looking.codes(layers.fast(SHEET, said)) == [said["address"]]
    assert len(layers.kept) == 2


def test_a_value_too_long_for_its_place_is_laid_out_whole(press: Press) -> None:
    layers = Layers(press)
    said = content() | {"code": "D40M-HHQF-JY00-0R-" * 3}
    assert looking.flat(said["code"]) in looking.words(layers.fast(SHEET, said))
    assert layers.fast(SHEET, said) == press.whole(SHEET, said, None)


@pytest.mark.parametrize("part", ["centre", "on"])
def test_both_ways_refuse_a_character_without_a_glyph(press: Press, part: str) -> None:
    said = content()
    broken = said | {part: said[part] + "\U0003fffd"}
    with pytest.raises(printing.MissingGlyph, match="U\\+3FFFD"):
        press.whole(SHEET, broken)
    with pytest.raises(printing.MissingGlyph, match="U\\+3FFFD"):
        Layers(press).fast(SHEET, broken)


def test_a_refused_sheet_does_not_spoil_the_next_one(press: Press) -> None:
    layers = Layers(press)
    layers.fast(SHEET, content())
    with pytest.raises(printing.MissingGlyph):
        layers.fast(SHEET, content() | {"on": "\U0003fffd"})
    assert looking.pages(layers.fast(SHEET, content(day=3))) == looking.pages(press.whole(SHEET, content(day=3), None))


def test_the_same_sheet_has_the_same_bytes_in_another_process(press: Press) -> None:
    program = (
        "import hashlib; from tests.printing.test_sheet import *; p = Press(shipped('templates'), fonts.current());"
        "print(*[hashlib.sha256(b).hexdigest() for b in (p.whole(SHEET, content()), Layers(p).fast(SHEET, content()))])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "LIANBAN_FONTS": str(settings().fonts_dir)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1 and b" " in next(iter(printed))


def test_rare_characters_of_names_are_drawn_and_can_be_read_back(press: Press) -> None:
    said = content() | {"centre": f"{samples.RARE}中心"}
    for pdf in (press.whole(SHEET, said), Layers(press).fast(SHEET, said)):
        assert f"{samples.RARE}中心" in looking.words(pdf)
