"""The fixed sentences of papers: filled, named in Chinese, and refused where they would not be a paper any more."""

from __future__ import annotations

import pytest

from lianban.errors import Invalid
from lianban.rules.notices import TITLES
from lianban.rules.notices.places import PARTS, PLACES
from lianban.rules.notices.specimens import UNNUMBERED, specimen
from lianban.rules.notices.wording import WORDINGS, Sentence, known, places, shown, typed, worded
from tests.conftest import MONDAY
from tests.printing import samples, specimens

EVERY = [(kind, part) for kind, parts in WORDINGS.items() for part in parts]


@pytest.mark.parametrize(("kind", "part"), EVERY)
def test_every_place_and_part_has_its_own_chinese_name(kind: str, part: str) -> None:
    assert kind in TITLES and part in PARTS
    assert set(places(WORDINGS[kind][part])) <= set(PLACES)
    assert len(set(known(kind).values())) == len(known(kind))
    assert typed(kind, part, shown(WORDINGS[kind][part])) == WORDINGS[kind][part]


@pytest.mark.parametrize("kind", list(samples.PAPERS))
def test_every_sentence_of_a_paper_is_filled(kind: str) -> None:
    said = worded(samples.PAPERS[kind]())
    assert set(said["say"]) == set(WORDINGS[kind])
    assert "{" not in "".join(said["say"].values())
    assert said["wording"] == {}


def test_a_region_s_own_sentence_comes_first_and_its_edition_is_kept() -> None:
    own = {"decision": Sentence("依照{basis}，决定{verb}。", 3, "birth_registration")}
    said = worded(samples.refusal(), own)
    assert said["say"]["decision"].startswith("依照《中华人民共和国户口登记条例》第七条")
    assert said["wording"] == {"decision": {"edition": 3, "item": "birth_registration"}}


@pytest.mark.parametrize(
    ("kind", "part", "text", "sentence"),
    [
        ("refusal", "remedy", "请到窗口咨询。", "少了{救济途径}"),
        ("acceptance", "opening", "{一件事}的申请已经受理。", "少了{申请日期}"),
        ("refusal", "decision", "{依据}，{户主}。", "填不出{户主}"),
        ("refusal", "decision", "  \n ", "不能是空的"),
        ("refusal", "decision", "依据{依据}，{{{准予、不予的说法}。", "没有配对"),
        ("refusal", "decision", "依据{依据}，{准予、不予的说法}\u200b\U000e0001。", "字符"),
        ("refusal", "decision", "依据{依据}，{准予、不予的说法}。" + "长" * 1000, "最多 1000 个字"),
        ("refusal", "nothing", "依据。", "没有这种文书或者这个部分"),
        ("nothing", "decision", "依据。", "没有这种文书或者这个部分"),
    ],
)
def test_a_sentence_that_would_spoil_the_paper_is_refused(kind: str, part: str, text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        typed(kind, part, text)
    assert list(refused.value.fields) == ["text"]


def test_places_may_be_written_by_either_name() -> None:
    assert typed("refusal", "remedy", "{ 救济途径 }请注意期限。") == "{remedy}请注意期限。"
    assert typed("refusal", "remedy", "{remedy}") == "{remedy}"


def test_a_specimen_is_no_paper() -> None:
    made = specimen("refusal", "龙井市", MONDAY.date())
    assert made["number"] == UNNUMBERED and not made["code"] and made["preview"]
    assert "龙井市" in made["authority"] and "长沙" not in str(made)


def test_the_specimens_are_those_of_the_tests() -> None:
    told = "python -m tests.printing.specimens"
    assert specimens.FILE.read_text("utf-8") == specimens.text(), f"run {told}"
