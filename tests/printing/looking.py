"""How the tests read a PDF: its words, its tables cell by cell, its pictures."""

from __future__ import annotations

import io

import pdfplumber
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image


def flat(text: str | None) -> str:
    """Without line breaks and blanks, which are the layout's."""
    return "".join((text or "").split())


def pages(pdf: bytes) -> list[str]:
    """The words of each page."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [flat(page.extract_text()) for page in opened.pages]


def words(pdf: bytes) -> str:
    """All its words."""
    return "".join(pages(pdf))


def rows(pdf: bytes) -> list[list[str]]:
    """The rows of all tables, cell by cell."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        tables = [table for page in opened.pages for table in page.extract_tables()]
    return [[flat(cell) for cell in row] for table in tables for row in table]


def tagged(pdf: bytes) -> bool:
    """Whether it tells screen readers what is a heading, what a table."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return "/MarkInfo" in opened.Root and bool(opened.Root.MarkInfo.Marked)


def picture(pdf: bytes, page: int = 0, dpi: int = 72) -> Image.Image:
    """One page as a grey picture."""
    image: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return image.convert("L")


def codes(pdf: bytes, dpi: int = 72) -> list[str]:
    """What the QR codes of all pages say."""
    shown = (picture(pdf, page, dpi) for page in range(len(pypdfium2.PdfDocument(pdf))))
    return [found.text for image in shown for found in zxingcpp.read_barcodes(image)]


def says(pdf: bytes, text: str) -> bool:
    """Whether it says this, in one cell of a table or in running text."""
    return text in words(pdf) or any(text in cell for row in rows(pdf) for cell in row)


def right_of_type_area(pdf: bytes, page: int = 0) -> float:
    """The right-most edge of any character of a page, in millimetres from the left edge of the paper."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return float(max(char["x1"] for char in opened.pages[page].chars)) / 72 * 25.4
