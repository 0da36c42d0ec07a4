"""Sheets, papers and the progress page in two languages, as people hold them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from pytest_bdd import parsers, then, when

from lianban.cli import main
from lianban.rules.catalog.loading import SHIPPED
from tests.printing import looking
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Page, flat
from tests.steps.wordings import at_part

HANGUL = re.compile("[가-힣]")


def paper(site: Site, title: str) -> bytes:
    """The paper of the case with this title, as the applicant gets it."""
    address = f"/c/{site.case.number}?code={site.case.query_code}"
    applicant = site.visitor("申请人")
    applicant.opens(address)
    return pdf_of(applicant.follows(title))


def progress(site: Site) -> Page:
    """The page on which the applicant follows the case."""
    return site.visitor("申请人").opens(f"/c/{site.case.number}?code={site.case.query_code}")


def sheet(site: Site) -> bytes:
    """The consultation sheet of the region."""
    return pdf_of(site.stranger().opens(f"/sheet/{site.region}/newborn.pdf"))


@then(parsers.re(r'(?:"(?P<title>[^"]+)"|告知单|进度页)写着"(?P<words>[^"]+)"和朝鲜文"(?P<korean>[^"]+)"'))
def says_both(site: Site, title: str | None, words: str, korean: str) -> None:
    said = text(site, title, words)
    assert flat(words) in said and flat(korean) in said, said[:2000]


@then(parsers.re(r'(?:"(?P<title>[^"]+)"|告知单|进度页)写着"(?P<words>[^"]+)"，没有朝鲜文'))
def says_one(site: Site, title: str | None, words: str) -> None:
    said = text(site, title, words)
    assert flat(words) in said and not HANGUL.search(said)


@then(parsers.parse('"{title}"没有"{korean}"'))
def says_not(site: Site, title: str, korean: str) -> None:
    assert flat(korean) not in flat(looking.words(paper(site, title)))


def text(site: Site, title: str | None, words: str) -> str:
    """What can be read on a paper, the sheet, or the page: whichever has these words for a heading."""
    if title:
        return flat(looking.words(paper(site, title)))
    if words == "您的权利和提示":
        return flat(looking.words(sheet(site)))
    return progress(site).text


@when(parsers.parse('系统管理员把第二种文字设为"{words}"'))
def chooses(site: Site, words: str) -> None:
    visitor = site.signed_in("高远")
    visitor.opens("/admin/policy")
    label = "文书和告知单的第二种文字"
    visitor.presses("保存为新的一版", {visitor.page.name_of(label): visitor.page.choice(label, words)})


@when(parsers.re(r'系统管理员发布"(?P<title>[^"]+)"的"(?P<name>[^"]+)"："(?P<text>[^"]*)"，译文"(?P<second>[^"]*)"'))
def publishes_both(site: Site, title: str, name: str, text: str, second: str) -> None:
    at_part(site, title, name).presses("发布", {"text": text, "second": second})
    site.page.says("第 1 版", second)


@when(parsers.parse('检查缺少"{name}"译文的龙井目录'), target_fixture="county")
def checks(name: str, tmp_path: Path) -> Path:
    for folder in ("222405", "common"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder)
    book = tmp_path / "222405/languages/ko.yaml"
    lines = [line for line in book.read_text("utf-8").splitlines() if not line.startswith(f"  {name}:")]
    book.write_text("\n".join(lines), "utf-8")
    return book


@then(parsers.parse('检查说"{sentence}"，写明对照表的位置'))
def check_says(county: Path, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["catalog", "check", "--json", str(county.parents[1] / "bundles/newborn.yaml")])
    findings = json.loads(capsys.readouterr().out)["editions"][0]["findings"]
    (found,) = [one for one in findings if sentence in one["sentence"]]
    assert found["file"] == str(county) and found["line"] > 1
