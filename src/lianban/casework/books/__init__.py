"""The whole case in one piece: bound as one PDF, or packed as a ZIP of the very files that are kept.

`contents` says what belongs in it for whom, `making` makes it in a folder of its own and hands it out in pieces.
"""

from lianban.casework.books.contents import Contents, holders, numbered, whole
from lianban.casework.books.files import File
from lianban.casework.books.making import Parcel, bound, packed, write

__all__ = ["Contents", "File", "Parcel", "bound", "holders", "numbered", "packed", "whole", "write"]
