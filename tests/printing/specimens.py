"""Writes the made-up papers of `lianban.rules.notices.specimens`: python -m tests.printing.specimens.

Run it when a kind of paper is added or its content changes.
"""

from __future__ import annotations

import json
from pathlib import Path

from lianban.rules.notices import Content, specimens
from tests.printing import samples, test_moved_limits

NAMES = {
    samples.RARE: "金明哲",
    "长沙铁路运输法院": "某市人民法院",
    "长沙市": "某市",
    "株洲市": "邻市",
    "0731-88665114": "0000-0000000",
    "0731-82290110": "0000-0000000",
    "岳麓区岳华路": "人民路",
    "开福区芙蓉北路": "人民路",
}
MOVED = (test_moved_limits.extension, test_moved_limits.special_procedure)
FILE = Path(specimens.__file__).with_suffix(".json")


def contents() -> dict[str, Content]:
    """The content of each kind of paper, before it has its words and its number."""
    made = {kind: paper() for kind, paper in samples.PAPERS.items()}
    made |= {paper.__name__: paper(samples.RARE) for paper in MOVED if paper.__name__ not in made}
    return {content["kind"]: content for content in made.values()}


def text() -> str:
    """What the file holds."""
    said = json.dumps(contents(), ensure_ascii=False, indent=1, sort_keys=True)
    for name, instead in NAMES.items():
        said = said.replace(name, instead)
    return said + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
