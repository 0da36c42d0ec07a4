"""What may come in a request: text that a database can hold, and files in base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from lianban.errors import Invalid

Text = Annotated[str, msgspec.Meta(max_length=4000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A file: its name and its content in base64."""

    name: Short
    content: str


def data_of(file: File, place: str) -> bytes:
    """The bytes of a file. Raises Invalid when `content` is not base64."""
    try:
        return base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError) as error:
        sentence = f"“{file.name}”的内容不是有效的 base64，请重新编码后提交。"
        raise Invalid(sentence, {f"{place}.content": sentence}) from error


def storable(content: object, place: str = "") -> None:
    """Refuse (Invalid) text that no database can hold: NUL and lone surrogates."""
    if isinstance(content, str):
        if "\x00" in content or any("\ud800" <= letter <= "\udfff" for letter in content):
            raise Invalid("内容里有无法保存的字符，请删除后重新提交。", {place or "body": "有无法保存的字符。"})
    elif isinstance(content, Mapping):
        for name, value in content.items():
            storable(name, place)
            storable(value, f"{place}.{name}".strip("."))
    elif isinstance(content, Sequence) and not isinstance(content, bytes):
        for number, value in enumerate(content):
            storable(value, f"{place}.{number}".strip("."))
    elif isinstance(content, msgspec.Struct):
        storable(msgspec.structs.asdict(content), place)
