"""The five grades (国办发〔2019〕51号; R-HCP-1): the last two are negative ratings."""

from __future__ import annotations

from lianban import errors

GRADES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""Best first, as they are shown."""

NEGATIVE = frozenset({1, 2})


def grade_of(text: str) -> int:
    """A grade as a form sends it. Raises Invalid."""
    if text not in {str(grade) for grade in GRADES}:
        sentence = "请选择一个评价等次：非常满意、满意、基本满意、不满意或者非常不满意。"
        raise errors.Invalid(sentence, {"grade": sentence})
    return int(text)
