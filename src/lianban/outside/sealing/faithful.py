"""Whether a sealed file still shows the paper that was sent: a PDF may be rewritten by what is appended to it.

Beginning with the same bytes is not enough: an object that comes again at the end takes the place of the first one.
Pages, what they draw with and what the reader does on opening must be as they were; only annotations come in addition,
and none that could hide a page.
"""

from __future__ import annotations

import io

import pikepdf

COVERING = 0.25
"""The share of a page that nothing of a seal may reach: a round seal of 42 mm has a fiftieth."""
FREE = frozenset({"/Annots", "/Parent", "/P", "/StructParent", "/StructParents", "/Tabs", "/LastModified"})
"""What sealing may change in a page, and what leads back out of it."""
OPENING = ("/OpenAction", "/AA", "/Names", "/OCProperties", "/PageLabels")
"""What of the whole document decides what is seen."""


def shows_the_same(before: bytes, after: bytes) -> bool:
    """Whether `after` shows all that `before` shows. Blocks for some milliseconds."""
    try:
        with pikepdf.open(io.BytesIO(before)) as old, pikepdf.open(io.BytesIO(after)) as new:
            if len(old.pages) != len(new.pages):
                return False
            met: set[object] = set()
            if not all(_same(old.Root.get(key), new.Root.get(key), met) for key in OPENING):
                return False
            pairs = zip(old.pages, new.pages, strict=True)
            return all(_same(one.obj, other.obj, met) and not _hidden(one, other) for one, other in pairs)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, ArithmeticError):
        return False


def _same(one: object, other: object, met: set[object]) -> bool:
    """Whether two objects say the same all the way down. `met` remembers the pairs of numbers that were looked at."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if isinstance(a, pikepdf.Object) and isinstance(b, pikepdf.Object) and a.is_indirect and b.is_indirect:
            if (a.objgen, b.objgen) in met:
                continue
            met.add((a.objgen, b.objgen))
        if isinstance(a, pikepdf.Dictionary | pikepdf.Stream):
            if type(a) is not type(b) or not isinstance(b, pikepdf.Dictionary | pikepdf.Stream):
                return False
            if isinstance(a, pikepdf.Stream) and a.read_raw_bytes() != b.read_raw_bytes():
                return False
            names = set(a.keys()) - FREE
            if names != set(b.keys()) - FREE:
                return False
            waiting += [(a[name], b[name]) for name in names]
        elif isinstance(a, pikepdf.Array):
            if not isinstance(b, pikepdf.Array) or len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif type(a) is not type(b) or a != b:
            return False
    return True


def _hidden(one: pikepdf.Page, other: pikepdf.Page) -> bool:
    """Whether an annotation that was not there before reaches over too much of the page."""
    left, bottom, right, top = (float(edge) for edge in other.mediabox)
    most = COVERING * abs((right - left) * (top - bottom))
    known = {each.objgen for each in one.obj.get("/Annots", pikepdf.Array())}
    for each in other.obj.get("/Annots", pikepdf.Array()):
        x1, y1, x2, y2 = (float(edge) for edge in each.get("/Rect", [0, 0, 0, 0]))
        if each.objgen not in known and abs((x2 - x1) * (y2 - y1)) > most:
            return True
    return False
