"""Plain data to YAML text that every reader of YAML reads as the same data.

YAML 1.1 and 1.2 disagree on which words are texts; a word on which any of them could stumble is put
in quotes. Characters that an editor would not show are escaped.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

__all__ = ["entry_lines", "flow", "plain_ok", "scalar", "write_yaml", "written_number"]

# Words that some reader of YAML takes for something else than the text they are.
_SPECIAL = frozenset(
    "y n yes no on off true false null none nan inf ~ = << - ? :".split()  # noqa: SIM905 - reads best as one line
)
_NUMBER_LIKE = re.compile(
    r"[-+]?[.]?[0-9][0-9_.,:+\-eExXoObBaAcCdDfFtTzZ ]*$|[-+]?[.](?:inf|nan)$", re.IGNORECASE
)
_BAD_START = frozenset("-?:,[]{}#&*!|>'\"%@`=<~ \t")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\u00a0": "\\_",
    "\ufeff": "\\uFEFF",
}
_ESCAPED = re.compile('[\\\\"\n\t\u2028\u2029\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f]')
_UNSEEN = re.compile(
    "[\n\t\u2028\u2029\ufeff\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff]"
)


def plain_ok(text: str, *, in_flow: bool) -> bool:
    """Whether a text may stand without quotes and be read as that text by every reader of YAML."""
    if (
        not text
        or text[0] in _BAD_START
        or text[-1] in " \t:"
        or text.lower() in _SPECIAL
        or ": " in text
        or " #" in text
        or _UNSEEN.search(text)
        or not text.isprintable()
        or _NUMBER_LIKE.match(text)
        or "\u0085" in text
    ):
        return False
    if text.startswith(("---", "...")):
        return False
    return not (
        # PyYAML without its C part takes "?" for the end of a word there.
        in_flow and (any(c in text for c in ",[]{}?") or (":" in text and re.search(r":[,\[\]{}]|:$", text)))
    )


def double_quoted(text: str) -> str:
    """A text in double quotes, what cannot be seen escaped."""

    def escape(match: re.Match[str]) -> str:
        char = match.group()
        return _ESCAPES.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}")

    return '"' + _ESCAPED.sub(escape, text) + '"'


def scalar(value: Any, *, in_flow: bool = False, style: str = "") -> str:
    """One value on one line; ``style`` is the quote mark to keep where it will do."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return written_number(value)
    if isinstance(value, (int, dt.date)):
        return str(value)
    text = str(value)
    if style == "'" and not _UNSEEN.search(text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not plain_ok(text, in_flow=in_flow):
        return double_quoted(text)
    return text


def written_number(value: float) -> str:
    """A number as every reader of YAML takes it for a number."""
    # YAML 1.1 takes 1e+20 for text unless there is a point; Python writes none.
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    if e:
        if "." not in mantissa:
            mantissa += ".0"
        if exponent[0] not in "+-":
            exponent = "+" + exponent
        return f"{mantissa}e{exponent}"
    return text


def flow(value: Any) -> str:
    """A value in flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(k, in_flow=True)}: {flow(x)}" for k, x in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(x) for x in value) + "]"
    return scalar(value, in_flow=True)


def key(name: str, *, in_flow: bool = False) -> str:
    """A key: quoted where it has to be."""
    return name if plain_ok(name, in_flow=in_flow) and len(name) < 1000 else double_quoted(name)


def _is_small(value: Any) -> bool:
    """Whether a value reads well on the line of its key."""
    if isinstance(value, list):
        return all(not isinstance(x, (dict, list)) for x in value) and len(flow(value)) <= 90
    return isinstance(value, dict) and not value


def _row_like(items: list[Any]) -> bool:
    """Rows of a series and entries of ``contributes_to`` are best read one a line."""
    return all(
        isinstance(x, dict)
        and x
        and all(not isinstance(y, (dict, list)) for y in x.values())
        and len(flow(x)) <= 110
        for x in items
        if not isinstance(x, str)
    ) and any(
        isinstance(x, dict) and ("date" in x or "to" in x) and "id" not in x and "question" not in x
        for x in items
    )


def _literal(text: str, indent: int) -> list[str] | None:
    """A text of several lines as a literal block, where that gives exactly the same text back."""
    if "\n" not in text or text[0] in " \n\t" or not text.strip("\n"):
        return None
    body = text.removesuffix("\n")
    if body.endswith("\n"):
        return None
    lines = body.split("\n")
    if any(line != line.rstrip() or "\t" in line or _UNSEEN.search(line) for line in lines):
        return None
    if not all(line.isprintable() for line in lines):
        return None
    mark = "|" if text.endswith("\n") else "|-"
    return [mark, *((" " * indent + line) if line else "" for line in lines)]


def entry_lines(name: str, value: Any, indent: int) -> list[str]:
    """``key: value`` in block style, the first line without its indentation."""
    label = key(name) + ":"
    if len(label) > 1000:  # YAML reads a long key only where it is marked as one
        label = "? " + label[:-1] + "\n" + " " * indent + ":"
    return _after(label, value, indent)


def _after(label: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, (dict, list)) and not _is_small(value):
        if isinstance(value, dict):
            lines = [label]
            for k, x in value.items():
                sub = entry_lines(k, x, indent + 2)
                lines.append(" " * (indent + 2) + sub[0])
                lines.extend(sub[1:])
            return lines
        lines = [label]
        rows = _row_like(value)
        for item in value:
            lines.extend(item_lines(item, indent + 2, one_line=rows))
        return lines
    if isinstance(value, str):
        block = _literal(value, indent + 2)
        if block is not None:
            return [f"{label} {block[0]}", *block[1:]]
    if isinstance(value, (dict, list)):
        return [f"{label} {flow(value)}"]
    return [f"{label} {scalar(value)}"]


def item_lines(item: Any, indent: int, *, one_line: bool = False) -> list[str]:
    """``- item`` of a list in block style, with its indentation."""
    pad = " " * indent
    if isinstance(item, dict) and item and not one_line:
        lines: list[str] = []
        for k, x in item.items():
            sub = entry_lines(k, x, indent + 2)
            lines.append((pad + "- " if not lines else pad + "  ") + sub[0])
            lines.extend(sub[1:])
        return lines
    if isinstance(item, list) and item and not one_line and any(isinstance(x, (dict, list)) for x in item):
        inner = [line for x in item for line in item_lines(x, indent + 2)]
        return [pad + "- " + inner[0].lstrip(), *inner[1:]]
    if isinstance(item, (dict, list)):
        return [pad + "- " + flow(item)]
    if isinstance(item, str):
        block = _literal(item, indent + 2)
        if block is not None:
            return [pad + "- " + block[0], *block[1:]]
    return [pad + "- " + scalar(item)]


def write_yaml(plain: dict[str, Any]) -> str:
    """A whole document; an empty line before each section."""
    out: list[str] = []
    for name, value in plain.items():
        lines = entry_lines(name, value, 0)
        if out and (len(lines) > 1 or (out and out[-1] == "")):
            out.append("")
        out.extend(lines)
    return "\n".join(out) + "\n"
