"""The fonts of our papers, prepared once on each machine and kept in `<fonts>/<set>`; none is in the repository.

WeasyPrint keeps glyph numbers when it embeds a font, so time and size of a paper follow the highest number used: the
common characters are cut out, numbered in order of use and turned into TrueType; the whole fonts stay as fallback for
rare names. Papers are byte for byte the same per font set; `current().name` is the set's hash.

`python -m lianban.outside.fonts` prepares them; it does nothing when they stand already.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from lianban import errors
from lianban.outside.settings import settings, shipped

# Raise it when a change below must make new files.
RECIPE = 3

_RARE = '"HanaMinA","HanaMinB"'
SONG = f'"Lianban Song","Noto Serif CJK SC","Noto Serif SC",{_RARE}'
FANG = f'"Lianban Fang",{SONG}'
HEI = f'"Lianban Hei","Noto Sans CJK SC","Noto Sans SC",{_RARE}'

ONE_LINE = "apt-get install fonts-noto-cjk"
MISSING = f"没有找到中文字体（思源宋体、思源黑体）：请运行 {ONE_LINE}，然后再运行一次 make setup。"

CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""

ASCII = range(0x20, 0x7F)
SIGNS = [
    *range(0xA0, 0x180),
    *range(0x2000, 0x2070),
    *range(0x2100, 0x2200),
    *range(0x2460, 0x2600),
    *range(0x3000, 0x3040),
    *range(0x3200, 0x3300),
    *range(0xFF00, 0xFFF0),
]


class Cut(NamedTuple):
    """One cut font: the file to make, where it comes from, its family."""

    target: str
    sources: tuple[str, ...]
    family: str
    bold: bool = False
    needed: bool = True


CUTS = (
    Cut("song.ttf", ("NotoSerifCJK-Regular.ttc", "NotoSerifSC-Regular.otf"), "Lianban Song"),
    Cut("song-bold.ttf", ("NotoSerifCJK-Bold.ttc", "NotoSerifSC-Bold.otf"), "Lianban Song", bold=True, needed=False),
    Cut("hei.ttf", ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf"), "Lianban Hei"),
    Cut("fang.ttf", ("FandolFang-Regular.otf",), "Lianban Fang", needed=False),
)
WHOLE = (
    ("noto-serif-sc", ("NotoSerifCJK-Regular.ttc", "NotoSerifSC-Regular.otf")),
    ("noto-sans-sc", ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf")),
    ("hanamin-a", ("HanaMinA.ttf",)),
    ("hanamin-b", ("HanaMinB.ttf",)),
)


def _folders() -> Iterator[Path]:
    """Where systems keep fonts, and the Python packages that carry some."""
    for name in (
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/texlive/texmf-dist/fonts/opentype",
        "~/.local/share/fonts",
        "~/.fonts",
        "/Library/Fonts",
        "~/Library/Fonts",
    ):
        yield Path(name).expanduser()
    yield from (Path(p) / "pylopdf_fonts_zh_cn" for p in sys.path)


def find() -> dict[str, Path]:
    """Font files of this machine that we know how to use, by file name."""
    wanted = {n for cut in CUTS for n in cut.sources} | {n for _, names in WHOLE for n in names}
    found: dict[str, Path] = {}
    for folder in _folders():
        for path, _, files in os.walk(folder):
            for name in sorted(wanted.intersection(files)):
                found.setdefault(name, Path(path) / name)
    return found


def _first(found: dict[str, Path], names: Iterable[str]) -> Path | None:
    return next((found[n] for n in names if n in found), None)


def gb2312(rows: range) -> list[int]:
    """The characters of some rows of GB/T 2312 (16–55 level 1, 56–87 level 2)."""
    cells = (bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312", "ignore") for row, cell in product(rows, range(1, 95)))
    return [ord(c) for c in cells if c]


def hangul() -> list[int]:
    """The 2,350 syllables of KS X 1001: Longjing's papers are Chinese and Korean."""
    cells = (
        bytes((0xA0 + row, 0xA0 + cell)).decode("euc_kr", "ignore")
        for row, cell in product(range(16, 41), range(1, 95))
    )
    return [*range(0x3130, 0x3190), *(ord(c) for c in cells if c)]


def order() -> list[int]:
    """The characters to keep, the most used in our catalogue and templates first."""
    folders = (shipped("templates"), Path(__file__).parents[1] / "catalog")
    files = [p for folder in folders for p in sorted(folder.rglob("*.*")) if p.is_file()]
    counts = Counter("".join(p.read_text("utf-8") for p in files if p.suffix in {".yaml", ".html", ".txt"}))
    used = [ord(c) for c, _ in sorted(counts.items(), key=lambda e: (-e[1], e[0])) if c > "\x1f"]
    return list(dict.fromkeys([*ASCII, *used, *gb2312(range(16, 56)), *SIGNS, *gb2312(range(56, 88)), *hangul()]))


def _open(source: Path) -> Any:
    """The simplified Chinese face of a font file or collection."""
    from fontTools.ttLib import TTCollection, TTFont

    if source.suffix != ".ttc":
        return TTFont(source, recalcTimestamp=False)
    names = [f["name"].getDebugName(1) for f in TTCollection(source, lazy=True).fonts]
    chosen = next(i for i, name in enumerate(names) if name.endswith("CJK SC"))
    return TTFont(source, fontNumber=chosen, recalcTimestamp=False)


def _cut(job: tuple[Path, Path, str, bool], order: list[int]) -> None:
    """Cut one font to `order`, glyphs numbered in that order, outlines TrueType, family renamed.

    Every glyph is drawn once and only what papers need is built: a subsetter unpacks the whole font first.
    """
    from fontTools.fontBuilder import FontBuilder

    source, target, family, bold = job
    whole = _open(source)
    cmap = whole.getBestCmap()
    kept = {u: cmap[u] for u in order if u in cmap}
    names = list(dict.fromkeys([whole.getGlyphOrder()[0], *kept.values()]))
    builder = FontBuilder(whole["head"].unitsPerEm, isTTF=True)
    font = builder.font
    font.recalcBBoxes, font.recalcTimestamp = False, False
    for tag in ("head", "hhea", "OS/2", "name", "post"):
        font[tag] = whole[tag]
    font["post"].formatType, font["head"].glyphDataFormat = 3.0, 0
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(kept)
    builder.setupMaxp()
    builder.setupGlyf(_drawn(whole, names))
    outlines, advances = font["glyf"].glyphs, whole["hmtx"].metrics
    builder.setupHorizontalMetrics({name: (advances[name][0], getattr(outlines[name], "xMin", 0)) for name in names})
    font["maxp"].recalc(font)
    font["hhea"].recalc(font)
    font["OS/2"].recalcUnicodeRanges(font, pruneOnly=True)
    font["OS/2"].recalcCodePageRanges(font, pruneOnly=True)
    _rename(font, family, "Bold" if bold else "Regular")
    font.save(target)


def _drawn(font: Any, names: list[str]) -> dict[str, Any]:
    """TrueType outlines of some glyphs of a font that has cubic ones, to a thousandth of the em."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs, outlines = {}, font.getGlyphSet()
    for name in names:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, font["head"].unitsPerEm / 1000, reverse_direction=True))
        glyphs[name] = pen.glyph()
    return glyphs


def _rename(font: Any, family: str, style: str) -> None:
    texts = {
        1: family,
        2: style,
        4: f"{family} {style}",
        6: f"{family.replace(' ', '')}-{style}",
        16: family,
        17: style,
    }
    font["name"].names = [n for n in font["name"].names if n.platformID == 3]
    for name in font["name"].names:
        name.string = texts.get(name.nameID, name.string)


def _sources(found: dict[str, Path]) -> dict[str, Any]:
    files = {name: [str(p), p.stat().st_size, int(p.stat().st_mtime)] for name, p in sorted(found.items())}
    return {"recipe": RECIPE, "files": files}


def current() -> Path:
    """The prepared set: a folder with `fonts.conf` and `fonts/`. Raises Invalid with the line to run."""
    pointer = settings().fonts_dir / "current"
    if not pointer.is_file():
        raise errors.Invalid("文书字体还没有准备好：请运行 make setup。")
    return pointer.parent / pointer.read_text("ascii").strip()


def prepare() -> Path:
    """Make the set unless it stands already; returns its folder. Raises Invalid when the machine has no font for it."""
    root, found = settings().fonts_dir, find()
    sources = _sources(found)
    if (root / "current").is_file() and json.loads((current() / "sources.json").read_text("utf-8")) == sources:
        return current()
    cuts = [(cut, _first(found, cut.sources)) for cut in CUTS]
    if any(cut.needed and source is None for cut, source in cuts):
        raise errors.Invalid(MISSING)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".") as work:
        fonts = Path(work, "set", "fonts")
        fonts.mkdir(parents=True)
        jobs = [(source, fonts / cut.target, cut.family, cut.bold) for cut, source in cuts if source]
        with ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as workers:
            list(workers.map(partial(_cut, order=order()), jobs))
        for stem, names in WHOLE:
            if source := _first(found, names):
                _copy(source, fonts / stem)
        return _settle(fonts.parent, root, sources)


def _copy(source: Path, target: Path) -> None:
    """The whole font; of a collection only the simplified Chinese face."""
    if source.suffix == ".ttc":
        _open(source).save(target.with_suffix(".otf"))
    else:
        shutil.copyfile(source, target.with_suffix(source.suffix))


def _settle(made: Path, root: Path, sources: dict[str, Any]) -> Path:
    """Name the set by its content and point `current` at it, in one step each."""
    digest = hashlib.sha256()
    for file in sorted((made / "fonts").iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    (made / "sources.json").write_text(json.dumps(sources, indent=1), "utf-8")
    # Readable by everybody: papers are often printed by another user than the one who installed.
    made.chmod(0o755)
    target = root / digest.hexdigest()[:16]
    if target.exists():
        shutil.rmtree(target)
    made.rename(target)
    _index(target)
    pointer = root / ".current"
    pointer.write_text(target.name + "\n", "ascii")
    pointer.replace(root / "current")
    return target


def _index(target: Path) -> None:
    """Write `fonts.conf` and let fontconfig read the fonts once: later processes need not, nor may they write here."""
    conf = target / "fonts.conf"
    conf.write_text(CONF.format(cache=target / "cache"), "utf-8")
    program = "import ctypes; ctypes.CDLL('libfontconfig.so.1').FcInit()"
    subprocess.run([sys.executable, "-c", program], env={"FONTCONFIG_FILE": str(conf)}, check=False)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"文书字体：{prepare()}\n")
    except errors.Refusal as refusal:
        sys.exit(refusal.sentence)
