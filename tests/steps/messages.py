"""Short messages: what the applicant gets, what the window does about those that nobody got, and their wording."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, then, when

from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.messages import OCCASIONS
from tests.actions.messaging import work
from tests.steps.applications import FATHER_PHONE, MOTHER_PHONE
from tests.steps.cast import clerk
from tests.steps.site import Site


@given("演示系统")
def demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_DEMO", "true")
    settings.cache_clear()


@given(parsers.re('申请人的手机号码是"(?P<phone>[^"]*)"'))
def phone_is(site: Site, phone: str) -> None:
    async def change() -> None:
        async with transaction():
            statement = "UPDATE parties SET phone = $2 WHERE case_id = $1"
            await connection().execute(statement, site.case.case_id, phone)

    site.run(change)


@when("系统发送短信")
def sends(site: Site) -> None:
    site.run(work, clock.now())


@when("综合窗口打开这件办件的短信")
def opens_messages(site: Site) -> None:
    site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}?tab=messages")


@when("监督员打开短信发送情况")
def opens_counts(site: Site) -> None:
    site.signed_in("监督员").opens("/oversight/messages")


@when(parsers.parse('申请人用查询码选择"{words}"'))
def chooses(site: Site, words: str) -> None:
    visitor = site.stranger()
    visitor.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    visitor.presses(words)


@when(parsers.parse('王芳登记已用"{note}"告知'))
def tells_otherwise(site: Site, note: str) -> None:
    site.signed_in("王芳").presses("登记已告知", {"note": note})


@when(parsers.parse('王芳换号码"{phone}"重新发送'))
def sends_again(site: Site, phone: str) -> None:
    site.signed_in("王芳").presses("重新发送", {"phone": phone})


@when(parsers.parse('系统管理员把"{name}"的短信改为"{text}"'))
def publishes(site: Site, name: str, text: str) -> None:
    _wording(site, name, text, "发布新的一版")


@when(parsers.parse('系统管理员预览"{name}"的短信"{text}"'))
def previews(site: Site, name: str, text: str) -> None:
    _wording(site, name, text, "预览")


def _wording(site: Site, name: str, text: str, button: str) -> None:
    assert name in {occasion.name for occasion in OCCASIONS.values()}
    chief = site.signed_in("系统管理员")
    chief.opens("/admin/messages")
    chief.follows(name)
    chief.presses(button, {"text": text})


@then("短信里没有完整的手机号码")
def no_number(site: Site) -> None:
    lines = [site.page.text_of(line) for line in site.page.parts("//ul[cls(lines)]/li")]
    assert lines and not [line for line in lines if MOTHER_PHONE in line or FATHER_PHONE in line]
