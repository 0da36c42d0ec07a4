"""The words of papers, as the administrator publishes them."""

from __future__ import annotations

import json

from pytest_bdd import parsers, then, when

from lianban.rules.notices import TITLES
from lianban.rules.notices.wording import WORDINGS, part_name
from tests.steps import applications
from tests.steps.cast import BUNDLES, LONGJING
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat


def at_part(site: Site, title: str, name: str, item: str = "") -> Visitor:
    """The administrator at the page of one sentence, reached from the list."""
    visitor = site.signed_in("高远")
    visitor.opens("/admin/wordings")
    kind = next(kind for kind, known in TITLES.items() if known == title)
    part = next(part for part in WORDINGS[kind] if part_name(part) == name)
    visitor.page.row(name)
    visitor.opens(f"/admin/wordings/{kind}/{part}?item={item}")
    site.last = visitor
    return visitor


def item_id(visitor: Visitor, name: str) -> str:
    """The item that the list of the form offers under this name."""
    return visitor.page.choice("适用的事项", name)


@when(parsers.re(r'系统管理员发布"(?P<title>[^"]+)"的"(?P<name>[^"]+)"："(?P<text>[^"]*)"'))
def publishes(site: Site, title: str, name: str, text: str) -> None:
    at_part(site, title, name).presses("发布", {"text": text})


@when(parsers.re(r'系统管理员发布从"(?P<day>[^"]+)"起的"(?P<title>[^"]+)"的"(?P<name>[^"]+)"："(?P<text>[^"]*)"'))
def publishes_later(site: Site, day: str, title: str, name: str, text: str) -> None:
    at_part(site, title, name).presses("发布", {"text": text, "valid_from": day})


@when(parsers.re(r'系统管理员为"(?P<item>[^"]+)"发布"(?P<title>[^"]+)"的"(?P<name>[^"]+)"："(?P<text>[^"]*)"'))
def publishes_for_item(site: Site, item: str, title: str, name: str, text: str) -> None:
    visitor = at_part(site, title, name)
    visitor.presses("发布", {"text": text, "item": item_id(visitor, item)})


@when(parsers.parse('系统管理员恢复"{item}"的"{title}"的"{name}"'))
def withdraws(site: Site, item: str, title: str, name: str) -> None:
    visitor = at_part(site, title, name)
    at_part(site, title, name, item_id(visitor, item)).presses("恢复全部事项的文字")


@when(parsers.re(r'系统管理员预览"(?P<title>[^"]+)"的"(?P<name>[^"]+)"："(?P<text>[^"]*)"'))
def previews(site: Site, title: str, name: str, text: str) -> None:
    at_part(site, title, name).presses("预览（PDF）", {"text": text})


@when(parsers.parse('又受理一件龙井市"{bundle}"'))
def accepts_another(site: Site, bundle: str) -> None:
    site.case = applications.accepted(site, BUNDLES[bundle], LONGJING)


def acceptances(site: Site) -> list[dict[str, object]]:
    """What the acceptance notices say, in the order of their issue."""
    said = site.one("SELECT json_agg(content ORDER BY number) FROM papers WHERE kind = 'acceptance'")
    found: list[dict[str, object]] = json.loads(said)
    return found


@then(parsers.parse('后一件的受理通知书写着"{words}"，前一件的没有'))
def only_the_later(site: Site, words: str) -> None:
    first, later = (flat(str(one["say"])) for one in acceptances(site))
    assert flat(words) in later and flat(words) not in first


@then(parsers.parse("后一件的受理通知书记着使用的是第 {edition:d} 版"))
def keeps_edition(site: Site, edition: int) -> None:
    assert acceptances(site)[-1]["wording"] == {"special": {"edition": edition}}


@then(parsers.parse('受理通知书写着"{words}"'))
def says(site: Site, words: str) -> None:
    assert flat(words) in flat(str(acceptances(site)[-1]["say"]))


@then("没有发布任何文字")
def nothing_published(site: Site) -> None:
    assert site.one("SELECT count(*) FROM wordings") == 0
