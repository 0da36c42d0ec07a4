"""The code on the sheet: short, typable, and never taken for another situation."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.errors import Invalid
from lianban.rules import sheetcode
from lianban.rules.composer import situations
from tests.rules.editions import ANSWERS, EDITION, changed

HASHED = replace(EDITION, content_hash="3fa9c1" + "0" * 58)
OTHER = replace(changed(id="lodging"), content_hash="11111" + "0" * 59)
CODE = sheetcode.encode(HASHED, ANSWERS)


def decode(code: str) -> sheetcode.Decoded:
    return sheetcode.decode(code, lambda region: [OTHER, HASHED] if region == "222405" else [])


def test_a_code_is_short_and_typable() -> None:
    assert len(CODE.replace("-", "")) == 13
    assert not set(CODE) & set("ILOUilou")
    for typed in (CODE.lower(), CODE.replace("-", ""), f" {CODE.replace('-', ' ')} ", CODE.replace("0", "o")):
        assert decode(typed) == ("222405", "birth", "3fa9c", ANSWERS)


def test_every_situation_and_every_part_of_it_comes_back() -> None:
    for situation in situations(HASHED):
        for size in range(len(situation) + 1):
            for names in combinations(situation, size):
                part = {name: situation[name] for name in names}
                assert decode(sheetcode.encode(HASHED, part)).answers == part


def test_form_fields_are_never_in_a_code() -> None:
    assert sheetcode.encode(HASHED, {**ANSWERS, "child_name": "李小明"}) == CODE


@given(st.integers(0, 12), st.sampled_from(sheetcode.ALPHABET))
def test_a_wrong_character_is_found(place: int, letter: str) -> None:
    plain = CODE.replace("-", "")
    wrong = plain[:place] + letter + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(Invalid, match="编码有误"):
            decode(wrong)


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_swap_is_found(one: int, two: int) -> None:
    letters = list(CODE.replace("-", ""))
    letters[one], letters[two] = letters[two], letters[one]
    if "".join(letters) != CODE.replace("-", ""):
        with pytest.raises(Invalid, match="编码有误"):
            decode("".join(letters))


@pytest.mark.parametrize("text", ["", "A", "U" * 13, "你好", CODE[:-1], CODE + "0", "0" * 60])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="请"):
        decode(text)


def test_a_changed_edition_is_told_not_guessed() -> None:
    newer = replace(HASHED, content_hash="77777" + "0" * 59)
    with pytest.raises(sheetcode.Outdated, match="已经更新") as told:
        sheetcode.decode(CODE, lambda _: [newer])
    assert (told.value.region, told.value.bundle) == ("222405", "birth")


def test_an_unknown_region_is_told() -> None:
    with pytest.raises(Invalid, match="没有找到"):
        sheetcode.decode(CODE, lambda _: [])


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid, match="没有“perhaps”这一选项"):
        sheetcode.encode(HASHED, {"local": "perhaps"})
