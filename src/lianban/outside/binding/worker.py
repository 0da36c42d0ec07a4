"""The binding process: reads its order, writes one PDF, ends.

Cover and contents stand before page 1; from there every page bears its number at the head of the page, as files of an
archive do, and the number of the case. A piece that cannot be shown has a page in its place that says so.
"""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf

from lianban.outside.binding import scans
from lianban.outside.binding.jobs import BOOK, ORDER, RESULT, Bound, Fault, Order, Piece
from lianban.outside.binding.tags import Tree
from lianban.outside.printing.jobs import UA, MissingGlyph, replaced
from lianban.outside.printing.press import Press

LINK = "https://page.invalid/"
"""What the contents link to until the pages are known."""
NICE = 10
MM = 72 / 25.4
DIGIT = 1.9 * MM
LABEL = "图像：{}，第 {} 页，共 {} 页"


@dataclass
class Row:
    """Where a piece stands in the book."""

    piece: Piece
    first: int
    count: int


class Binder:
    """One book in the making."""

    def __init__(self, folder: Path, press: Press, order: Order) -> None:
        self.folder, self.press, self.order = folder, press, order
        self.book = Pdf.new()
        self.tree = Tree(self.book)
        # Sources are read when the book is written.
        self.opened: list[Pdf] = []
        self.rows: list[Row] = []
        self.faults: list[Fault] = []
        self.captions: dict[str, Object] = {}

    def make(self) -> Bound:
        """Bind everything and write it."""
        self._captions()
        for number, piece in enumerate(self.order.pieces):
            first = len(self.book.pages)
            part = self.tree.part(piece.title)
            try:
                if not piece.file:
                    raise scans.Unbindable(piece.why)
                self._ours(piece, part) if piece.ours else self._scan(piece, part)
            except scans.Unbindable as why:
                del self.book.pages[first:]
                part.K = Array()
                self.faults.append(Fault(number, str(why)))
                self._printed("notices/book_fault.html", self._said(piece, str(why)), part)
            self.rows.append(Row(piece, first, len(self.book.pages) - first))
        body = len(self.book.pages)
        self._stamp()
        cover, front = self._front(body)
        self._outline(cover, front)
        self._finish(cover, front)
        self.book.save(self.folder / BOOK, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return Bound(body, self.faults)

    def print(self, template: str, data: dict[str, Any], *, variant: str | None = UA) -> bytes:
        """A page of our own; what no font can draw is replaced, because a book is a copy that must come about."""
        try:
            return self.press.whole(template, data, variant)
        except MissingGlyph as missing:
            return self.press.whole(template, replaced(data, missing.characters), variant)

    def _open(self, data: bytes) -> Pdf:
        source = pikepdf.open(io.BytesIO(data))
        self.opened.append(source)
        return source

    def _printed(self, template: str, data: dict[str, Any], part: Object) -> None:
        self._append(self._open(self.print(template, data)), part)

    def _ours(self, piece: Piece, part: Object) -> None:
        try:
            source = pikepdf.open(self.folder / piece.file)
            self.opened.append(source)
            # A signature is no signature any more in a copy: what it looks like becomes part of the page.
            if "/AcroForm" in source.Root:
                source.flatten_annotations("all")
        except (pikepdf.PdfError, ValueError, RuntimeError) as error:
            raise scans.Unbindable("文件已经损坏，打不开。") from error
        self._append(source, part)

    def _append(self, source: Pdf, part: Object) -> None:
        first = len(self.book.pages)
        self.book.pages.extend(source.pages)
        self.tree.adopt(part, source, first)

    def _scan(self, piece: Piece, part: Object) -> None:
        shown = list(scans.pages(self.book, self.folder / piece.file, piece.media_type, self.opened))
        for number, (form, width, height) in enumerate(shown, 1):
            page, box = scans.placed(self.book, form, width, height, self.captions.get(piece.caption))
            words = LABEL.format(piece.title, number, len(shown))
            said = f"。{piece.caption}".replace("\n", "，") if piece.caption else ""
            self.tree.figure(part, page, words + said, box)

    def _captions(self) -> None:
        """What stands below pictures, each line set once and drawn where it belongs."""
        texts = list(dict.fromkeys(piece.caption for piece in self.order.pieces if piece.caption))
        if texts:
            data = {"captions": [text.split("\n") for text in texts], "title": "-"}
            source = self._open(self.print("notices/book_captions.html", data, variant=None))
            forms = [self.book.copy_foreign(source.make_indirect(page.as_form_xobject())) for page in source.pages]
            self.captions = dict(zip(texts, forms, strict=True))

    def _said(self, piece: Piece, why: str) -> dict[str, Any]:
        common = {key: self.order.contents[key] for key in ("authority", "iso", "date", "case_number")}
        named = {"name": piece.title, "part": piece.part, "number": piece.number, "sha256": piece.sha256, "why": why}
        return {"kind": "book_fault", "title": "未能装订的文件", **common, **named}

    def _stamp(self) -> None:
        """The number at the right of each head, the label at the left; neither is part of the text."""
        signs = self._open(
            self.print("notices/book_signs.html", {"label": self.order.label, "title": "-"}, variant=None)
        )
        forms = [self.book.copy_foreign(signs.make_indirect(page.as_form_xobject())) for page in signs.pages]
        names = [Name(f"/Digit{n}") for n in range(10)] + [Name.BookLabel]
        for number, page in enumerate(self.book.pages, 1):
            box = [float(edge) for edge in page.mediabox]
            top, right, left = box[3] - 12 * MM, box[2] - 14 * MM, box[0] + 14 * MM
            drawn = [f"q 1 0 0 1 {left:.2f} {top:.2f} cm /BookLabel Do Q"]
            for place, digit in enumerate(reversed(str(number)), 1):
                drawn.append(f"q 1 0 0 1 {right - place * DIGIT:.2f} {top:.2f} cm /Digit{digit} Do Q")
            for name, form in zip(names, forms, strict=True):
                page.add_resource(form, Name.XObject, name, replace_existing=True)
            page.contents_add(b"q\n", prepend=True)
            artifact = "/Artifact <</Type /Pagination /Subtype /Header>> BDC " + " ".join(drawn) + " EMC\n"
            page.contents_add(b"\nQ " + artifact.encode())

    def _front(self, body: int) -> tuple[int, int]:
        """Cover and contents before everything else; how many pages the cover is, and both."""
        rows = [
            {
                "part": row.piece.part,
                "title": row.piece.title,
                "number": row.piece.number,
                "by": row.piece.by,
                "date": row.piece.date,
                "remark": "未能装订" if self._failed(n) else row.piece.remark,
                "page": row.first + 1,
                "link": f"{LINK}{row.first + 1}",
            }
            for n, row in enumerate(self.rows)
        ]
        counts = {"files": len(rows), "pages": body}
        cover = total = 0
        for template, title, data in (
            ("notices/book_contents.html", "卷内目录", self.order.contents | counts | {"rows": rows}),
            ("notices/book_cover.html", "封面", self.order.cover | counts),
        ):
            source = self._open(self.print(template, data))
            pages = len(source.pages)
            first = len(self.book.pages)
            part = self.tree.part(title)
            self._append(source, part)
            # They were made last because they name the pages, and stand first.
            for step in range(pages):
                page = self.book.pages[first + step]
                self.book.pages.insert(step, page)
                del self.book.pages[first + step + 1]
            self.tree.document.K.insert(0, self.tree.document.K[-1])
            del self.tree.document.K[-1]
            cover, total = pages, total + pages
        self._link(total)
        return cover, total

    def _failed(self, piece: int) -> bool:
        return any(fault.piece == piece for fault in self.faults)

    def _link(self, front: int) -> None:
        """The contents lead to the pages that they name."""
        for page in self.book.pages[:front]:
            for note in page.obj.get("/Annots", ()):
                address = str(note.get("/A", Dictionary()).get("/URI", ""))
                if address.startswith(LINK):
                    number = int(address.removeprefix(LINK))
                    del note["/A"]
                    note.Dest = Array([self.book.pages[front + number - 1].obj, Name.Fit])
                    note.Contents = pikepdf.String(f"第 {number} 页")

    def _outline(self, cover: int, front: int) -> None:
        with self.book.open_outline() as outline:
            outline.root.append(OutlineItem("封面", 0, "Fit"))
            outline.root.append(OutlineItem("卷内目录", cover, "Fit"))
            parts: dict[str, OutlineItem] = {}
            for row in self.rows:
                if row.piece.part not in parts:
                    parts[row.piece.part] = OutlineItem(row.piece.part, front + row.first, "Fit")
                    outline.root.append(parts[row.piece.part])
                words = " ".join(filter(None, (row.piece.title, row.piece.number)))
                parts[row.piece.part].children.append(OutlineItem(words, front + row.first, "Fit"))

    def _finish(self, cover: int, front: int) -> None:
        self.tree.finish()
        labels = Array(
            [0, Dictionary(P=pikepdf.String("封面")), cover, Dictionary(S=Name.r, P=pikepdf.String("目录 "))]
        )
        self.book.Root.PageLabels = Dictionary(Nums=Array([*labels, front, Dictionary(S=Name.D)]))
        self.book.Root.Lang = pikepdf.String("zh-CN")
        self.book.Root.PageMode = Name.UseOutlines
        self.book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        with self.book.open_metadata(set_pikepdf_as_editor=False) as meta:
            meta["dc:title"] = self.order.title
            meta["dc:creator"] = [self.order.author]
            meta["xmp:CreateDate"] = self.order.made
            meta["pdfuaid:part"] = "1"
        self.book.docinfo["/Title"] = self.order.title


def main() -> None:
    """The process: `python -m lianban.outside.binding.worker FOLDER TEMPLATES FONT_SET`."""
    # Whoever stands at the counter comes first.
    os.nice(NICE)
    folder, templates, font_set = map(Path, sys.argv[1:4])
    order = msgspec.json.decode((folder / ORDER).read_bytes(), type=Order)
    bound = Binder(folder, Press(templates, font_set), order).make()
    (folder / RESULT).write_bytes(msgspec.json.encode(bound))


if __name__ == "__main__":
    main()
