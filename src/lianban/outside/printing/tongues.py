"""Which language a passage is in, for those who have a paper read aloud: WeasyPrint tags it, but not its language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder


def name_languages(document: Any, pdf: Any) -> None:
    """Finisher: every tagged `<span lang>` says its language, from the boxes that WeasyPrint made the tags of."""
    spans = [box for page in document.pages for box in _spans(page._page_box)]
    if not any("lang" in box.element.attrib for box in spans):
        return
    tagged = [
        element
        for element in pdf.objects
        if isinstance(element, dict)
        and element.get("S") == "/Span"
        # What holds a piece of the page itself is a text within a span, not a span.
        and not any(isinstance(kid, int) for kid in element["K"])
    ]
    for box, element in zip(spans, tagged, strict=True):
        if language := box.element.attrib.get("lang"):
            element["Lang"] = pydyf.String(language)


def _spans(box: Any) -> Iterator[Any]:
    """The boxes of spans in the order in which WeasyPrint tags them."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if box.element is not None and box.element_tag == "span" and not isinstance(box, boxes.PageBox):
        yield box
    for child in getattr(box, "children", ()):
        for part in child.children if isinstance(child, boxes.LineBox) else (child,):
            if not isinstance(part, boxes.TextBox):
                yield from _spans(part)
