"""The phrase book of the second language: complete for what is shipped, true to its places, silent about the rest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lianban.errors import Invalid
from lianban.outside.printing.labels import all_labels, labels
from lianban.rules import languages, policy, showing
from lianban.rules.catalog.loading import SHIPPED, CatalogueFaults, load_edition, shipped
from lianban.rules.languages import PLACE, Book, both
from lianban.rules.notices import TITLES
from lianban.rules.notices.fixed import FIXED
from lianban.rules.notices.wording import WORDINGS, sentences, worded
from tests.printing import samples

SENTENCES = [text for parts in WORDINGS.values() for text in parts.values()]
LONGJING = [path for (region, _), path in shipped().items() if region == "222405"]


def korean() -> Book:
    found = languages.book("222405", "ko")
    assert found is not None
    return found


def test_longjing_prints_korean_and_changsha_chinese_alone() -> None:
    assert policy.shipped("222405").second_language == "ko"
    assert policy.shipped("430100") == policy.DEFAULTS
    assert languages.book("430100", "ko") is None and languages.book("222405", "") is None


def test_the_book_says_that_nobody_has_approved_it() -> None:
    assert "未经翻译主管部门审定" in korean().source


@pytest.mark.parametrize("path", LONGJING, ids=lambda p: p.stem)
def test_the_book_knows_every_name_word_and_sentence(path: Path) -> None:
    words = [*all_labels(), *TITLES.values(), *FIXED, *SENTENCES]
    assert languages.missing(korean(), load_edition(path), words) == []


def test_the_labels_are_read_from_the_templates() -> None:
    assert {"序号", "一、审查查明的事实。", "咨询电话"} <= {
        *labels("notices/refusal.html"),
        *labels("notices/receipt.html"),
    }
    assert "您的情形" in labels("notices/sheet.html") and "每个事项办到哪一步" in all_labels()


def test_a_translation_is_korean_with_the_places_of_its_chinese() -> None:
    for chinese, said in korean().phrases.items():
        assert set(PLACE.findall(said)) <= set(PLACE.findall(chinese)), chinese
        assert re.search("[가-힣]", PLACE.sub("", said)) or not PLACE.sub("", said).strip("《》(), .:"), chinese


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("受理通知书", "수리통지서"),
        ("2026年11月2日9时30分", "2026년 11월 2일 9시 30분"),
        ("5 个工作日", "5개 근무일"),
        ("新生儿出生一件事一次性告知单", "신생아출생 한가지일 일차성고지서"),
        ("受理后 5 个工作日内", ""),
        ("因材料不符合要求，不予许可。", ""),
        ("金明哲", ""),
    ],
)
def test_what_the_book_does_not_know_stays_unsaid(chinese: str, said: str) -> None:
    assert korean().find(chinese) == said


def test_quoted_names_are_looked_up_one_by_one() -> None:
    assert korean().part("“出生登记”“医保登记”") == "《출생등록》, 《의료보험등록》"
    assert korean().part("“出生登记”“没有的事项”") == "《출생등록》, 《没有的事项》"


def test_a_paper_carries_both_and_only_what_is_known() -> None:
    content = both(worded(samples.acceptance()), korean(), labels("notices/acceptance.html"), sentences("acceptance"))
    also = content["also"]
    assert content["second"] == "ko" and also["受理通知书"] == "수리통지서" and also["序号"] == "번호"
    opening = also[content["say"]["opening"]]
    assert "2026년 11월 2일 9시 30분" in opening and "5개 근무일" in opening and samples.CASE in opening
    assert samples.RARE not in also and "7K3M9QX2A1B4C5D6" not in also


def test_without_a_book_the_content_stays_as_it_is() -> None:
    content = worded(samples.acceptance())
    assert both(content, None, labels("notices/acceptance.html")) == content


def test_a_published_sentence_has_its_own_translation_or_none() -> None:
    template = "依照{basis}，决定{verb}。"
    content = worded(samples.refusal()) | {"say": {"decision": "依照甲，决定不予许可。"}}
    for own, found in (("{verb}: {basis}", True), ("", False)):
        said = both(content, korean(), (), {"decision": (template, own)})["also"]
        assert ("依照甲，决定不予许可。" in said) is found
    assert both(content, korean(), (), {"decision": (template, "{verb}")})["also"]["依照甲，决定不予许可。"] == (
        "허가하지 않음"
    )


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A copy of Longjing's folder with the common one beside it."""
    for name in ("222405", "common"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path / "222405"


def test_the_check_names_what_is_missing_with_file_and_line(county: Path) -> None:
    book = county / "languages/ko.yaml"
    lines = [line for line in book.read_text("utf-8").splitlines() if not line.startswith(("  出生登记:", "  序号:"))]
    book.write_text("\n".join(lines), "utf-8")
    told = showing.check_report([county / "bundles/newborn.yaml"], all_labels())
    found = [f for f in told["editions"][0]["findings"] if "译文" in f["sentence"]]
    assert [f["sentence"] for f in found] == [f"“{w}”没有朝鲜文译文，文书上只印中文。" for w in ("出生登记", "序号")]
    assert found[0]["file"] == str(book) and lines[found[0]["line"] - 1] == "names:"
    assert lines[found[1]["line"] - 1] == "words:" and "未经翻译主管部门审定" in found[0]["source"]
    assert told["sound"], "what is not translated does not hinder publication"


def test_without_a_book_everything_is_missing(county: Path) -> None:
    shutil.rmtree(county / "languages")
    told = showing.check_report([county / "bundles/newborn.yaml"], ["序号"])
    said = [f["sentence"] for f in told["editions"][0]["findings"]]
    assert "“龙井市”没有朝鲜文译文，文书上只印中文。" in said and "“序号”没有朝鲜文译文，文书上只印中文。" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("source: x\nwords:\n  序号: 번호 {n}\n", "中文没有的填空：n"),
        ("source: x\nnames:\n  序号: 번호\nwords:\n  序号: 번호\n", "前面已经有译文"),
        ("words:\n  序号: 번호\n", "缺少必填字段“source”"),
        ("source: x\nword:\n  序号: 번호\n", "没有“word”这个字段"),
    ],
)
def test_a_faulty_book_is_refused_with_its_line(county: Path, text: str, sentence: str) -> None:
    (county / "languages/ko.yaml").write_text(text, "utf-8")
    (fault,) = showing.check_report([county / "bundles/newborn.yaml"])["editions"][0]["errors"]
    assert sentence in fault["sentence"] and fault["file"].endswith("ko.yaml")
    with pytest.raises(CatalogueFaults):
        languages.book("222405", "ko", county.parent)


def test_a_shipped_policy_is_read_like_a_typed_one(county: Path) -> None:
    (county / "policy.yaml").write_text("second_language: tlh\n", "utf-8")
    with pytest.raises(Invalid) as refused:
        policy.shipped("222405", county.parent)
    assert "中文和朝鲜文" in refused.value.fields["second_language"]
