"""What came with a form, read by name; missing fields are empty, never an error."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile

from lianban.errors import Invalid
from lianban.outside.clock import SHANGHAI

LONGEST_NUMBER = 9


def number(text: str) -> int | None:
    """A whole number as an address or a hidden field carries it; None when it is none, or absurdly long."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


class Form:
    """The submitted fields. Unknown names are empty, never an error."""

    def __init__(self, data: FormMultiDict) -> None:
        self._data = data

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> Form:
        """The form of this request. Raises Invalid for NUL, which no database can hold and no keyboard types."""
        data = await request.form()
        if any("\x00" in part for pair in data.multi_items() for part in pair if isinstance(part, str)):
            raise Invalid("内容里有无法保存的字符，请删除后重新提交。")
        return cls(data)

    def text(self, name: str) -> str:
        """The last value of a field, without blanks around it."""
        texts = [v for v in self._data.getall(name, []) if isinstance(v, str)]
        return texts[-1].strip() if texts else ""

    def texts(self, name: str) -> list[str]:
        """All values of a repeated field that are not empty."""
        return [v.strip() for v in self._data.getall(name, []) if isinstance(v, str) and v.strip()]

    def ids(self, name: str) -> list[UUID]:
        """The ids in a repeated field. Raises Invalid when one of them is none."""
        try:
            return [UUID(text) for text in self.texts(name)]
        except ValueError as error:
            raise Invalid("页面内容不完整，请刷新页面后再试。") from error

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

    def arrival(self, at: datetime) -> datetime | None:
        """The minute at which mail arrived (`arrived`, where `channel` is mail); None for now. Raises Invalid."""
        text = self.text("arrived")
        if self.text("channel") != "mail" or not text:
            return None
        try:
            arrived = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        except ValueError as error:
            sentence = "请填写收到邮件的时间，如 2026-11-02 09:30。"
            raise Invalid(sentence, {"arrived": sentence}) from error
        return None if timedelta(0) <= at - arrived < timedelta(minutes=1) else arrived
