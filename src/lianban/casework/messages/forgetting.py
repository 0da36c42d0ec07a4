"""Messages are kept no longer than they are needed (个人信息保护法 19): what was told fades, that it was told stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.outside.database import connection

RECEIPTS = timedelta(days=30)
TEXTS = timedelta(days=180)
"""After the end of a case: as long as the law wants logs kept (网络安全法 21(3))."""

_OVER = "(SELECT id FROM cases WHERE COALESCE(closed_at, ended_at) < $1)"
_FADE = f"""
UPDATE messages SET text = '', phone_masked = '', about = '{{}}', handled_note = ''
WHERE case_id IN {_OVER} AND (text <> '' OR phone_masked <> '')
"""


async def forget(at: datetime) -> None:
    """Delete old receipts, and the texts and numbers of cases that ended long ago; in the caller's transaction."""
    await connection().execute("DELETE FROM message_receipts WHERE received_at < $1", at - RECEIPTS)
    await connection().execute(_FADE, at - TEXTS)
    await connection().execute(f"DELETE FROM message_numbers WHERE case_id IN {_OVER}", at - TEXTS)
