"""What is typed for a notice and can be printed: stripped, or refused field by field."""

from __future__ import annotations

from collections.abc import Mapping

from lianban.errors import Invalid
from lianban.rules import values

LONGEST = 2000


def said(texts: Mapping[str, tuple[str, str]], *, optional: frozenset[str] = frozenset()) -> dict[str, str]:
    """Field to text, stripped, from field to (label, text as typed). Raises Invalid with the fields."""
    found: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, (label, typed) in texts.items():
        if len(typed) > LONGEST:
            wrong[name] = f"“{label}”最多 {LONGEST} 字，请缩短。"
            continue
        try:
            found[name] = values.readable(typed, lines=True)
        except Invalid as refusal:
            wrong[name] = f"“{label}”：{refusal.sentence}"
            continue
        if not found[name] and name not in optional:
            wrong[name] = f"请填写“{label}”。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return found
