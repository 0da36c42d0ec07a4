"""Whether a paper is genuine: sealed when printed, checked by code and by file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, then, when

from lianban.casework import consultation
from lianban.outside import clock, printing
from lianban.outside.sealing import Seal
from lianban.outside.sealing.checking import examine, trust
from lianban.outside.settings import settings
from tests.seals import Office
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import File, Page

CENTRE = "龙井市政务服务中心"
SEALS = [Seal("222405", "centre", kind) for kind in ("dedicated", "window")]
PDF = "application/pdf"


@pytest.fixture
def printed() -> Iterator[list[bytes]]:
    """What the window has printed, the last one last."""
    yield []
    printing.stop()


def code_of(site: Site, kind: str = "acceptance") -> str:
    return str(site.one("SELECT code FROM papers WHERE kind = $1 ORDER BY issued_at LIMIT 1", kind))


def checks(site: Site, file: File, *, code: str = "") -> Page:
    """Choose a file on the page of the code and press the button."""
    visitor = site.visitor("查验人")
    visitor.opens(f"/v/{code or code_of(site)}")
    return visitor.presses("比对文件", files=[("file", file)])


@given("龙井市政务服务中心的电子印章已经配置")
def configured() -> None:
    office = Office(settings().seals_dir).trusted()
    for seal in SEALS:
        office.seal(seal, CENTRE)


@given("受理通知书已被新的文书代替")
def replaced(site: Site) -> None:
    site.one(
        "UPDATE papers SET superseded_at = $1, superseded_by = (SELECT id FROM papers WHERE kind = 'receipt' LIMIT 1)"
        " WHERE kind = 'acceptance' RETURNING 1",
        clock.now(),
    )


@given("受理通知书已经作废")
def void(site: Site) -> None:
    site.one("UPDATE papers SET void_at = $1 WHERE kind = 'acceptance' RETURNING 1", clock.now())


@given("电子印章的密码不对")
def wrong_password() -> None:
    for seal in SEALS:
        file = settings().seals_dir / f"{seal.file}.password"
        file.with_suffix(".right").write_text(file.read_text())
        file.write_text("wrong")


@when("窗口打印受理通知书")
def prints(site: Site, printed: list[bytes]) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    printed.append(pdf_of(window.follows("打印受理通知书")))


@when("有人输入这份文书的查验码")
def types_the_code(site: Site) -> None:
    visitor = site.visitor("查验人")
    visitor.opens("/")
    visitor.presses("查验", {"code": code_of(site).lower()})


@when(parsers.parse('有人输入查验码"{code}"'))
def types(site: Site, code: str) -> None:
    visitor = site.visitor("查验人")
    visitor.opens("/v")
    visitor.presses("查验", {"code": code})


@when("有人把一次性告知单的编码当成查验码输入")
def types_a_sheet_code(site: Site) -> None:
    asked = site.run(consultation.consult, "newborn", "222405", {}, at=clock.now())
    types(site, asked.code)


@when("有人用这份文件查验")
def drops(site: Site, printed: list[bytes]) -> None:
    visitor = site.visitor("查验人")
    visitor.opens("/v")
    visitor.presses("比对文件", files=[("file", ("文书.pdf", printed[-1], PDF))])


@when("有人用改动了一个字节的文件查验")
def drops_altered(site: Site, printed: list[bytes]) -> None:
    data = bytearray(printed[-1])
    data[len(data) // 3] ^= 1
    checks(site, ("文书.pdf", bytes(data), PDF))


@when("有人用后面添加了内容的文件查验")
def drops_extended(site: Site, printed: list[bytes]) -> None:
    checks(site, ("文书.pdf", printed[-1] + b"\n", PDF))


@when("有人用没有下载完的文件查验")
def drops_truncated(site: Site, printed: list[bytes]) -> None:
    checks(site, ("文书.pdf", printed[-1][:-1000], PDF))


@when("有人用一张照片查验")
def drops_a_photo(site: Site) -> None:
    checks(site, ("照片.jpg", b"\xff\xd8\xff\xe0 a photo", "image/jpeg"))


@when("有人拿这份文件去比对收件凭证的查验码")
def drops_another(site: Site, printed: list[bytes]) -> None:
    checks(site, ("文书.pdf", printed[-1], PDF), code=code_of(site, "receipt"))


@when("有人没有选择文件就查验")
def chooses_nothing(site: Site) -> None:
    visitor = site.visitor("查验人")
    visitor.opens("/v")
    visitor.presses("比对文件")


@when(parsers.parse("有人用一个 {megabytes:d} MB 的文件查验"))
def drops_a_big_one(site: Site, megabytes: int) -> None:
    checks(site, ("大文件.pdf", b"%PDF-1.7" + bytes(megabytes * 1_048_576), PDF))


@when(parsers.parse("有人连续查验 {times:d} 次"))
def again_and_again(site: Site, times: int) -> None:
    for _ in range(times):
        site.visitor("查验人").opens("/v/0000000000000000")


@when("电子印章的密码改对了，窗口再试一次")
def right_password(site: Site) -> None:
    for seal in SEALS:
        file = settings().seals_dir / f"{seal.file}.password"
        file.write_text(file.with_suffix(".right").read_text())
    window = site.signed_in("王芳")
    window.opens("/seals")
    window.presses("现在再试一次")


@then("这份 PDF 带有龙井市政务服务中心的电子签名")
def is_sealed(printed: list[bytes]) -> None:
    result = examine(printed[-1], trust(settings().seals_dir), at=clock.now())
    assert result.good and CENTRE in result.signer, result.problems


@then("这份 PDF 没有电子签名")
def is_not_sealed(printed: list[bytes]) -> None:
    assert not examine(printed[-1], trust(settings().seals_dir), at=clock.now()).signed


@then(parsers.parse('查验页面说"{words}"'))
def page_says(site: Site, words: str) -> None:
    site.visitor("查验人").page.says(words)


@then("查验页面没有申请人的姓名、证件号码和办件编号")
def nothing_personal(site: Site) -> None:
    names = site.one("SELECT content ->> 'case_number' FROM papers WHERE kind = 'acceptance'")
    person = site.one("SELECT content -> 'applicant' ->> 'name' FROM papers WHERE kind = 'acceptance'")
    number = site.one("SELECT content -> 'applicant' ->> 'id_number' FROM papers WHERE kind = 'acceptance'")
    site.visitor("查验人").page.keeps_silent(*(str(each) for each in (names, person, number) if each))


@then("查验页面写有新文书的名称和编号")
def names_the_newer(site: Site) -> None:
    number = site.one("SELECT number FROM papers WHERE kind = 'receipt'")
    site.visitor("查验人").page.says(f"收件凭证 {number}")


@then(parsers.parse("窗口首页提醒有 {count:d} 份文书待加盖电子印章"))
def reminded(site: Site, count: int) -> None:
    site.signed_in("王芳").opens("/window").says(f"有 {count} 份文书待加盖电子印章")


@then("待盖章清单写明原因和怎么办")
def told_what_to_do(site: Site) -> None:
    window = site.signed_in("王芳")
    window.opens("/window")
    window.follows("看原因和怎么办")
    window.page.says("受理通知书", "密码不对", "加盖实物印章", "自动补盖", "不用重新出具")


@then("待盖章清单是空的")
def nothing_waits(site: Site) -> None:
    site.signed_in("王芳").opens("/seals").says("没有等着盖电子印章的文书")
