"""Lianban (联办): one window, one form, joint processing by several departments."""

import os

__version__ = "0.1.0"

# Piccolo finds its engine and its tables through this name; set here so that it holds for every way in.
os.environ.setdefault("PICCOLO_CONF", "lianban.piccolo_app")
