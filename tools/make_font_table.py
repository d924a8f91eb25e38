"""Make the bundled fonts and the table of advance widths from the DejaVu sources.

Run it by hand when the choice of characters changes; the results are committed. It needs
``fonttools`` and the DejaVu fonts of the system; the library itself needs neither::

    python tools/make_font_table.py /usr/share/fonts/truetype/dejavu

The same sources give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent.parent / "src" / "driverkit" / "diagram" / "fonts"

# What people write in a theory: the alphabets of Europe, Arabic and Hebrew, punctuation, money,
# arrows, mathematics, ticks and the plain geometric signs.
WANTED = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x0259, 0x0259),
    (0x02B9, 0x02DF),
    (0x0300, 0x0345),
    (0x0370, 0x03FF),
    (0x0400, 0x052F),
    (0x0591, 0x05F4),
    (0x0600, 0x06FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x2070),
    (0x2074, 0x208E),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x218F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2300, 0x2311),
    (0x2460, 0x2473),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x2610, 0x2612),
    (0x2639, 0x263B),
    (0x2660, 0x2667),
    (0x2696, 0x2696),
    (0x26A0, 0x26A1),
    (0x2713, 0x2718),
    (0x27A1, 0x27A1),
    (0x27E8, 0x27EB),
    (0xFB00, 0xFB06),
    (0xFB50, 0xFBFF),
    (0xFE70, 0xFEFC),
    (0xFEFF, 0xFEFF),
    (0xFFFD, 0xFFFD),
)
FACES = (("REGULAR", "DejaVuSans.ttf"), ("BOLD", "DejaVuSans-Bold.ttf"))


def subset(source: Path, target: Path) -> TTFont:
    """Write the wanted part of one font; give it back as it can be read from the file."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(hinting=False, glyph_names=False, legacy_kern=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.recalc_timestamp = False
    worker = Subsetter(options)
    worker.populate(unicodes=[c for first, last in WANTED for c in range(first, last + 1)])
    worker.subset(font)
    font.save(target, reorderTables=True)
    return TTFont(target)


def runs(widths: dict[int, int]) -> list[str]:
    """``start:w w*n w`` a line: the widths of consecutive characters, repeats counted."""
    lines: list[str] = []
    words: list[str] = []
    previous = -2
    for code in sorted(widths):
        if code != previous + 1:
            if words:
                lines.append(" ".join(words))
            words = [f"{code:x}:"]
        width = str(widths[code])
        head, _, count = words[-1].partition("*")
        if len(words) > 1 and head == width:
            words[-1] = f"{width}*{int(count or 1) + 1}"
        else:
            words.append(width)
        previous = code
    lines.append(" ".join(words))
    return lines


def main(folder: Path) -> None:
    """Write both subsets and the module with their advances."""
    out = [
        '"""Advance widths of the bundled fonts, in 1/2048 em. Made by tools/make_font_table.py."""',
        "",
        "from typing import Final",
        "",
    ]
    for name, file in FACES:
        font = subset(folder / file, HERE / file)
        assert font["head"].unitsPerEm == 2048
        metrics = font["hmtx"]
        widths = {code: metrics[glyph][0] for code, glyph in font.getBestCmap().items()}
        out += [f'{name}: Final = """\\', *runs(widths), '"""', ""]
        hhea = font["hhea"]
        print(file, (HERE / file).stat().st_size, len(widths), hhea.ascent, hhea.descent)
    (HERE / "advances.py").write_text("\n".join(out[:-1]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu"))
