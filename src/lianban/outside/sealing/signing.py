"""A PDF gets a signature appended (PAdES), its visible text in the seal box, tagged for screen readers.

The unsigned file stays as it is at the beginning of the signed one. The signature allows no later change.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from lianban.outside.sealing.orders import Place

FIELD = "seal"
PRINT, LOCKED = 4, 128
"""Flags of the widget: it is printed, and it stays where it is."""
_NAME = generic.pdf_name
_WHOLE = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MID,
    y_align=layout.AxisAlignment.ALIGN_MID,
    margins=layout.Margins.uniform(0),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """What is seen: a page of its own as PDF, and the same in words for who cannot see it."""

    page: bytes
    words: str


class _Page(PdfContent):
    """The first page of a PDF, drawn as it is."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        super().__init__()

    def render(self) -> bytes:
        drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.data)))
        self.resources.xobject["/Seen"] = drawn
        left, bottom, right, top = (float(edge) for edge in drawn.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=right - left, height=top - bottom)
        return b"/Seen Do"


class _Signer(PdfSigner):
    """A signer whose time is the caller's, not the clock's."""

    def __init__(self, at: datetime, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at

    def init_signing_session(self, *args: Any, **more: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **more)
        session.system_time = self.at
        return session


def sign(
    document: bytes,
    signer: signers.Signer,
    *,
    place: Place | None,
    looks: Looks | None,
    name: str,
    reason: str,
    at: datetime,
) -> bytes:
    """The signed document. Blocks, and wants a thread without an event loop."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    style = None
    if place is None or looks is None:
        append_signature_field(writer, SigFieldSpec(FIELD))
    else:
        box = (place.left, place.bottom, place.right, place.top)
        append_signature_field(writer, SigFieldSpec(FIELD, on_page=place.page, box=box))
        _tag(writer, place.page, looks.words)
        style = StaticStampStyle(
            border_width=0, background=_Page(looks.page), background_layout=_WHOLE, background_opacity=1.0
        )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=name,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    out: io.BytesIO = _Signer(at, meta, signer, stamp_style=style).sign_pdf(writer, existing_fields_only=True)
    return out.getvalue()


def _tag(writer: IncrementalPdfFileWriter, page: int, words: str) -> None:
    """Put the widget of the signature into the tree of tags, last in the document (PDF/UA-1, 7.18)."""
    widget = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field = widget.get_object()
    field["/TU"] = generic.pdf_string(words)
    field["/F"] = generic.NumberObject(PRINT | LOCKED)
    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    parent = tree["/K"].raw_get(0)
    page_ref, _ = writer.find_page_for_modification(page)
    element = writer.add_object(
        generic.DictionaryObject(
            {
                _NAME("/Type"): _NAME("/StructElem"),
                _NAME("/S"): _NAME("/Form"),
                _NAME("/P"): parent,
                _NAME("/Pg"): page_ref,
                _NAME("/Alt"): generic.pdf_string(words),
                _NAME("/K"): generic.DictionaryObject(
                    {_NAME("/Type"): _NAME("/OBJR"), _NAME("/Obj"): widget, _NAME("/Pg"): page_ref}
                ),
            }
        )
    )
    kids = parent.get_object()["/K"]
    kids.append(element)
    writer.update_container(kids)
    numbers = tree["/ParentTree"]["/Nums"]
    key = 1 + max(int(numbers[n]) for n in range(0, len(numbers), 2))
    field["/StructParent"] = generic.NumberObject(key)
    numbers.extend([generic.NumberObject(key), element])
    writer.update_container(numbers)
    writer.update_container(field)
