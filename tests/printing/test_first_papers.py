"""Papers from before their sentences were kept with them: what was issued then and printed later says the same.

first_papers.json holds such papers as they lie in a database of that time, and the words they were printed with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianban.outside import printing
from lianban.outside.sealing.places import place_of
from lianban.outside.settings import shipped
from lianban.rules.notices import TITLES
from tests.printing import looking

FIRST: dict[str, Any] = json.loads(Path(__file__).with_name("first_papers.json").read_text("utf-8"))


def test_every_kind_of_that_time_is_there() -> None:
    """Of the kinds that came later none was ever issued without its sentences."""
    kinds = {each["content"]["kind"] for each in FIRST.values()}
    assert {file.stem for file in (shipped("templates") / "notices/first").glob("*.html")} >= kinds
    assert kinds <= set(TITLES) and len(kinds) == 15


@pytest.mark.parametrize("name", list(FIRST))
def test_it_is_printed_with_the_words_it_was_issued_with(name: str) -> None:
    content = FIRST[name]["content"]
    pdf = printing.render_now(f"notices/first/{content['kind']}.html", content)
    assert looking.words(pdf) == FIRST[name]["words"]
    assert looking.codes(pdf) == [content["qr"]]
    assert place_of(pdf), "it can be sealed like any other"
