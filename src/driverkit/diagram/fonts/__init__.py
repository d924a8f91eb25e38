"""The bundled fonts: subsets of DejaVu Sans, and how wide their characters are.

Text is measured with DejaVu Sans because, of the fonts that viewers commonly put in its place, it
is the widest: text that fits here fits there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["BOLD_FILE", "FAMILY", "FILES", "LICENSE_FILE", "REGULAR_FILE"]

_HERE = Path(__file__).resolve().parent

FAMILY: Final = "DejaVu Sans"
REGULAR_FILE: Final = _HERE / "DejaVuSans.ttf"
BOLD_FILE: Final = _HERE / "DejaVuSans-Bold.ttf"
LICENSE_FILE: Final = _HERE / "LICENSE-DejaVu.txt"
FILES: Final = (REGULAR_FILE, BOLD_FILE)
