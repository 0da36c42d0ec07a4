"""A code to scan, drawn into a page: no file, no script, no address of anybody else."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr(text: str, said: str) -> Markup:
    """The QR code of `text` as an SVG; `said` is what a screen reader says instead."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, light="#fff", nl=False)
    svg = Markup(out.getvalue().decode())
    return Markup('<span class="code" role="img" aria-label="{}">{}</span>').format(said, svg)
