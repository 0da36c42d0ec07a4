"""Made-up papers for looking at a wording: what each kind says when it is filled in.

`specimens.json` holds their contents by kind, written by `python -m tests.printing.specimens` from the papers of the
tests; the place is called 某市 there.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files

from lianban.errors import NotFound
from lianban.rules.notices.base import Content
from lianban.rules.notices.parts import day

UNNUMBERED = "预览，没有编号"


@cache
def _texts() -> dict[str, str]:
    contents = json.loads(files(__package__).joinpath("specimens.json").read_text("utf-8"))
    return {kind: json.dumps(content, ensure_ascii=False) for kind, content in contents.items()}


def specimen(kind: str, place: str, on: date) -> Content:
    """A made-up paper of this kind in a place ("龙井市"), without a number, marked as a preview. Raises NotFound."""
    if kind not in _texts():
        raise NotFound("这种文书没有样例，不能预览。")
    content: Content = json.loads(_texts()[kind].replace("某市", place or "某市"))
    marks = {"number": UNNUMBERED, "code": "", "qr": "", "preview": "预览　不是文书", "date": day(on)}
    return {**content, **marks, "iso": on.isoformat()}
