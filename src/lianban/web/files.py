"""Files on their way to a browser: to be looked at inside our pages, or kept."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response

from lianban.web.security import FILE_POLICY


def file(data: bytes, name: str, media_type: str, *, download: bool = False) -> Response[bytes]:
    """A file under its own, perhaps Chinese, name."""
    how = "attachment" if download else "inline"
    return Response(
        data,
        media_type=media_type,
        headers={
            "content-disposition": f"{how}; filename*=UTF-8''{quote(name)}",
            "content-security-policy": FILE_POLICY,
        },
    )


def pdf(data: bytes, name: str) -> Response[bytes]:
    """A PDF to look at."""
    return file(data, name, "application/pdf")
