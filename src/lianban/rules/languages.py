"""Second languages: a region's phrase book, and what of a paper it can say.

A book is data of the catalogue, `<region>/languages/<language>.yaml`: Chinese phrase → the same in the other language.
A phrase may have {places}, {n:d} for a number; it then also stands for every text of its pattern, whose parts are
looked up in turn. What a book does not know is printed in Chinese alone: nothing is translated at run time
(民族区域自治法 21, 47).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.catalog.reading import Entry, Faults, read
from lianban.rules.catalog.types import Edition

SECTIONS = ("names", "words", "sentences", "patterns")
PLACE = re.compile(r"\{(\w+)(?::d)?\}")
PARTED = re.compile(r"\{(\w+(?::d)?)\}")
QUOTED = re.compile(r"“([^“”]+)”")
SILENT = frozenset({"kind", "iso", "number", "code", "qr", "wording", "say", "query_code"})
"""What no reader reads as words."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase with places: how texts of it look, and the same in the other language."""

    look: re.Pattern[str]
    begins: str
    ends: str
    says: str


@dataclass(frozen=True, slots=True)
class Book:
    """The phrase book of a region in one language. `lines` says on which line of `file` each section begins."""

    region: str
    language: str
    source: str
    phrases: Mapping[str, str]
    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()

    def knows(self, phrase: str) -> bool:
        """Whether the book has this very phrase, or one whose pattern it is."""
        return bool(self.find(phrase))

    def find(self, text: str) -> str:
        """The text in the other language, "" where the book does not know it."""
        if text in self.phrases:
            said = self.phrases[text]
            return "" if PLACE.search(said) else said
        for pattern in self.patterns:
            if text.startswith(pattern.begins) and text.endswith(pattern.ends):
                found = pattern.look.fullmatch(text)
                if found:
                    return fill(pattern.says, {name: self.part(said) for name, said in found.groupdict().items()})
        return ""

    def part(self, text: str) -> str:
        """A part of a sentence: looked up; quoted names each by itself; as it is where the book does not know it."""
        if found := self.find(text):
            return found
        names = QUOTED.findall(text)
        if names and "".join(f"“{name}”" for name in names) == text.replace("、", ""):
            return ", ".join(f"《{self.part(name)}》" for name in names)
        return text

    def sentence(self, template: str, places: Mapping[str, str]) -> str:
        """A sentence with places filled in the other language, "" where the book does not have its template."""
        said = self.phrases.get(template, "")
        return fill(said, {name: self.part(text) for name, text in places.items()})


def fill(template: str, places: Mapping[str, str]) -> str:
    """The template with its places filled."""
    return PLACE.sub(lambda found: places[found[1]], template)


@cache
def book(region: str, language: str, root: Path = SHIPPED) -> Book | None:
    """The shipped phrase book, None where there is none. Read once in each process. Raises CatalogueFaults."""
    path = root / region / "languages" / f"{language}.yaml"
    if not (language.isalpha() and region.isdigit() and path.is_file()):
        return None
    faults = Faults()
    name = f"{region}/languages/{language}.yaml" if root == SHIPPED else str(path)
    entry = read(path, faults, name)
    parts = entry.fields(("source", *SECTIONS), ("source",)) if entry else {}
    phrases: dict[str, str] = {}
    for section in SECTIONS:
        for chinese, said in parts[section].pairs() if section in parts else ():
            _keep(phrases, chinese, said)
    source = parts["source"].text() if "source" in parts else ""
    faults.stop()
    return Book(
        region,
        language,
        source,
        phrases,
        name,
        {section: part.place.line for section, part in parts.items()},
        # The phrase that says most of itself is the nearest one.
        tuple(sorted(_patterns(phrases), key=lambda p: -len(p.look.pattern))),
    )


def _keep(phrases: dict[str, str], chinese: str, said: Entry) -> None:
    text = said.text()
    if chinese in phrases:
        said.fault("这个词句前面已经有译文，请只保留一处。")
    if strange := set(PLACE.findall(text)) - set(PLACE.findall(chinese)):
        said.fault(f"译文里有中文没有的填空：{'、'.join(sorted(strange))}。")
    phrases[chinese] = text


def _patterns(phrases: Mapping[str, str]) -> Iterator[Pattern]:
    for chinese, said in phrases.items():
        parts = PARTED.split(chinese)
        # One place alone is no pattern: everything would look like it.
        if len(parts) == 1 or not any(parts[::2]):
            continue
        seen: set[str] = set()
        look = ""
        for at, part in enumerate(parts):
            name = part.removesuffix(":d")
            if at % 2 == 0:
                look += re.escape(part)
            elif name in seen:
                look += f"(?P={name})"
            else:
                look += f"(?P<{name}>\\d+)" if part.endswith(":d") else f"(?P<{name}>.*?)"
                seen.add(name)
        yield Pattern(re.compile(look, re.DOTALL), parts[0], parts[-1], said)


def both(
    content: Mapping[str, Any],
    book: Book | None,
    labels: Iterable[str],
    sentences: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """The content with what stands beside its Chinese: `second` the language, `also` Chinese text → the other.

    `labels` are the words that its template prints; `sentences` the fixed ones: part → (template, the same as the
    region published it, "" where the book has to know it). Without a book the content stays as it is.
    """
    if book is None:
        return dict(content)
    also = {text: said for text in (*labels, *texts(content)) if (said := book.find(text))}
    places = {name: str(value) for name, value in content.items() if isinstance(value, str | int)}
    for part, (template, own) in (sentences or {}).items():
        values = {name: book.part(text) for name, text in places.items()}
        said = fill(own, values) if own else book.sentence(template, places)
        if said:
            also[content["say"][part]] = said
    return {**content, "second": book.language, "also": also}


def texts(content: Any) -> Iterator[str]:
    """Every text in plain content that somebody reads."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            if key not in SILENT:
                yield from texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from texts(value)


def names(edition: Edition) -> Iterator[str]:
    """Every name of an edition that papers print: what a book of its region has to know."""
    bundle = edition.bundle
    yield from (bundle.name, bundle.region_name, bundle.centre)
    for department in edition.departments.values():
        yield from (name for name in (department.name, department.review_body, department.court) if name)
    for item in edition.items.values():
        yield from (item.name, item.result.name)
    for material in edition.materials.values():
        yield material.name
    for question in bundle.questions:
        yield question.ask
    for element in edition.elements.values():
        yield element.label
    asked = {question.element for question in bundle.questions}
    for name, element in edition.elements.items():
        if name in asked:
            yield from (option.label for option in element.options)


def missing(book: Book | None, edition: Edition, words: Iterable[str]) -> list[tuple[str, str]]:
    """What a book has to say and does not, as (section, phrase): names of the edition, fixed words and sentences.

    `words` are those of templates and wordings; a sentence that is one place alone says nothing by itself.
    """
    wanted = [("names", name) for name in names(edition)]
    wanted += [("sentences" if PLACE.search(word) or word.endswith("。") else "words", word) for word in words]
    return [
        (section, phrase)
        for section, phrase in dict.fromkeys(wanted)
        if PLACE.sub("", phrase) and not (book and (phrase in book.phrases or book.find(phrase)))
    ]
