"""The whole case in one piece, as the staff and the applicant take it along."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from pytest_bdd import parsers, then, when

from tests.printing import looking
from tests.steps.site import Site
from tests.steps.visitor import Visitor

TEXTS = {"目录.txt", "manifest.json", "SHA256SUMS"}


def archive(site: Site) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """The archive that has just come, with its manifest."""
    found = zipfile.ZipFile(io.BytesIO(site.page.response.content))
    return found, json.loads(found.read("manifest.json"))


def takes(visitor: Visitor, address: str) -> None:
    """Download, by the link that is on the page where there is one."""
    visitor.opens(address)


@when(parsers.re("(?P<who>王芳|李警官)取出全案压缩包"))
def takes_archive(site: Site, who: str) -> None:
    takes(site.signed_in(who), f"/window/cases/{site.case.case_id}/book.zip")


@when("王芳把全案装订成册")
def takes_book(site: Site) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}?tab=papers")
    window.follows("装订成一册（PDF）")


@when("申请人凭查询码领取全部电子文书")
def holder_takes(site: Site) -> None:
    citizen = site.stranger()
    citizen.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    citizen.follows("全部文件（ZIP）")


@when("有人用错的查询码领取全部电子文书")
def stranger_takes(site: Site) -> None:
    takes(site.stranger(), f"/c/{site.case.number}/all.zip?code=ZZZZZZZZ")


@then("压缩包的清单列出每个文件，大小和 SHA-256 都对得上")
def fits(site: Site) -> None:
    found, manifest = archive(site)
    assert manifest["missing"] == [] and manifest["case"]["number"] == site.case.number
    assert {each["path"] for each in manifest["files"]} == set(found.namelist()) - TEXTS
    for each in manifest["files"]:
        data = found.read(each["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["sha256"])


@then(parsers.parse('压缩包里有"{one}"、"{two}"和"{three}"'))
def holds(site: Site, one: str, two: str, three: str) -> None:
    names = " ".join(archive(site)[0].namelist())
    assert all(wanted in names for wanted in (one, two, three)), names


@then("每份文书和系统保存的逐字节一致")
def same_bytes(site: Site) -> None:
    packed = {each["number"]: each["sha256"] for each in archive(site)[1]["files"] if each["part"] == "文书"}
    kept = site.one("SELECT json_object_agg(number, sha256) FROM papers WHERE case_id = $1", site.case.case_id)
    assert packed == json.loads(kept)


@then(parsers.parse('查阅日志写着王芳取出"{what}"'))
def recorded(site: Site, what: str) -> None:
    latest = "SELECT by_name || what FROM access_log WHERE case_id = $1 ORDER BY id DESC LIMIT 1"
    assert site.one(latest, site.case.case_id) == f"王芳{what}"


@then("册子有封面、目录和连续页码")
def bound(site: Site) -> None:
    assert site.page.media_type == "application/pdf"
    pages = looking.pages(site.page.response.content)
    assert "办件案卷" in pages[0] and "卷内目录" in pages[1]
    body = [page for page in pages[1:] if "卷内目录" not in page]
    assert all(page.startswith(f"办件案卷{site.case.number}{n}") for n, page in enumerate(body, 1))
    assert f"{len(body)}页" in pages[0]


@then("压缩包里只有文书，没有审批意见和日志")
def only_papers(site: Site) -> None:
    found, manifest = archive(site)
    assert {each["part"] for each in manifest["files"]} == {"文书"}
    assert "王芳" not in found.read("目录.txt").decode("utf-8-sig")
