"""What every kind of paper says, cell by cell and line by line: `golden.json`, in Chinese and in both languages.

Run `python -m tests.printing.golden` when a paper is meant to say something else, and read what has changed.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pdfplumber

from lianban.outside import printing
from lianban.rules import notices
from lianban.rules.notices.wording import worded
from tests.printing import looking, samples, specimens, test_bilingual

FILE = Path(__file__).with_suffix(".json")


def said(pdf: bytes) -> dict[str, Any]:
    """The cells of its tables, and what stands outside of them line by line, without blanks."""
    cells, lines = [], []
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            outside = page
            for table in page.find_tables():
                cells += [" | ".join(looking.flat(cell) for cell in row) for row in table.extract()]
                outside = outside.outside_bbox(table.bbox)
            lines += [looking.flat(line) for line in outside.extract_text().splitlines()]
    return {"cells": cells, "lines": [line for line in lines if line]}


def plain(kind: str) -> bytes:
    """The paper in Chinese."""
    content = worded(specimens.contents()[kind])
    number = notices.number_text("长政服", kind, 2026, 123)
    whole = notices.numbered(content, number=number, code="7K3M9QX2A1B4C5D6", url=samples.ADDRESS)
    return printing.render_now(f"notices/{kind}.html", whole)


def golden() -> dict[str, dict[str, Any]]:
    """What all of them are to say."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return found


def text() -> str:
    """What the file holds."""
    kinds = {
        kind: {"chinese": said(plain(kind)), "both": said(test_bilingual.printed(kind))} for kind in notices.TITLES
    }
    return json.dumps(kinds, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
