"""The words that templates print through `l("…")` and its like: what a second language may stand beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lianban.outside.settings import shipped

LABEL = re.compile(r"""\b(?:l|section|halves)\(\s*(?:"([^"]+)"|'([^']+)')""")
USED = re.compile(r"""{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""")


@cache
def labels(template: str) -> tuple[str, ...]:
    """The words of a template and of all that it uses, each once; none for a template that is not there."""
    return tuple(dict.fromkeys(_labels(shipped("templates"), template, set())))


def _labels(folder: Path, template: str, seen: set[str]) -> Iterator[str]:
    if template in seen or not (folder / template).is_file():
        return
    seen.add(template)
    source = (folder / template).read_text("utf-8")
    for double, single in LABEL.findall(source):
        yield double or single
    for used in USED.findall(source):
        yield from _labels(folder, used, seen)


@cache
def all_labels() -> tuple[str, ...]:
    """The words of every paper, of the sheet and of the pages that print two languages."""
    folder = shipped("templates")
    files = sorted([*folder.glob("notices/*.html"), *folder.glob("tracking/*.html")])
    found = [word for file in files for word in labels(file.relative_to(folder).as_posix())]
    return tuple(dict.fromkeys(found))
