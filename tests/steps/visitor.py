"""Somebody at a browser: opens pages, reads them, fills in the forms that are really there and presses buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlencode, urljoin

import httpx
import lxml.html

File: TypeAlias = tuple[str, bytes, str]
"""Name, content, media type as the browser guesses it from the name."""
Given: TypeAlias = Mapping[str, str | Sequence[str]]

SEEN = ".//text()[not(ancestor::script or ancestor::style or ancestor::head or ancestor::svg)]"
LABELS = ".//label|.//*[@class='label']|.//legend"


def plain(text: str) -> str:
    """Text with single blanks."""
    return " ".join(text.split())


def flat(text: str) -> str:
    """Text without any blank: what is the layout's does not matter."""
    return "".join(text.split())


class Page:
    """A page as it came back."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.address = response.url.raw_path.decode()
        self.tree = lxml.html.document_fromstring(response.text) if "html" in self.media_type else None

    @property
    def media_type(self) -> str:
        """What kind of answer it is."""
        return str(self.response.headers.get("content-type", ""))

    @property
    def root(self) -> lxml.html.HtmlElement:
        """The document; the answer must be a page."""
        assert self.tree is not None, f"{self.address} is no page but {self.media_type} ({self.status})"
        return self.tree

    @property
    def text(self) -> str:
        """What can be read, without blanks."""
        return self.text_of(self.root)

    @staticmethod
    def text_of(element: lxml.html.HtmlElement) -> str:
        """What can be read of one part, without blanks."""
        return flat("".join(element.xpath(SEEN)))

    def says(self, *wanted: str) -> None:
        """All of this can be read on the page."""
        for words in wanted:
            assert flat(words) in self.text, f"{words!r} is not on {self.address} ({self.status}): {self.text[:1500]}"

    def keeps_silent(self, *unwanted: str) -> None:
        """None of this stands anywhere in what was sent, seen or unseen."""
        for words in unwanted:
            assert flat(words) not in flat(self.response.text), f"{words!r} is on {self.address}"

    def parts(self, path: str) -> list[lxml.html.HtmlElement]:
        """Elements by XPath; `cls(x)` in it stands for a class of the element."""
        path = re.sub(r"cls\(([\w-]+)\)", r'contains(concat(" ", normalize-space(@class), " "), " \1 ")', path)
        return list(self.root.xpath(path))

    def cards(self, heading: str) -> list[lxml.html.HtmlElement]:
        """The boxes whose heading begins so."""
        return [
            box
            for box in self.parts("//*[cls(card)]")
            if any(self.text_of(h).startswith(flat(heading)) for h in box.xpath(".//h1|.//h2|.//h3"))
        ]

    def row(self, *words: str) -> lxml.html.HtmlElement:
        """The one line of a table or list that says all of this."""
        rows = [r for r in self.parts("//tbody/tr|//li") if all(flat(w) in self.text_of(r) for w in words)]
        assert rows, f"no line with {words} on {self.address}: {self.text[:1500]}"
        return rows[0]

    def link(self, words: str, within: lxml.html.HtmlElement | None = None) -> str:
        """Where the link with these words leads."""
        found = [
            a for a in (self.root if within is None else within).xpath(".//a[@href]") if flat(words) in self.text_of(a)
        ]
        assert found, f"no link {words!r} on {self.address}: {self.text[:1500]}"
        return str(found[0].get("href"))

    def button(self, words: str, within: str = "") -> lxml.html.HtmlElement:
        """The button with these words; `within` names the heading of its box."""
        boxes = self.cards(within) if within else [self.root]
        found = [b for box in boxes for b in box.xpath(".//button") if self._word(b) == flat(words)]
        assert found, f"no button {words!r} on {self.address}: {self.text[:1500]}"
        return found[0]

    def has_button(self, words: str) -> bool:
        """Whether there is such a button at all."""
        return any(self._word(b) == flat(words) for b in self.parts("//button"))

    def _word(self, button: lxml.html.HtmlElement) -> str:
        beside = button.xpath(".//kbd|.//*[@class='sr' or @class='also']")
        hidden = {text for part in beside for text in part.xpath(".//text()")}
        return flat("".join(t for t in button.xpath(".//text()") if t not in hidden))

    def field(self, label: str) -> lxml.html.HtmlElement:
        """The field with this label: its whole box, with hints and problems."""
        boxes = [(b, [self.text_of(part) for part in b.xpath(LABELS)]) for b in self.parts("//*[cls(field)]")]
        exact = [box for box, labels in boxes if flat(label) in labels]
        near = [box for box, labels in boxes if any(flat(label) in each for each in labels)]
        assert exact or near, f"no field {label!r} on {self.address}: {self.text[:1500]}"
        return (exact or near)[0]

    def name_of(self, label: str) -> str:
        """The name under which a field is sent."""
        names = self.field(label).xpath(".//*[self::input or self::select or self::textarea]/@name")
        assert names, f"the field {label!r} cannot be filled in"
        return str(names[0])

    def value_of(self, label: str) -> str:
        """What stands in a field, or the words of the choice that is made."""
        box = self.field(label)
        # A number with its unit beside it: the number is what was typed.
        if numbers := box.xpath(".//*[contains(@class, 'unit')]/input/@value"):
            return str(numbers[0])
        chosen = box.xpath(".//label[input[@checked]]|.//option[@selected]")
        if chosen:
            return self.text_of(chosen[0])
        texts = box.xpath(".//input[not(@type='radio' or @type='checkbox')]/@value|.//textarea/text()")
        return str(texts[0]) if texts else ""

    def problem_of(self, label: str) -> str:
        """What is said under a field that cannot be taken."""
        return "".join(self.text_of(p) for p in self.field(label).xpath(".//*[@class='bad']"))

    def choice(self, label: str, words: str) -> str:
        """The value sent for the choice with these words."""
        box = self.field(label)
        for option in box.xpath(".//label[input]"):
            if self.text_of(option) == flat(words):
                return str(option.xpath(".//input/@value")[0])
        for option in box.xpath(".//option"):
            if self.text_of(option) == flat(words):
                return str(option.get("value"))
        raise AssertionError(f"{label!r} offers no {words!r}: {self.text_of(box)}")


def controls(button: lxml.html.HtmlElement) -> tuple[lxml.html.HtmlElement, list[lxml.html.HtmlElement]]:
    """The form of a button, and everything in it that a browser would send."""
    form = next(button.iterancestors("form"))
    inside = form.xpath(".//input|.//select|.//textarea")
    outside = button.getroottree().xpath("//*[@form=$id]", id=form.get("id", "-"))
    return form, [c for c in [*inside, *outside] if c.get("name")]


def sent_by(button: lxml.html.HtmlElement) -> list[tuple[str, str]]:
    """The fields as a browser sends them when nobody touches anything."""
    _, found = controls(button)
    sent: list[tuple[str, str]] = []
    for one in found:
        name, kind = str(one.get("name")), one.get("type", "text")
        if one.get("disabled") is not None or kind == "file":
            continue
        if one.tag == "select":
            options = one.xpath(".//option[@selected]") or one.xpath(".//option")[:1]
            sent += [(name, str(o.get("value", ""))) for o in options]
        elif one.tag == "textarea":
            sent.append((name, one.text or ""))
        elif kind not in ("radio", "checkbox") or one.get("checked") is not None:
            sent.append((name, str(one.get("value", ""))))
    if button.get("name"):
        sent.append((str(button.get("name")), str(button.get("value", ""))))
    return sent


class Visitor:
    """One browser with its own cookies, and the page it shows."""

    def __init__(self, transport: httpx.BaseTransport, base: str) -> None:
        self.client = httpx.Client(transport=transport, base_url=base, follow_redirects=True)
        self.page: Page

    def opens(self, address: str) -> Page:
        """Go to an address."""
        self.page = Page(self.client.get(address))
        return self.page

    def follows(self, words: str, within: lxml.html.HtmlElement | None = None) -> Page:
        """Click a link."""
        return self.opens(urljoin(self.page.address, self.page.link(words, within)))

    def presses(
        self, words: str, given: Given | None = None, *, files: Sequence[tuple[str, File]] = (), within: str = ""
    ) -> Page:
        """Fill in (by names of fields) and press a button that is there and not greyed."""
        button = self.page.button(words, within)
        assert button.get("disabled") is None, f"{words!r} is greyed: {self.page.text[:1500]}"
        self.page = Page(self.submits(button, given or {}, files))
        return self.page

    def submits(
        self, button: lxml.html.HtmlElement, given: Given, files: Sequence[tuple[str, File]] = ()
    ) -> httpx.Response:
        """Send the form of a button; a field that is not on the page cannot be filled in."""
        form, found = controls(button)
        names = {str(c.get("name")) for c in found}
        strange = (set(given) | {name for name, _ in files}) - names
        assert not strange, f"not on the form: {strange}"
        fields = [(name, value) for name, value in sent_by(button) if name not in given]
        for name, value in given.items():
            fields += [(name, value)] if isinstance(value, str) else [(name, each) for each in value]
        address = urljoin(self.page.address, button.get("formaction") or form.get("action") or self.page.address)
        if (form.get("method") or "get").lower() == "get":
            return self.client.get(f"{address.partition('?')[0]}?{urlencode(fields)}")
        if form.get("enctype") == "multipart/form-data":
            parts: list[tuple[str, tuple[str | None, str | bytes, str | None] | tuple[None, str]]]
            parts = [(name, (None, value)) for name, value in fields]
            parts += list(files)
            return self.client.post(address, files=parts)
        return self.client.post(
            address, content=urlencode(fields), headers={"content-type": "application/x-www-form-urlencoded"}
        )

    def sends(self, address: str, **fields: str) -> Page:
        """Send fields to an address, as a page that is out of date would, with a token that is good."""
        fields["_csrf_token"] = self.token()
        self.page = Page(self.client.post(address, data=fields))
        return self.page

    def token(self) -> str:
        """The token of the page that is shown."""
        found = self.page.parts("//input[@name='_csrf_token']/@value")
        assert found, f"no form on {self.page.address}"
        return str(found[0])
