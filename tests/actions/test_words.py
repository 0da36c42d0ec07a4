"""The journal of a case reads in Chinese: every event that is written has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lianban
from lianban.casework.clocks.kinds import COLOURS, KINDS
from lianban.casework.story.words import EVENTS
from lianban.rules import cards, passports

SOURCES = Path(lianban.__file__).parent
WRITERS = {"note", "_note", "record"}
OTHER_STREAMS = {"catalogue", "people", "rating", "difficulty"}


def written(tree: ast.AST) -> Iterator[str]:
    """The events of a case that a module writes into the journal."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        texts = [
            n.value for a in call.args for n in ast.walk(a) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        if name in WRITERS and not OTHER_STREAMS & set(texts):
            yield from (text for text in texts if text != "case" and " " in text and text.isascii())


def test_every_event_of_a_case_has_words() -> None:
    events = {
        event
        for chapter in ("casework", "oversight")
        for file in (SOURCES / chapter).rglob("*.py")
        for event in written(ast.parse(file.read_text("utf-8")))
    }
    assert len(events) > 40
    assert not sorted(events - EVENTS.keys())


def test_words_are_said_once() -> None:
    assert len(set(EVENTS.values())) == len(EVENTS)


def test_every_clock_says_from_when_it_runs_and_what_is_undone_when_a_card_is_raised() -> None:
    assert set(passports.STARTS) == set(KINDS)
    assert set(cards.UNDONE) == {kind for kind in KINDS if COLOURS[kind]}
