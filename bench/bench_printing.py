"""How fast sheets are printed: ratios of ways that take turns in one process, so that the load of the machine cancels.

    .venv/bin/python bench/bench_printing.py [TURNS]

Bars: a warm sheet takes at most 1.3 times what WeasyPrint itself takes for the same HTML; in two layers it is at least
4 times faster than whole. CPU time, median of the turns; every turn prints a sheet of another day.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

from weasyprint import HTML, VERSION

from lianban.outside import fonts, printing
from lianban.outside.printing.jobs import UA
from lianban.outside.printing.layers import Layers
from lianban.outside.printing.press import Press
from lianban.outside.settings import shipped
from lianban.rules import sheetcode
from lianban.rules.catalog import loading
from lianban.rules.composer import compose
from lianban.rules.sheet import sheet_content

SHEET = "notices/sheet.html"


def contents(turns: int) -> list[dict[str, Any]]:
    """The same consultation of catering in Changsha on many days, everything answered."""
    edition = loading.load_edition(loading.shipped()["430100", "catering"])
    facts: dict[str, str] = {}
    while left := compose(edition, facts).open:
        facts[left[0].element] = left[0].branches[0][0]
    plan, contacts, code = compose(edition, facts), loading.contacts("430100"), sheetcode.encode(edition, facts)
    days = (date(2026, 11, 2) + timedelta(n) for n in range(turns))
    return [
        dict(sheet_content(edition, plan, facts, contacts, day, code, site="http://127.0.0.1:8000")) for day in days
    ]


def spent(way: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    started = time.process_time()
    way()
    return time.process_time() - started


def main(turns: int) -> None:
    """Measure and print one table."""
    press = Press(shipped("templates"), fonts.current())
    layers, style = Layers(press), press.style(SHEET)

    def own(said: dict[str, Any]) -> None:
        """WeasyPrint's own part for this HTML: nothing of ours but the font map, style and fetcher it is given."""
        html = HTML(string=pages[said["on"]], url_fetcher=press.fetcher)
        html.write_pdf(stylesheets=[style], font_config=press.fonts, pdf_variant=UA)

    ways: dict[str, Callable[[dict[str, Any]], object]] = {
        "WeasyPrint alone, same HTML, PDF/UA": own,
        "whole, PDF/UA (what is kept)": lambda said: press.whole(SHEET, said),
        "whole, untagged": lambda said: press.whole(SHEET, said, None),
        "two layers, untagged": lambda said: layers.fast(SHEET, said),
    }
    said = contents(turns + 1)
    pages = {each["on"]: press.html(SHEET, each) for each in said}
    for way in ways.values():
        way(said[0])
    times: dict[str, list[float]] = {name: [] for name in ways}
    for each in said[1:]:
        for name, way in ways.items():
            times[name].append(spent(lambda way=way, each=each: way(each)))  # type: ignore[misc]
    middle = {name: median(values) for name, values in times.items()}
    alone, whole, untagged, fast = middle.values()
    print(f"{platform.python_implementation()} {platform.python_version()}, WeasyPrint {VERSION}, ", end="")
    print(f"fonts {printing.font_set()}, {turns} turns, CPU time")
    for name, value in middle.items():
        print(f"{name:38}{value * 1000:8.1f} ms")
    print(f"{'whole : WeasyPrint alone':38}{whole / alone:8.2f}    (bar: at most 1.30)")
    print(f"{'whole : two layers':38}{whole / fast:8.2f}    (bar: at least 4.00)")
    print(f"{'whole untagged : two layers':38}{untagged / fast:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
