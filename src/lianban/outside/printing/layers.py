"""The two-layer way: what does not change from sheet to sheet is laid out and drawn once and kept.

A template names the keys of its data that change (`CHANGING`) and prints them with the `field` and `qr` macros, which
give them a fixed place. The page with those places left empty is rendered once (the hollow sheet) and kept as ready PDF
objects; each sheet then lays out only the values, and the kept objects go under them through WeasyPrint's public
`finisher` hook. The result is not tagged: it is for previews and peaks, never for an issued paper.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
import pydyf
import weasyprint
from markupsafe import Markup

from lianban.outside.printing.press import Press, qr_image, with_families

REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
KEPT = 64
PX = 96 / 72
"""CSS pixels a point."""


@dataclass(frozen=True, slots=True)
class Place:
    """A changing place: the field's name, the key of its value, its class and type size in points."""

    name: str
    key: str
    kind: str = "line"
    size: float = 10.0


CHANGING: dict[str, tuple[Place, ...]] = {
    "notices/sheet.html": (
        Place("on", "on"),
        Place("code", "code", "line code"),
        Place("qr", "address", "qr"),
        Place("date", "on", "mid", 10.5),
    ),
}
"""Templates that have a fast way. Every other key of the data belongs to what is kept."""

SILENT = {"notices/sheet.html": ("on_iso",)}
"""Keys that change but are not drawn: they stand in the document's own data."""


def pieces(data: bytes) -> list[bytes | int]:
    """Serialised PDF data cut into bytes and the numbers of the objects it refers to."""
    out: list[bytes | int] = []
    last = 0
    for found in REFERENCE.finditer(data):
        out += [data[last : found.start()], int(found[1])]
        last = found.end()
    return [*out, data[last:]]


class Kept(pydyf.Object):  # type: ignore[misc]
    """A ready PDF object; its references are renumbered through `numbers` when it is written."""

    def __init__(self, parts: list[bytes | int], numbers: Mapping[int, int], stream: bool) -> None:
        super().__init__()
        self.parts, self.numbers, self.stream = parts, numbers, stream

    @property
    def data(self) -> bytes:
        """The bytes of the object in the new file."""
        return b"".join(p if isinstance(p, bytes) else b"%d 0 R" % self.numbers[p] for p in self.parts)

    @property
    def compressible(self) -> bool:
        """Streams stand alone; everything else may go into an object stream."""
        return not self.stream


class Ground:
    """The pages of a rendered PDF as form objects that can be put under other pages."""

    def __init__(self, pdf: bytes) -> None:
        self.objects: dict[int, tuple[list[bytes | int], bool]] = {}
        self.pages: list[list[bytes | int]] = []
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            for page in opened.pages:
                self._keep_page(page)

    def _keep_page(self, page: pikepdf.Page) -> None:
        resources, contents = page.obj["/Resources"], page.obj["/Contents"]
        self._walk(resources)
        raw, filters = contents.read_raw_bytes(), contents.stream_dict.get("/Filter")
        width, height = (round(float(side)) + 1 for side in list(page.mediabox)[2:])
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 %d %d]%s/Length %d/Resources " % (
            width,
            height,
            b"/Filter" + filters.unparse() if filters is not None else b"",
            len(raw),
        )
        refers = [resources.objgen[0]] if resources.is_indirect else pieces(resources.unparse())
        self.pages.append([head, *refers, b">>\nstream\n" + raw + b"\nendstream"])

    def _walk(self, value: Any) -> None:
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            number = value.objgen[0]
            if number in self.objects:
                return
            self.objects[number] = ([], False)
            if isinstance(value, pikepdf.Stream):
                raw, entries = value.read_raw_bytes(), dict(value.stream_dict.items())
                parts = pieces(pikepdf.Dictionary({**entries, "/Length": len(raw)}).unparse())
                self.objects[number] = ([*parts, b"\nstream\n" + raw + b"\nendstream"], True)
                value = value.stream_dict
            else:
                self.objects[number] = (pieces(value.unparse(resolved=True)), False)
        if isinstance(value, pikepdf.Array):
            for part in value:
                self._walk(part)
        elif isinstance(value, pikepdf.Dictionary):
            for part in value.values():
                self._walk(part)

    def __call__(self, _document: Any, pdf: Any) -> None:
        """The finisher: add the kept objects and put page n of the ground under page n."""
        numbers: dict[int, int] = {}
        for number, (parts, stream) in self.objects.items():
            kept = Kept(parts, numbers, stream)
            pdf.add_object(kept)
            numbers[number] = kept.number
        pages = [o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page"]
        for index, (page, parts) in enumerate(zip(pages, self.pages, strict=True)):
            form = Kept(parts, numbers, True)
            pdf.add_object(form)
            under = pydyf.Stream([b"q /Ground%d Do Q" % index])
            pdf.add_object(under)
            pdf.objects[int(page["Resources"].split()[0])]["XObject"][f"Ground{index}"] = form.reference
            page["Contents"] = pydyf.Array([under.reference, page["Contents"]])


def wide(text: str, size: float) -> float:
    """The width of a text in CSS pixels, never too small: full squares for Chinese, 0.6 for the rest."""
    return sum(size if ord(c) > 0x2E7F else size * 0.6 for c in text) * PX


class Layer:
    """One hollow sheet and the places of its fields."""

    def __init__(self, press: Press, template: str, data: Mapping[str, Any]) -> None:
        self.places = CHANGING[template]
        hollow = dict(data) | dict.fromkeys(SILENT.get(template, ()), "")
        pdf, document = press.write(press.html(template, hollow, hollow=True), press.style(template))
        self.ground = Ground(pdf)
        self.at = {
            name[2:]: (page, *corners)
            for page, laid in enumerate(document.pages)
            for name, corners in laid.anchors.items()
            if name.startswith("f-")
        }

    def fits(self, data: Mapping[str, Any]) -> bool:
        """Whether every value has room on one line of its place; if not, the whole sheet is laid out anew."""
        for place in self.places:
            _, left, _, right, _ = self.at[place.name]
            if place.kind != "qr" and wide(str(data[place.key]), place.size) > right - left:
                return False
        return True

    def pages(self, data: Mapping[str, Any]) -> Markup:
        """The values at their places, page by page."""
        out: list[list[Markup]] = [[] for _ in self.ground.pages]
        for place in self.places:
            page, left, top, right, bottom = self.at[place.name]
            corner = f"left:{left:.6f}px;top:{top:.6f}px"
            if place.kind == "qr":
                tag = Markup('<img alt="" class="qr" src="{}" style="{}">').format(qr_image(data[place.key]), corner)
            else:
                box = f"{corner};width:{right - left:.3f}px;height:{bottom - top:.3f}px"
                style = f"{box};line-height:{bottom - top:.3f}px;font-size:{place.size}pt"
                tag = Markup('<b class="{}" style="{}">{}</b>').format(place.kind, style, data[place.key])
            out[page].append(tag)
        return Markup("").join(Markup("<section>{}</section>").format(Markup("").join(page)) for page in out)


TOP = """
@page { size: A4; margin: 0 }
body { margin: 0; font-family: FANG }
section { height: 297mm; position: relative; break-after: page }
section:last-child { break-after: auto }
b { position: absolute; font-weight: 400; white-space: pre }
.mid { text-align: center }
.qr { position: absolute; width: 22mm; height: 22mm; image-rendering: crisp-edges }
"""


class Layers:
    """The kept layers of one press, the least used dropped first."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.kept: OrderedDict[str, Layer] = OrderedDict()
        self.top = press.css(with_families(TOP))

    def key(self, template: str, data: Mapping[str, Any]) -> str:
        """What a layer depends on: template, style, WeasyPrint's version and all data that do not change."""
        changing = {place.key for place in CHANGING[template]} | set(SILENT.get(template, ()))
        fixed = {k: v for k, v in data.items() if k not in changing}
        source = self.press.environment.loader.get_source(self.press.environment, template)[0]  # type: ignore[union-attr]
        parts = [weasyprint.VERSION, template, source, self.press.css_text(template), fixed]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def fast(self, template: str, data: Mapping[str, Any]) -> bytes:
        """The sheet in two layers, untagged; a value that is too long for its place goes the whole way.

        A template without changing places is printed whole and tagged.

        Raises MissingGlyph.
        """
        if template not in CHANGING:
            return self.press.whole(template, data)
        key = self.key(template, data)
        layer = self.kept.get(key)
        if layer is None:
            layer = self.kept[key] = Layer(self.press, template, data)
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        if not layer.fits(data):
            return self.press.whole(template, data, None)
        iso = data.get("on_iso", "")
        html = Markup(
            '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{}</title>'
            '<meta name="author" content="{}"><meta name="dcterms.created" content="{}">'
            '<meta name="dcterms.modified" content="{}"></head><body>{}</body></html>'
        ).format(data["title"], data.get("centre", ""), iso, iso, layer.pages(data))
        return self.press.write(str(html), self.top, finisher=layer.ground)[0]
