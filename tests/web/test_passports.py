"""Passports and the applicant's pages: light, protected, held back against guessing, nothing lost."""

from __future__ import annotations

import gzip
import re
from uuid import UUID

import pytest

from lianban.casework import joining
from lianban.casework.intake import Accepted
from lianban.errors import Invalid
from lianban.outside.settings import settings
from lianban.web.context import STATIC
from tests.actions.drafts import picture
from tests.actions.limits import lodging
from tests.actions.promising import tolerated
from tests.steps import corrections
from tests.steps.cast import approver
from tests.steps.online import told_once
from tests.steps.site import Site

HEAVIEST = 30_000
MEGABYTE = 1_048_576


@pytest.fixture
def lodger(site: Site) -> Site:
    """A site with a lodging case in review."""
    matter = site.run(lodging, holder=site.actor(approver("卫健", site.region)))
    number = site.one("SELECT number FROM cases WHERE id = $1", matter.case)
    site.case = Accepted(matter.case, number, "ABCD2345")
    return site


def clock_of(site: Site, kind: str = "statutory") -> UUID:
    found: UUID = site.one(
        "SELECT k.id FROM clocks k JOIN tasks t ON t.id = k.task_id WHERE k.case_id = $1 AND k.kind = $2"
        " AND t.item = 'hygiene_permit'",
        site.case.case_id,
        kind,
    )
    return found


def weight(page: bytes) -> int:
    """What a cold phone has to fetch."""
    parts = [page, *((STATIC / name).read_bytes() for name in ("app.css", "app.js", "mark.svg"))]
    return sum(len(gzip.compress(part, 6)) for part in parts)


def test_a_passport_is_light_and_has_nothing_inline(lodger: Site) -> None:
    address = f"/c/{lodger.case.number}/clocks/{clock_of(lodger)}?code={lodger.case.query_code}"
    page = lodger.stranger().opens(address)
    assert page.status == 200
    assert weight(page.response.content) <= HEAVIEST
    assert "default-src 'none'" in page.response.headers["content-security-policy"]
    assert not page.parts("//@style | //style | //script[not(@src)]")


def test_the_squares_are_for_the_eye_and_the_list_says_the_same(lodger: Site) -> None:
    page = lodger.signed_in("王芳").opens(f"/window/cases/{lodger.case.case_id}/clocks/{clock_of(lodger)}")
    squares = page.parts("//ol[cls(days)]/li[not(cls(none))]")
    assert all(s.xpath("ancestor::*[@aria-hidden='true']") for s in squares)
    rows = page.parts("//details//tbody/tr")
    assert len(squares) == len(rows) == 29
    for square, row in zip(squares, rows, strict=True):
        counted = re.search(r"第(\d+)天", page.text_of(square))
        assert (counted is not None) == ("计入，第" in page.text_of(row))


def test_a_clock_of_another_case_is_not_found_below_this_one(lodger: Site) -> None:
    other = lodger.run(lodging)
    clerk = lodger.signed_in("王芳")
    assert clerk.opens(f"/window/cases/{other.case}/clocks/{clock_of(lodger)}").status == 404
    assert clerk.opens(f"/window/cases/{lodger.case.case_id}/clocks/{lodger.case.case_id}").status == 404


def test_nobody_sees_a_passport_without_signing_in_or_the_code(lodger: Site) -> None:
    clock = clock_of(lodger)
    page = lodger.stranger().opens(f"/window/cases/{lodger.case.case_id}/clocks/{clock}")
    assert page.address.startswith("/signin")
    page = lodger.stranger().opens(f"/c/{lodger.case.number}/clocks/{clock}/strip.pdf?code=WRONGONE")
    assert page.status == 404
    page.says("编号或查询码不对")
    assert lodger.signed_in("谭丽").opens(f"/window/cases/{lodger.case.case_id}/clocks/{clock}").status == 404


def test_the_applicant_does_not_see_limits_between_offices(lodger: Site) -> None:
    claim = lodger.one("UPDATE clocks SET kind = 'claim' WHERE id = $1 RETURNING id", clock_of(lodger, "committed"))
    address = f"/c/{lodger.case.number}/clocks/{claim}?code={lodger.case.query_code}"
    assert lodger.stranger().opens(address).status == 404
    assert lodger.signed_in("王芳").opens(f"/window/cases/{lodger.case.case_id}/clocks/{claim}").status == 200


def test_the_case_tells_the_promised_and_the_legal_date_of_each_item(lodger: Site) -> None:
    page = lodger.signed_in("王芳").opens(f"/window/cases/{lodger.case.case_id}")
    row = page.row("公共场所卫生许可")
    said = page.text_of(row)
    assert "11-1117:00" in said
    assert "11-3017:00" in said


def test_guessing_the_code_of_a_correction_is_held_back(site: Site) -> None:
    told_once(site)
    stranger = site.stranger()
    for n in range(settings().tracking_per_minute):
        assert stranger.opens(f"/c/{site.case.number}/correction?code=GUESS{n:03}").status == 404
    assert stranger.opens(f"/c/{site.case.number}/correction?code={site.case.query_code}").status == 429
    stranger.page.says("查询太频繁了")


def test_whoever_answers_may_ask_more_often_than_whoever_looks(site: Site) -> None:
    told_once(site)
    applicant = site.stranger()
    for _ in range(settings().tracking_per_minute + 5):
        assert applicant.opens(f"/c/{site.case.number}/correction?code={site.case.query_code}").status == 200


def test_an_answer_without_its_token_changes_nothing(site: Site) -> None:
    told_once(site)
    address = f"/c/{site.case.number}/correction?code={site.case.query_code}"
    site.stranger().opens(address)
    gap = site.one("SELECT id FROM gaps WHERE case_id = $1 AND subject_kind = 'field'", site.case.case_id)
    assert site.client.post(address, files={f"gap.{gap}": (None, "朴美兰")}).status_code == 403
    assert site.one("SELECT status FROM gaps WHERE id = $1", gap) == "notified"


def test_what_the_notice_does_not_name_cannot_be_changed(site: Site) -> None:
    told_once(site)
    applicant = site.stranger()
    page = applicant.opens(f"/c/{site.case.number}/correction?code={site.case.query_code}")
    token = str(page.parts("//input[@name='_csrf_token']/@value")[0])
    before = site.one("SELECT draft::text FROM cases WHERE id = $1", site.case.case_id)
    sent = {"_csrf_token": (None, token), "gap.mother_name": (None, "李四"), "mother_name": (None, "李四")}
    applicant.client.post(f"/c/{site.case.number}/correction?code={site.case.query_code}", files=sent)
    assert site.one("SELECT draft::text FROM cases WHERE id = $1", site.case.case_id) == before


def test_a_correction_page_is_light(site: Site) -> None:
    told_once(site)
    page = site.stranger().opens(f"/c/{site.case.number}/correction?code={site.case.query_code}")
    assert weight(page.response.content) <= HEAVIEST


def test_after_the_answer_the_page_leads_back_to_the_progress(site: Site) -> None:
    corrections.take_in(site, "新生儿出生一件事")
    page = site.stranger().opens(f"/c/{site.case.number}/correction?code={site.case.query_code}")
    assert page.address.startswith(f"/c/{site.case.number}?")
    page.says("申请材料已经收到，正在核对")
    reload = site.stranger().opens(f"/c/{site.case.number}/correction/submission?code={site.case.query_code}")
    assert reload.status == 200


def test_a_material_made_up_twice_is_kept_once(site: Site) -> None:
    site.case = site.run(tolerated)
    applicant = site.stranger()
    page = applicant.opens(f"/c/{site.case.number}/later?code={site.case.query_code}")
    button, name = page.button("补交"), str(page.parts("//input[@type='file']/@name")[0])
    for _ in range(2):
        assert applicant.submits(button, {}, [(name, ("照片.jpg", picture(), "image/jpeg"))]).status_code == 200
    files = "SELECT count(*) FROM material_files WHERE case_id = $1 AND material = 'hygiene_system'"
    assert site.one(files, site.case.case_id) == 1


def test_a_later_material_that_is_no_scan_is_refused_at_its_place(site: Site) -> None:
    site.case = site.run(tolerated)
    applicant = site.stranger()
    page = applicant.opens(f"/c/{site.case.number}/later?code={site.case.query_code}")
    name = str(page.parts("//input[@type='file']/@name")[0])
    applicant.presses("补交", files=[(name, ("照片.jpg", b"<html>", "image/jpeg"))])
    assert applicant.page.status == 422
    applicant.page.says("不是 PDF、JPEG 或 PNG 文件")
    assert site.one("SELECT status FROM tolerances WHERE case_id = $1", site.case.case_id) == "open"


def test_several_photographs_become_one_file_in_their_order() -> None:
    name, whole = joining.joined([("一.jpg", picture(40, 60)), ("二.png", picture(60, 40, "PNG"))], limit=MEGABYTE)
    assert name == "一等2个文件.pdf"
    again = joining.joined([("整份.pdf", whole), ("三.jpg", picture())], limit=MEGABYTE)[1]
    assert whole.startswith(b"%PDF-")
    assert len(again) > len(whole)


def test_one_file_stays_as_it_is() -> None:
    data = picture()
    assert joining.joined([("一.jpg", data)], limit=MEGABYTE) == ("一.jpg", data)


def test_files_that_are_too_large_together_are_told() -> None:
    data = picture(400, 600)
    with pytest.raises(Invalid, match="这些文件一共"):
        joining.joined([("一.jpg", data), ("二.jpg", data)], limit=len(data) + 10)


def test_an_upload_that_is_too_large_is_told_in_chinese(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    told_once(site)
    applicant = site.stranger()
    page = applicant.opens(f"/c/{site.case.number}/correction?code={site.case.query_code}")
    name = str(page.parts("//input[@type='file']/@name")[0])
    monkeypatch.setenv("LIANBAN_UPLOAD_MB", "1")
    settings.cache_clear()
    applicant.presses("全部补齐，提交", files=[(name, ("大.jpg", bytes(MEGABYTE + 1), "image/jpeg"))])
    assert applicant.page.status == 422
    applicant.page.says("超过上限")
