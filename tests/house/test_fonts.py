"""The document fonts: what the cut files hold, in which order, and when they are made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianban import errors
from lianban.outside import fonts
from lianban.outside.settings import settings


@pytest.fixture(scope="module")
def cut() -> dict[str, dict[int, str]]:
    """Character maps of the prepared fonts."""
    from fontTools.ttLib import TTFont

    folder = fonts.current() / "fonts"
    return {file.stem: TTFont(file, lazy=True).getBestCmap() for file in folder.iterdir()}


def test_level_one_and_two_are_the_standards_own() -> None:
    assert len(fonts.gb2312(range(16, 56))) == 3755
    assert len(fonts.gb2312(range(56, 88))) == 3008
    assert len([c for c in fonts.hangul() if c >= 0xAC00]) == 2350


@pytest.mark.parametrize("name", ["song", "song-bold", "hei"])
def test_the_cut_fonts_hold_both_languages(cut: dict[str, dict[int, str]], name: str) -> None:
    text = "新生儿出生一件事一次性告知单 ①（2026年）《》、：— 룡정시 행정봉사쎈터"
    missing = [c for c in text if ord(c) not in cut[name]]
    assert not missing


def test_rare_name_characters_are_in_the_whole_fonts(cut: dict[str, dict[int, str]]) -> None:
    rare = {ord(c) for c in "𬱖𬘡㛃䶮𫖯䲟"}
    assert rare <= set(cut["noto-serif-sc"])
    assert rare <= set(cut["noto-sans-sc"])


def test_what_our_papers_use_most_comes_first() -> None:
    order = fonts.order()
    assert order[0] == 0x20
    assert len(order) == len(set(order))
    common = [chr(u) for u in order[95:395]]
    assert {"的", "办", "申", "请", "部", "门"} <= set(common)


def test_a_second_preparation_does_nothing() -> None:
    current = fonts.current()
    before = current.stat()
    assert fonts.prepare() == current
    assert current.stat().st_mtime_ns == before.st_mtime_ns


def test_without_fonts_one_line_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_FONTS", str(tmp_path / "fonts"))
    settings.cache_clear()
    with pytest.raises(errors.Invalid, match="make setup"):
        fonts.current()
    monkeypatch.setattr(fonts, "find", dict)
    with pytest.raises(errors.Invalid, match="apt-get install fonts-noto-cjk"):
        fonts.prepare()
