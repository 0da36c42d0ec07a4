"""What came with a form, read by name; missing fields are empty, never an error."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile


class Form:
    """The submitted fields. Unknown names are empty, never an error."""

    def __init__(self, data: FormMultiDict) -> None:
        self._data = data

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> Form:
        """The form of this request."""
        return cls(await request.form())

    def text(self, name: str) -> str:
        """The last value of a field, without blanks around it."""
        texts = [v for v in self._data.getall(name, []) if isinstance(v, str)]
        return texts[-1].strip() if texts else ""

    def texts(self, name: str) -> list[str]:
        """All values of a repeated field that are not empty."""
        return [v.strip() for v in self._data.getall(name, []) if isinstance(v, str) and v.strip()]

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.text(name) not in ("", "no", "0")

    def files(self, name: str) -> list[UploadFile]:
        """The files that were really chosen."""
        return [v for v in self._data.getall(name, []) if isinstance(v, UploadFile) and v.filename]

    def named(self, prefix: str) -> dict[str, str]:
        """All fields whose name starts with `prefix`, by the rest of their name."""
        return {name[len(prefix) :]: self.text(name) for name in self.names(prefix)}

    def names(self, prefix: str) -> list[str]:
        """The names of fields that start with `prefix`, each once."""
        return [name for name in dict.fromkeys(self._data) if name.startswith(prefix)]
