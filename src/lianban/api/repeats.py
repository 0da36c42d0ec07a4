"""The header with which a request may be repeated without doing anything twice."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from litestar.params import HeaderParameter

Key: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="重复提交时用同一个键，只做一次并得到同一个回答",
        max_length=200,
        required=False,
    ),
]
