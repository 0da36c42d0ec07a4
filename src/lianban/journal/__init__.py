"""The 办件日志: what happened, by whom, when. Append-only, chained per subject, without personal data.

A line names an event; what it says beyond that (`content`, never somebody's particulars) lies in a table of its own and
may be erased: the chain holds only its salted digest. Daily anchors outside the database make a cut tail visible.
"""

from lianban.journal.lines import Feed, Line, Stream, erase, feed, lines, record
from lianban.journal.proof import Report, anchor, verify

__all__ = ["Feed", "Line", "Report", "Stream", "anchor", "erase", "feed", "lines", "record", "verify"]
