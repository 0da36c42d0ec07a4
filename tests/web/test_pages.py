"""What holds for every page: protection, errors in plain words, addresses, weight."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from lianban.app import behind_proxies
from lianban.outside.settings import settings
from lianban.rules.actors import Role
from lianban.web.cast import PEOPLE
from lianban.web.context import STATIC, only_local
from lianban.web.diagram import Step, draw
from tests.steps.cast import PASSWORD
from tests.steps.site import Site

LONGEST_CITIZEN_PAGE = 30_000
PUBLIC = ("/", "/consult/222405/newborn", "/consult/222405/catering?all=1", "/track", "/signin", "/c/222405-2026-1")
CLERK = ("/window", "/window?state=draft", "/window?state=decided")


def test_every_page_carries_the_security_headers_and_nothing_inline(site: Site) -> None:
    clerk = site.signed_in("王芳")
    pages = [site.stranger().opens(path) for path in PUBLIC] + [clerk.opens(path) for path in CLERK]
    pages.append(site.stranger().opens("/nowhere"))
    for page in pages:
        policy = page.response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.response.headers["x-content-type-options"] == "nosniff"
        assert not page.parts("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
        addresses = [str(a) for a in page.parts("//@href | //@src | //@action | //@formaction")]
        assert [a for a in addresses if re.match("[a-z]+:|//", a)] == []


def test_every_form_that_changes_something_carries_a_token(site: Site) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/window")
    clerk.presses("新生儿出生一件事")
    for path in ("/", clerk.page.address, "/window"):
        forms = clerk.opens(path).parts("//form[@method='post']")
        assert forms
        for form in forms:
            assert form.xpath(".//input[@name='_csrf_token']/@value") != [""]


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(site: Site) -> None:
    visitor = site.stranger()
    visitor.opens("/signin")
    answer = site.client.post("/signin", data={"login": "wangfang", "password": PASSWORD})
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert site.one("SELECT count(*) FROM sessions") == 0


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = site.client.get("/signin")
    token = re.search('name="_csrf_token" value="([^"]+)"', answer.text)
    assert token
    form = {"login": "wangfang", "password": PASSWORD, "_csrf_token": token.group(1)}
    signed = site.client.post("/signin", data=form, follow_redirects=False)
    assert signed.status_code == 303
    set_cookies = [*answer.headers.get_list("set-cookie"), *signed.headers.get_list("set-cookie")]
    assert set_cookies
    for cookie in set_cookies:
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()


@pytest.mark.parametrize("address", ["//evil.example/x", "/\\evil.example", "https://evil.example", "/a\nb", ""])
def test_after_signing_in_nobody_is_led_to_another_site(address: str) -> None:
    assert only_local(address) == "/"


def test_after_signing_in_one_is_where_one_wanted_to_go(site: Site) -> None:
    visitor = site.stranger()
    visitor.opens("/window?state=draft")
    assert visitor.page.address.startswith("/signin?next=/window")
    visitor.presses("登录", {"login": "wangfang", "password": PASSWORD})
    assert visitor.page.address == "/window?state=draft"


@pytest.mark.parametrize("path", ["/consult/222405/newborn?all=1", "/consult/222405/lodging?all=1", "/track"])
def test_a_citizen_page_is_light(site: Site, path: str) -> None:
    """HTML, style and script as transferred, compressed, with nothing kept from before."""
    page = site.stranger().opens(path).response.content
    parts = [page, *((STATIC / name).read_bytes() for name in ("app.css", "app.js", "mark.svg"))]
    assert sum(len(gzip.compress(part, 6)) for part in parts) <= LONGEST_CITIZEN_PAGE


def test_pages_are_sent_compressed_and_static_files_are_kept_for_ever(site: Site) -> None:
    answer = site.client.get("/consult/222405/newborn", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    style = re.search('href="(/static/app.css[?]v=[0-9a-f]{12})"', answer.text)
    assert style
    kept = site.client.get(style.group(1))
    assert kept.status_code == 200
    assert "immutable" in kept.headers["cache-control"]


def test_what_somebody_signed_in_saw_is_not_kept_by_the_browser(site: Site) -> None:
    page = site.signed_in("王芳").opens("/window")
    assert page.response.headers["cache-control"] == "no-store"


def test_a_mishap_gives_a_number_and_tells_nothing_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("lianban.casework.consultation.consult", broken)
    page = site.stranger().opens("/consult/222405/newborn")
    assert page.status == 500
    page.says("系统出了问题", "编号")
    page.keeps_silent("secret detail", "RuntimeError")


def test_unknown_addresses_and_wrong_ways_are_told_in_chinese(site: Site) -> None:
    visitor = site.stranger()
    assert visitor.opens("/nowhere").status == 404
    visitor.page.says("没有这个页面")
    assert visitor.opens("/signout").status == 405
    visitor.page.says("从首页重新进入")


def test_a_post_that_is_not_theirs_is_told_which_post_it_is(site: Site) -> None:
    page = site.signed_in("李警官").opens("/window")
    assert page.status == 403
    page.says("这个页面由综合窗口使用")


def test_large_type_is_remembered(site: Site) -> None:
    visitor = site.stranger()
    visitor.opens("/")
    visitor.presses("大字版")
    assert visitor.page.parts("//html[cls(large)]")
    assert visitor.opens("/track").parts("//html[cls(large)]")
    visitor.presses("标准字号")
    assert not visitor.page.parts("//html[cls(large)]")


def test_the_people_of_the_demonstration_are_offered_only_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site.stranger()
    visitor.opens("/").keeps_silent("演示人物")
    monkeypatch.setenv("LIANBAN_DEMO", "true")
    settings.cache_clear()
    visitor.opens("/").says("演示人物", "这是演示系统")
    monkeypatch.delenv("LIANBAN_DEMO")
    settings.cache_clear()
    visitor.presses("王芳")
    assert visitor.page.status == 404
    assert site.one("SELECT count(*) FROM sessions") == 0


def test_a_reload_after_a_refused_step_leads_back(site: Site) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/window")
    clerk.presses("新生儿出生一件事")
    form = clerk.page.address
    clerk.presses("受理")
    assert clerk.page.status == 422
    assert clerk.opens(clerk.page.address).address == form


def test_the_path_of_items_is_laid_out_in_columns_by_order() -> None:
    diagram = draw(
        [
            Step("a", "出生登记", "granted"),
            Step("b", "医保登记", "waiting", ("a",)),
            Step("c", "社保卡", "waiting", ("a",)),
        ]
    )
    first, second, third = diagram.nodes
    assert first.x < second.x == third.x
    assert second.y < third.y
    assert len(diagram.edges) == 2
    assert (first.word, second.word) == ("准予", "待前置")


@pytest.mark.parametrize(
    "path", ["/consult/222405/newborn%00", "/consult/%00/newborn", "/track?number=%00&code=1", "/window?state=%00"]
)
def test_an_address_that_nobody_could_have_typed_is_a_bad_request(site: Site, path: str) -> None:
    page = site.signed_in("王芳").opens(path)
    assert page.status == 400
    page.says("请求有问题")


def test_what_no_page_of_ours_sends_is_refused_in_plain_words(site: Site) -> None:
    clerk = site.signed_in("王芳")
    assert clerk.opens(f"/window?page={'9' * 5000}").status == 200
    assert site.signed_in("周明").opens(f"/oversight?page={'9' * 5000}").status == 200
    clerk.opens("/window")
    clerk.presses("新生儿出生一件事")
    form = clerk.page.address.partition("?")[0]
    token = clerk.page.parts("//input[@name='_csrf_token']/@value")[0]
    base = form.removesuffix("/form")
    sent: list[tuple[str, dict[str, str]]] = [
        ("/signin", {"login": "wang\x00fang", "password": "x"}),
        ("/signin", {"login": "wangfang", "password": PASSWORD, "terminal": "3\x00"}),
        ("/window/intake", {"bundle": "\x00"}),
        (form, {"version": "9" * 5000, "mother_name": "朴" * 5000}),
        (form, {f"check.birth_certificate.standard.{'9' * 5000}": "yes"}),
        (f"{base}/acceptance", {"key": "\x00"}),
        (f"{base}/materials/removal", {"file": "nothing"}),
        ("/oversight/access", {"case": base.rpartition("/")[2], "purpose": "\x00\x00"}),
    ]
    for path, data in sent:
        answer = clerk.client.post(path, data={**data, "_csrf_token": str(token)})
        assert answer.status_code == 422, (path, answer.status_code)
    assert site.one("SELECT count(*) FROM access_grants") == 0


def test_a_look_at_a_draft_and_its_scans_is_recorded_with_the_address(site: Site) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/window")
    clerk.presses("新生儿出生一件事")
    assert site.one("SELECT count(*) FROM access_log WHERE what = '受理草稿' AND address <> ''") > 0


@pytest.mark.parametrize(
    ("trusted", "sent", "seen"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("10.0.0.0/8", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "198.51.100.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
    ],
)
async def test_only_a_trusted_proxy_says_whom_it_speaks_for(
    monkeypatch: pytest.MonkeyPatch, trusted: str, sent: str, seen: str
) -> None:
    monkeypatch.setenv("LIANBAN_TRUSTED_PROXIES", trusted)
    settings.cache_clear()
    met: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        met.append(scope["client"][0])

    headers = [(b"x-forwarded-for", sent.encode())]
    scope: Any = {"type": "http", "client": ("127.0.0.1", 9), "headers": headers, "scheme": "http"}
    unused: Any = None
    await behind_proxies(app)(scope, unused, unused)
    assert met == [seen]


def test_signing_out_takes_the_cookie_back_under_its_strict_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = site.stranger().opens("/signin")
    token = str(page.parts("//input[@name='_csrf_token']/@value")[0])
    monkeypatch.setenv("LIANBAN_SECURE_COOKIES", "true")
    settings.cache_clear()
    answer = site.client.post(
        "/signout", data={"_csrf_token": token}, headers={"cookie": f"lianban_csrf={token}"}, follow_redirects=False
    )
    assert answer.status_code == 303
    (taken,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-lianban=")]
    assert "Max-Age=0" in taken and "Secure" in taken and "Path=/" in taken


def test_the_demonstration_has_people_of_every_post() -> None:
    assert {role for person in PEOPLE for role in person.roles} == set(Role)


def test_nobody_shuts_the_boxes_of_a_cabinet_by_guessing(site: Site) -> None:
    page = site.client.get("/cabinet/222405")
    token = page.text.partition('name="_csrf_token" value="')[2].partition('"')[0]
    for n in range(21):
        sent = {"_csrf_token": token, "box": f"A{n:02d}", "code": "12345678"}
        answer = site.client.post("/cabinet/222405", data=sent)
        assert answer.status_code == (422 if n < 20 else 429)
    assert "请过一分钟再试" in answer.text
