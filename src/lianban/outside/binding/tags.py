"""The structure tree of a book: the trees of its tagged pieces under one document, and a figure for each scanned page.

ISO 32000-1, 14.7: every tagged page names its line of the parent tree, so the lines of the pieces are numbered anew.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf


class Tree:
    """Grows with the book; `finish` puts it into the catalogue."""

    def __init__(self, book: Pdf) -> None:
        self.book = book
        self.root = book.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = book.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))
        self.lines: list[Object] = []

    def part(self, title: str) -> Object:
        """A new part of the document."""
        part = self.book.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document, T=pikepdf.String(title), K=Array())
        )
        self.document.K.append(part)
        return part

    def adopt(self, part: Object, source: Pdf, first: int) -> None:
        """The tree of a source whose pages stand in the book from index `first` on, under `part`."""
        old = source.Root.get("/StructTreeRoot")
        if old is None or "/ParentTree" not in old or "/K" not in old:
            return
        if not old.is_indirect:
            old = source.make_indirect(old)
        tree = self.book.copy_foreign(old)
        kids = tree.K if isinstance(tree.K, Array) else [tree.K]
        for kid in kids:
            kid.P = part
            part.K.append(kid)
        known = dict(_numbers(tree.ParentTree))
        offset = len(self.lines)
        for key in range(max(known, default=-1) + 1):
            self.lines.append(known.get(key, Array()))
        for index in range(first, first + len(source.pages)):
            page = self.book.pages[index].obj
            if "/StructParents" in page:
                page.StructParents = offset + int(page.StructParents)
            for note in page.get("/Annots", ()):
                if "/StructParent" in note:
                    note.StructParent = offset + int(note.StructParent)

    def figure(self, part: Object, page: Object, words: str, box: tuple[float, float, float, float]) -> None:
        """A page whose only marked content, number 0, is a picture of which `words` say what it shows."""
        figure = self.book.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Figure,
                P=part,
                Pg=page,
                Alt=pikepdf.String(words),
                K=0,
                A=Dictionary(O=Name.Layout, BBox=Array([round(edge, 2) for edge in box]), Placement=Name.Block),
            )
        )
        part.K.append(figure)
        page.StructParents = len(self.lines)
        page.Tabs = Name.S
        self.lines.append(self.book.make_indirect(Array([figure])))

    def finish(self) -> None:
        """Hang the tree into the book."""
        numbers = Array()
        for key, line in enumerate(self.lines):
            numbers.append(key)
            numbers.append(line)
        self.root.K = Array([self.document])
        self.root.ParentTree = self.book.make_indirect(Dictionary(Nums=numbers))
        self.root.ParentTreeNextKey = len(self.lines)
        self.book.Root.StructTreeRoot = self.root
        self.book.Root.MarkInfo = Dictionary(Marked=True)


def _numbers(tree: Object) -> list[tuple[int, Object]]:
    """A number tree, flat."""
    pairs = tree.get("/Nums", Array())
    found = [(int(pairs[n]), pairs[n + 1]) for n in range(0, len(pairs), 2)]
    for kid in tree.get("/Kids", ()):
        found += _numbers(kid)
    return found
