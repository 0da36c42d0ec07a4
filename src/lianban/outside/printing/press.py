"""One press: a template and its data become the bytes of a PDF, in this process.

Everything that costs time is made once: the font map, the style sheet of each template, the URL fetcher (a new one a
sheet would build a TLS context). Nothing is fetched from anywhere: only `data:` addresses are allowed. WeasyPrint reads
no clock, so the same template, data, fonts and versions give the same bytes.
"""

from __future__ import annotations

import base64
import io
import logging
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import segno
from markupsafe import Markup
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from lianban.outside import fonts
from lianban.outside.printing.jobs import UA, MissingGlyph
from lianban.outside.printing.tongues import name_languages

FAMILIES = {"FANG": fonts.FANG, "SONG": fonts.SONG, "HEI": fonts.HEI}

logging.getLogger("weasyprint").setLevel(logging.ERROR)


def qr_image(text: str) -> Markup:
    """The QR code of `text` as a `data:` address: four dots a module, readable from 72 dpi on."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False, mask=2).save(out, kind="png", border=0, scale=4)
    return Markup("data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii"))


def with_families(css: str) -> str:
    """The style sheet with FANG, SONG and HEI replaced by their lists of fonts."""
    return re.sub(r"\b(FANG|SONG|HEI)\b", lambda found: FAMILIES[found[0]], css)


def name_scopes(_document: Any, pdf: Any) -> None:
    """Finisher: each header cell says whether it heads a column or a row; WeasyPrint links only from the data."""

    def parent(element: Any) -> Any:
        return pdf.objects[int(element["P"].split()[0])]

    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            head = parent(parent(element)).get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if head else "/Row"


SEAL = "seal"
"""The id of the box for the seal, and the name of the destination in the PDF that says where it is."""


def mark_place(document: Any, pdf: Any) -> None:
    """Finisher: the destination `seal` tells the whole rectangle of the box, so that a seal finds its place by it."""
    for page in document.pages:
        if SEAL in page.anchors:
            x1, y1, x2, y2 = page.anchors[SEAL]
            rectangle = (x1, page.height - y2, x2, page.height - y1)
            named = pdf.catalog["Names"]["Dests"]["Names"]
            target = named[[name.string for name in named[::2]].index(SEAL) * 2 + 1]
            # WeasyPrint measures in CSS pixels, a PDF in points.
            target[1:] = ["/FitR", *(round(0.75 * value, 3) for value in rectangle)]
            return


def finish(document: Any, pdf: Any) -> None:
    """Finisher of what is issued: the headers of tables say what they head, the seal has its place."""
    name_scopes(document, pdf)
    mark_place(document, pdf)
    name_languages(document, pdf)


class Press:
    """Renders templates below `templates` with the prepared fonts in `font_set`. Not for two threads at once."""

    def __init__(self, templates: Path, font_set: Path) -> None:
        self.templates = templates
        self.font_set = font_set
        # Only the prepared fonts, whatever else the machine has: the fonts decide the bytes of every paper.
        os.environ["FONTCONFIG_FILE"] = str(font_set / "fonts.conf")
        self.fonts = FontConfiguration()
        self.fetcher = URLFetcher(allowed_protocols=("data",))
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals["qr_image"] = qr_image
        self.style = lru_cache(maxsize=None)(self._style)

    def html(self, template: str, data: Mapping[str, Any], *, hollow: bool = False) -> str:
        """The page as HTML. `hollow` leaves the places empty that change from sheet to sheet."""
        return self.environment.get_template(template).render(c=data, hollow=hollow)

    def css_text(self, template: str) -> str:
        """The common style sheet followed by the template's own, of the same name."""
        folder = (self.templates / template).parent
        own = (self.templates / template).with_suffix(".css")
        parts = [folder / "base.css", *([own] if own.is_file() else [])]
        return with_families("\n".join(p.read_text("utf-8") for p in parts))

    def css(self, text: str) -> CSS:
        """A parsed style sheet, to be kept."""
        return CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)

    def _style(self, template: str) -> CSS:
        return self.css(self.css_text(template))

    def whole(self, template: str, data: Mapping[str, Any], variant: str | None = UA) -> bytes:
        """The whole sheet in one go. Raises MissingGlyph."""
        finisher = finish if variant else None
        return self.write(self.html(template, data), self.style(template), variant=variant, finisher=finisher)[0]

    def write(self, html: str, style: CSS, *, variant: str | None = None, **options: Any) -> tuple[bytes, Document]:
        """The bytes and the laid-out document. Raises MissingGlyph."""
        asked = {"pdf_variant": variant} if variant else {}
        document = HTML(string=html, url_fetcher=self.fetcher).render(
            stylesheets=[style], font_config=self.fonts, **asked
        )
        pdf: bytes = document.write_pdf(**asked, **options)
        missing = sorted({chr(point) for font in document.fonts.values() for point in font.missing})
        if missing:
            raise MissingGlyph("".join(missing))
        return pdf, document
