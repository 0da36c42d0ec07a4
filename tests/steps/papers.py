"""Papers as people get them: a PDF that can be read, searched and scanned."""

from __future__ import annotations

import io

import pikepdf
from pytest_bdd import parsers, then

from tests.printing import looking
from tests.steps.site import Site
from tests.steps.visitor import Page, flat


def pdf_of(page: Page) -> bytes:
    """The PDF that came back."""
    assert (page.status, page.media_type) == (200, "application/pdf"), (page.status, page.response.text[:500])
    return page.response.content


def is_tagged(pdf: bytes) -> bool:
    """Whether a screen reader finds its way in it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        return "/StructTreeRoot" in root and "/MarkInfo" in root and bool(root.MarkInfo.Marked)


@then(parsers.parse('得到一份带标签的 PDF，写有"{words}"'))
def a_tagged_pdf(site: Site, words: str) -> None:
    pdf = pdf_of(site.page)
    assert is_tagged(pdf)
    assert looking.says(pdf, flat(words)), looking.words(pdf)[:1000]


@then(parsers.parse('得到一份 PDF，写有"{words}"'))
def a_pdf(site: Site, words: str) -> None:
    pdf = pdf_of(site.page)
    assert looking.says(pdf, flat(words)), looking.words(pdf)[:1000]


@then("再下载一次，一个字节也不差")
def the_same_bytes(site: Site) -> None:
    first = pdf_of(site.page)
    assert pdf_of(site.last.opens(site.page.address)) == first
