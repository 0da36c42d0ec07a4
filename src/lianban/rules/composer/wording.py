"""Why a line stands on the plan, in words made from conditions and the labels of their options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lianban.rules.catalog.types import Element
from lianban.rules.composer.knowledge import NOT_APPLICABLE, label_of, options
from lianban.rules.conditions import ALWAYS, AllOf, AnyOf, Condition, Facts, Is, Not, elements, holds
from lianban.rules.plan import Because

Elements = Mapping[str, Element]


def quoted(names: Iterable[str]) -> str:
    """“甲”“乙”."""
    return "".join(f"“{name}”" for name in names)


def known_reason(condition: Condition, facts: Facts, words: Elements) -> str:
    """The facts on which a decided condition stands: “父母民族是否相同”为“否”."""
    return "，且".join(dict.fromkeys(_grounds(condition, facts, words)))


def _grounds(condition: Condition, facts: Facts, words: Elements) -> Iterator[str]:
    truth = holds(condition, facts)
    match condition:
        case Is(element, _):
            value = facts[element]
            name = words[element].label
            yield f"不涉及“{name}”" if value == NOT_APPLICABLE else f"“{name}”为“{label_of(words[element], value)}”"
        case Not(part):
            yield from _grounds(part, facts, words)
        case AllOf(parts) | AnyOf(parts):
            deciding = [part for part in parts if holds(part, facts) is truth]
            # A conjunction that fails, or a choice that holds, stands on its first deciding part alone.
            alone = isinstance(condition, AllOf) is (truth is False)
            for part in deciding[:1] if alone else deciding:
                yield from _grounds(part, facts, words)


def pending(condition: Condition, facts: Facts, words: Elements) -> str:
    """What still has to be the case: “父母民族是否相同”为“否”."""
    return _pending(condition, facts, words, wanted=True)


def _pending(condition: Condition, facts: Facts, words: Elements, *, wanted: bool) -> str:
    match condition:
        case Is(element, values):
            choice = [option.label for option in options(words[element]) if (option.id in values) is wanted]
            return f"“{words[element].label}”为" + "或".join(f"“{label}”" for label in choice)
        case Not(part):
            return _pending(part, facts, words, wanted=not wanted)
        case AllOf(parts) | AnyOf(parts):
            left = [_pending(part, facts, words, wanted=wanted) for part in parts if holds(part, facts) is None]
            return ("，且" if isinstance(condition, AllOf) is wanted else "，或者").join(left)


def cause(condition: Condition, text: str, facts: Facts, words: Elements) -> str:
    """“因…” or “如…”, or nothing where the condition always holds. `text` is the catalogue's wording."""
    if condition == ALWAYS:
        return ""
    truth = holds(condition, facts)
    said = text.rstrip("。；，")
    said = said[:-1] if said.endswith(("的", "时")) and len(said) > 2 else said
    if truth is None:
        return f"如{said or pending(condition, facts, words)}"
    if truth:
        return f"因{said or known_reason(condition, facts, words)}"
    return f"因{known_reason(condition, facts, words)}"


def because(text: str, *hangs_on: Condition) -> Because:
    """A reason with the elements it hangs on, each once, in reading order."""
    return Because(text, tuple(dict.fromkeys(name for each in hangs_on for name in elements(each))))


def grouped(pairs: Iterable[tuple[str, str]]) -> str:
    """(cause, name) pairs told together: “甲”“乙”需要；因……，“丙”需要."""
    by_cause: dict[str, list[str]] = {}
    for why, name in pairs:
        by_cause.setdefault(why, []).append(name)
    return "；".join(
        f"{why}，{quoted(dict.fromkeys(names))}" if why else quoted(dict.fromkeys(names))
        for why, names in by_cause.items()
    )
