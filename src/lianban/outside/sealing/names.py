"""Who a certificate is for, as people read it."""

from __future__ import annotations

from typing import Any


def plain_name(name: Any) -> str:
    """The common name of an X.500 name (asn1crypto), its organisation behind it where that says something else."""
    told = name.native
    common, organisation = str(told.get("common_name") or ""), str(told.get("organization_name") or "")
    if not common:
        return organisation or str(name.human_friendly)
    return f"{common}（{organisation}）" if organisation and organisation not in common else common
