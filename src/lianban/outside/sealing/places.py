"""Where the seal goes: read from the paper itself, whose layout has named the box."""

from __future__ import annotations

import io
import math

import pikepdf

from lianban.outside.sealing.orders import Place

NAME = "seal"


def place_of(document: bytes) -> Place | None:
    """The rectangle of the destination `seal` of a paper of ours, None when it has none."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        names = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests", pikepdf.Dictionary()).get("/Names")
        if names is None:
            return None
        told = {str(names[n]): names[n + 1] for n in range(0, len(names), 2)}
        target = told.get(NAME)
        if target is None or str(target[1]) != "/FitR":
            return None
        left, bottom, right, top = (float(target[n]) for n in range(2, 6))
        page = [each.obj.objgen for each in pdf.pages].index(target[0].objgen)
        # Whole points, outwards: what is put there covers the frame of the box.
        return Place(page, math.floor(left), math.floor(bottom), math.ceil(right), math.ceil(top))
