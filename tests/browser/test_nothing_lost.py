"""Nobody types twice: what was typed survives a refusal, a reload, a bad file and a sheet that grows meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TYPED = {
    "newborn_name": "王晨曦",
    "birth_place": "吉林省龙井市",
    "householder_name": "王建国",
    "registration_address": "吉林省龙井市安民街道示例路 1 号",
    "applicant_phone": "13800138000",
}
PROGRAM = b"MZ\x90\x00" + bytes(200)


def begin(opens: Opens) -> User:
    """A new draft with some fields filled in and one choice made; not saved by hand."""
    clerk = opens()
    clerk.signs_in("王芳")
    clerk.goes("/window")
    clerk.presses("新生儿出生一件事")
    for name, value in typed_here(clerk).items():
        clerk.page.locator(f"[name='{name}']").fill(value)
    clerk.page.locator("input[name='newborn_sex'][value='female']").check()
    return clerk


def typed_here(clerk: User) -> dict[str, str]:
    """Those of the values for which the form has a field."""
    found = {name: value for name, value in TYPED.items() if clerk.page.locator(f"[name='{name}']").count()}
    assert len(found) >= 3
    return found


def keeps(clerk: User) -> None:
    """Everything typed still stands in the form."""
    assert {name: clerk.typed(name) for name in typed_here(clerk)} == typed_here(clerk)
    assert clerk.page.locator("input[name='newborn_sex'][value='female']").is_checked()


def test_a_refused_acceptance_keeps_what_was_typed(opens: Opens) -> None:
    """受理被退回时，填过的都还在；点提示就到那一栏。"""
    clerk = begin(opens)
    clerk.presses("受理")
    clerk.says("还不能受理")
    keeps(clerk)
    expect(clerk.page.locator("#fault")).to_be_focused()
    clerk.page.locator("#fault a", has_text="申请人身份证号").click()
    expect(clerk.page.locator("[name='applicant_id_number']")).to_be_focused()
    expect(clerk.page.locator("[name='applicant_id_number']")).to_be_in_viewport()
    # The bar with the button must not lie on the field.
    assert clerk.measures(
        "() => document.elementFromPoint(...(({ x, y, width, height }) => [x + width / 2, y + height / 2])"
        "(document.activeElement.getBoundingClientRect())) === document.activeElement"
    )


def test_a_reload_keeps_what_was_typed(opens: Opens) -> None:
    """自动保存：不点保存，刷新后填过的都还在。"""
    clerk = begin(opens)
    clerk.settles()
    clerk.says("已保存")
    clerk.page.reload()
    keeps(clerk)


def test_typing_on_while_the_form_changes_loses_no_key(opens: Opens) -> None:
    """改了情形，表单跟着变；正在输入的字一个不少，光标还在原处。"""
    clerk = begin(opens)
    clerk.page.locator("input[name='wants_nursing_allowance'][value='yes']").check()
    clerk.page.locator("[name='father_name']").press_sequentially("王建国王建国", delay=40)
    clerk.settles()
    assert clerk.typed("father_name") == "王建国王建国"
    keeps(clerk)


def test_a_bad_file_is_named_and_nothing_else_is_lost(opens: Opens) -> None:
    """文件收不下时说出文件名和原因，填过的都还在。"""
    clerk = begin(opens)
    places = clerk.measures("() => [...document.querySelectorAll('input[type=file]')].map((place) => place.name)")
    clerk.attaches(places[:1], {"出生证明.pdf": PROGRAM})
    clerk.says("出生证明.pdf")
    assert "出生证明.pdf" in clerk.page.locator("#materials .bad:not(:empty)").first.inner_text()
    keeps(clerk)
    clerk.page.reload()
    keeps(clerk)
