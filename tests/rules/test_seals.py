"""Which seal goes where which words stand."""

from __future__ import annotations

import pytest

from lianban.rules.notices.seals import seal_kind, seal_name


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("行政审批专用章（盖章处）", "dedicated"),
        ("行政审批受理专用章（盖章处）", "dedicated"),
        ("本行政机关印章（盖章处）", "authority"),
        ("送达机关（盖章处）", "authority"),
        ("移交单位（盖章处）", "authority"),
        ("综合窗口收件专用章（盖章处）", "window"),
        ("综合窗口出件专用章（盖章处）", "window"),
        ("", ""),
    ],
)
def test_the_words_in_the_box_say_the_kind(words: str, kind: str) -> None:
    assert seal_kind(words) == kind
    assert "盖章处" not in seal_name(words)
