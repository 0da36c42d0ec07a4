"""Packs the top folders into the wheel. A checkout uses them where they stand, so an editable install goes without."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """Called by hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" or "editable"."""
        if version == "standard":
            for name in ("templates", "migrations"):
                build_data["force_include"][name] = f"lianban/shipped/{name}"
