"""A save into a Markdown outline: the lines of what changed are changed, every other line stays.

A changed text is one changed line. What is new stands below what it contributes to, written as its
neighbours are; what is gone takes its own lines along. Ids are written only where they would be
others without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from driverkit.errors import FormatError, SaveError
from driverkit.formats.branches import Branch, branches, linked
from driverkit.formats.convert import to_plain
from driverkit.formats.limits import Limits
from driverkit.formats.loss import compared
from driverkit.formats.markdown_lines import Piece
from driverkit.formats.markdown_outline import (
    DEEPEST_HEADING,
    UNLINKED,
    Entry,
    Fact,
    block_of,
    detail_lines,
    dumps_markdown,
    entries_of,
    read_outline,
    remarks_of,
)
from driverkit.formats.markdown_text import plain, verbatim
from driverkit.model import Theory

__all__ = ["patch_markdown"]

_HARMLESS = re.compile(r"[^\s\\&\[\]{}#<>`*_~|$@^=+!-][^\n\t\\&\[\]{}#<>`|]*", re.DOTALL)
_NUMBERED = re.compile(r"([0-9]+)([.)])")


def patch_markdown(text: str, theory: Theory) -> str:
    """The text with what changed in it, all else as it was.

    Raises:
        SaveError: the change cannot be made in place.
    """
    wanted = read_outline(dumps_markdown(theory), None, Limits())[1]
    ids: set[str] = set()
    for _ in range(3):
        patch = _Patch(text, theory, ids)
        new = patch.text()
        try:
            got = read_outline(new, patch.file, Limits())[1]
        except FormatError as error:
            raise SaveError(f"The outline cannot be changed in place: {error.faults[0].message}") from error
        if not _differ(wanted, got):
            return new
        unwritten = {id for id, entry in patch.old.items() if not entry.written_id}
        shifted = {id for id in unwritten if id not in got or id not in wanted or _other(got, wanted, id)}
        ids = shifted - ids | ids if shifted - ids else unwritten | ids
    raise SaveError(
        "The outline cannot be changed in place, as words that are no part of the theory stand in between. "
        "Save under another name, or make the change by hand."
    )


def _differ(wanted: Theory, got: Theory) -> bool:
    lost = compared(to_plain(linked(wanted)), to_plain(linked(got)))
    return any(loss.how != "reordered" for loss in lost)


def _other(got: Theory, wanted: Theory, id: str) -> bool:
    return bool(got.node(id).text != wanted.node(id).text)


class _Patch:
    """One attempt: which lines go, which are others, and what comes after which."""

    def __init__(self, text: str, theory: Theory, ids: Iterable[str]) -> None:
        origin = theory.origin
        self.file = origin.file if origin is not None else None
        self.source = text
        self.outline, self.before = read_outline(text, self.file, Limits())
        self.theory = theory
        self.ids = set(ids)
        self.old: dict[str, Entry] = {
            e.node.id.text: e for e in self.outline.entries if e.node.id is not None
        }
        self.new: dict[str, Branch] = {b.node.id: b for root in branches(theory) for b in root.all()}
        self.was: dict[str, Branch] = {b.node.id: b for root in branches(self.before) for b in root.all()}
        self.lines = [line for line, _ in self.outline.lines]
        self.gone: set[int] = set()
        self.behind: dict[int, list[list[str]]] = {}  # blocks to come before a line, in order
        self.front: dict[int, list[str]] = {}  # single lines to come before a line
        self.loose_ends: set[int] = set()

    # -- the whole

    def text(self) -> str:
        self.title()
        stays = self.staying()
        for id, entry in self.old.items():
            if id not in stays:
                self.take_out(entry)
        named = {e.to for b in self.new.values() for e in b.further if b.node.id not in stays}
        self.ids |= {one for one in named if one in self.old}
        for id in stays:
            self.ids |= {
                e.to
                for e in self.new[id].further
                if e.to in self.old and e.to not in {r.text for r in self.old[id].refs}
            }
        for id in stays:
            self.change(self.old[id], self.new[id])
        self.add(stays)
        return self.put_together()

    def put_together(self) -> str:
        eol = next((e for e in re.findall("\r\n|\r|\n", self.source)), "\n")
        for piece in self.outline.pieces:
            if piece.kind == "quote":
                self.close_quote(piece)
        out: list[str] = []
        starts = [at for _, at in self.outline.lines] + [len(self.source)]

        def block(lines: list[str], spaced: bool) -> None:
            if out and not out[-1].endswith(("\n", "\r")):
                out[-1] += eol
            if spaced and out and out[-1].strip():
                out.append(eol)
            out.extend(line + eol for line in lines)

        for number in range(len(self.lines) + 1):
            for lines in self.behind.get(number, ()):
                block(lines[1:], bool(lines[0]))
                if lines[0] and number < len(self.lines) and self.lines[number].strip():
                    out.append(eol)
            for line in self.front.get(number, ()):
                block([line], False)
            if number == len(self.lines):
                break
            if number in self.gone:
                continue
            end = self.source[starts[number] + len(self.outline.lines[number][0]) : starts[number + 1]]
            out.append(self.lines[number] + end)
        return "".join(out)

    def title(self) -> None:
        outline, title = self.outline, self.theory.title
        if title == self.before.title:
            return
        if outline.title_lines is None:
            where = outline.front
            while where < len(self.lines) and not self.lines[where].strip():
                where += 1
            self.behind.setdefault(where, []).append(["spaced", f"**{verbatim(title)}**"])
            return
        first, last = outline.title_lines
        if outline.title_bold:
            self.lines[first] = f"**{verbatim(title)}**"
        elif title.isprintable() and title == title.strip() and title[0] not in "'\"":
            self.lines[first] = f"title: {title}"
        else:
            raise SaveError(
                "The title cannot be a line of the front matter. Give it another, without line breaks."
            )
        self.gone |= set(range(first + 1, last))

    def staying(self) -> dict[str, None]:
        """The ids of the nodes whose lines stay where they are."""
        stays: dict[str, None] = {}
        for id, entry in self.old.items():  # what stands above comes first
            branch = self.new.get(id)
            if branch is None or branch.kind != entry.node.kind:
                continue
            targets = [e.to for e in entries_of(branch)]
            implied = not entry.refs and not self.theory.node(id).contributes_to
            above = entry.above.node.id.text if entry.above is not None and entry.above.node.id else None
            if (
                branch.kind == "aim"
                # A link that is implied is written nowhere, and needs no place.
                or (above is None and (bool(branch.node.contributes_to) is bool(entry.refs) or implied))
                or (
                    above in targets
                    and above in stays
                    and (not self.hangs_by_name(entry) or targets[0] == above)
                )
            ):
                stays[id] = None
        return stays

    def hangs_by_name(self, entry: Entry) -> bool:
        """Whether it is a heading of the deepest level that says in brackets what it hangs on."""
        return (
            entry.level == DEEPEST_HEADING
            and entry.above is not None
            and entry.above.level == DEEPEST_HEADING
        )

    # -- taking out

    def take_out(self, entry: Entry) -> None:
        spans = [(entry.head.first, entry.head.last)]
        spans += [(piece.first, piece.last) for piece in entry.detail]
        spans += [(fact.first, fact.last) for fact in entry.facts]
        if entry.head.kind == "item" and any(
            p.kind == "item" and p.inside and p.inside[-1] is entry.head for p in self.outline.pieces
        ):
            raise SaveError(
                f"Line {entry.head.first + 1} holds further items inside it. Move those by hand, then save again."
            )
        for first, last in spans:
            self.gone |= set(range(first, last))
        # Of the empty lines around only those above stay.
        for first, last in spans:
            if first == 0 or not self.lines[first - 1].strip() or first - 1 in self.gone:
                while last < len(self.lines) and not self.lines[last].strip():
                    self.gone.add(last)
                    last += 1

    # -- changing

    def change(self, entry: Entry, branch: Branch) -> None:
        was = self.was[branch.node.id]
        self.head(entry, branch, was)
        if was.node.detail != branch.node.detail:
            self.detail(entry, was.node.detail, branch.node.detail)
        old = remarks_of(was.node, was.kind, entries_of(was))
        new = remarks_of(branch.node, branch.kind, entries_of(branch))
        if sorted(old) != sorted(new) or [o for o in old if o[0] == "tags"] != [
            n for n in new if n[0] == "tags"
        ]:
            self.remarks(entry, old, new)

    def head(self, entry: Entry, branch: Branch, was: Branch) -> None:
        piece = entry.head
        node = branch.node
        raw = piece.words.raw
        words, marks = raw[: entry.words], raw[entry.words :]
        targets = [e.to for e in entries_of(branch)]
        wants_id = node.id in self.ids and not entry.written_id
        if targets != [e.to for e in entries_of(was)] or wants_id:
            above = entry.above.node.id.text if entry.above is not None and entry.above.node.id else None
            named = targets
            if above is not None and targets[:1] == [above] and not self.hangs_by_name(entry):
                deep = entry.level == DEEPEST_HEADING and len(targets) > 1
                named = targets if deep else targets[1:]
            if named == [ref.text for ref in entry.refs]:
                marks = marks.rstrip()
            else:
                marks = "".join(f" [{one}]" for one in named)
                marks += f" {{#{node.id}}}" if entry.written_id else ""
            marks += f" {{#{node.id}}}" if wants_id else ""
        lead = piece.lead
        if piece.ticked and node.status != "adopted":
            lead = re.sub(r"\[[xX]\]", "[ ]", lead)
        if node.text == was.node.text and marks == raw[entry.words :] and lead == piece.lead:
            return
        if node.text != was.node.text:
            light = (
                words == plain(words)
                and _HARMLESS.fullmatch(node.text)
                and not re.search(r"\s\s|\s\Z|www\.|:\S|\A[0-9]+[.)]", node.text)
            )
            if (
                len(piece.parts) > 1
                and marks == raw[entry.words :]
                and self.one_line(piece, was.node.text, node.text, marks)
            ):
                return
            words = node.text if light else verbatim(node.text)
        elif len(piece.parts) > 1 and lead == piece.lead:
            last = piece.parts[-1][0].rstrip(" \t")
            number = piece.first + len(piece.parts) - 1
            kept = (
                last[: len(last) - len(raw[entry.words :].strip())].rstrip()
                if raw[entry.words :].strip()
                else last
            )
            self.lines[number] = self.prefix(number, piece.parts[-1][1]) + kept + marks
            return
        else:
            words = words.replace("\n", "&#10;")
        self.lines[piece.first] = lead + words + marks + piece.tail
        self.gone |= set(range(piece.first + 1, piece.first + len(piece.parts)))

    def prefix(self, number: int, at: int) -> str:
        """What stands before the words on a line."""
        return self.outline.lines[number][0][: at - self.outline.lines[number][1]]

    def one_line(self, piece: Piece, old: str, new: str, marks: str = "") -> bool:
        """Change the one line of several in which the change lies; whether there is such a line."""
        parts = [part.rstrip(" \t") for part, _ in piece.parts]
        if marks:
            parts[-1] = parts[-1][: len(parts[-1]) - len(marks.strip())].rstrip()
        if any(part.endswith("\\") or piece.parts[n][0].endswith("  ") for n, part in enumerate(parts)):
            return False
        texts = [plain(part) for part in parts]
        if " ".join(texts) != old:
            return False
        for n in range(len(texts)):
            before = " ".join([*texts[:n], ""])
            after = " ".join(["", *texts[n + 1 :]])
            middle = new[len(before) : len(new) - len(after)]
            if new.startswith(before) and new.endswith(after) and len(before) + len(after) < len(new):
                if "\n" in middle or middle != middle.strip():
                    continue
                number = piece.first + n
                ending = f" {marks.strip()}" if marks.strip() and n == len(texts) - 1 else ""
                light = parts[n] == texts[n] and _HARMLESS.fullmatch(middle) and "  " not in middle
                self.lines[number] = (
                    self.prefix(number, piece.parts[n][1]) + (middle if light else verbatim(middle)) + ending
                )
                return True
        return False

    def detail(self, entry: Entry, old: str | None, new: str | None) -> None:
        if len(entry.detail) == 1 and old and new and self.one_line(entry.detail[0], old, new):
            return
        indent = " " * _width(entry.head) if entry.head.kind == "item" else ""
        where = entry.head.last
        if entry.detail:
            where = entry.detail[0].first
            for piece in entry.detail:
                self.gone |= set(range(piece.first, piece.last))
                if piece is not entry.detail[0] or new is None:
                    above = piece.first - 1
                    while above > entry.head.first and not self.lines[above].strip():
                        self.gone.add(above)
                        above -= 1
        if new is not None:
            self.behind.setdefault(where, []).append(["spaced", *detail_lines(new, indent)])

    def remarks(self, entry: Entry, old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
        facts: dict[str, list[Fact]] = {}
        for fact in entry.facts:
            facts.setdefault(f"{fact.key} {fact.to}" if fact.to else fact.key, []).append(fact)
        here = entry.node.id.text if entry.node.id is not None else ""
        added: list[str] = []
        for key in dict.fromkeys(key for key, _ in [*old, *new]):
            before = [line for k, line in old if k == key]
            after = [line for k, line in new if k == key]
            if before == after:
                continue
            there = facts.get(key, [])
            if not there and key.startswith("said "):
                self.drop_also(here, key.removeprefix("said "))
            for n, fact in enumerate(there):
                if n >= len(after):
                    self.drop(fact)
                elif n >= len(before) or before[n] != after[n]:
                    self.rewrite(fact, after[n])
            extra = after[len(there) :]
            if extra and there:
                self.front.setdefault(there[-1].last, []).extend(
                    self.prefix(there[-1].first, there[-1].piece.parts[0][1]) + verbatim(line)
                    for line in extra
                )
                self.loose_ends.add(id(there[-1].piece))
            elif not (key == "status" and entry.head.ticked and after and after[0].endswith(" adopted")):
                added += extra
        if not added:
            return
        kept = [fact for fact in entry.facts if fact.first not in self.gone]
        if kept:
            first = kept[0]
            prefix = self.prefix(first.first, first.piece.parts[first.first - first.piece.first][1])
            single = first.piece.last - first.piece.first == 1
            broken = single or self.outline.lines[first.piece.first][0].rstrip().endswith("\\")
            self.front.setdefault(first.first, []).extend(
                prefix + verbatim(line) + "\\" * broken for line in added
            )
        else:
            item = entry.head.kind == "item"
            indent = " " * _width(entry.head) if item else ""
            lines = [
                f"{indent}> {verbatim(line)}" + "\\" * (n < len(added) - 1) for n, line in enumerate(added)
            ]
            where = entry.detail[-1].last if entry.detail else entry.head.last
            spaced = "spaced" if not item or entry.detail else ""
            self.behind.setdefault(where, []).append([spaced, *lines])

    def drop(self, fact: Fact) -> None:
        self.gone |= set(range(fact.first, fact.last))
        self.loose_ends.add(id(fact.piece))
        piece = fact.piece
        if all(n in self.gone for n in range(piece.first, piece.last)) and piece.first not in self.front:
            above = piece.first - 1
            if above >= 0 and not self.lines[above].strip() and not piece.inside:
                self.gone.add(above)

    def rewrite(self, fact: Fact, line: str) -> None:
        _, at = fact.piece.parts[fact.first - fact.piece.first]
        last = self.outline.lines[fact.last - 1][0].rstrip()
        broken = (len(last) - len(last.rstrip("\\"))) % 2 and fact.last < fact.piece.last
        self.lines[fact.first] = self.prefix(fact.first, at) + verbatim(line) + "\\" * bool(broken)
        self.gone |= set(range(fact.first + 1, fact.last))

    def drop_also(self, cause: str, effect: str) -> None:
        for host, fact in self.outline.also:
            id = host.node.id.text if host.node.id is not None else ""
            if id == effect and fact.value.text.partition(" ")[0] == cause:
                self.drop(fact)

    def close_quote(self, piece: Piece) -> None:
        """Let the last line of a quotation be broken off no more, and one that is followed be so."""
        if id(piece) not in self.loose_ends:
            return
        left = [n for n in range(piece.first, piece.last) if n not in self.gone]
        if piece.last in self.front and left and self.front[piece.last]:
            run = [self.lines[left[-1]], *self.front[piece.last]]
            run = [
                line if _is_broken(line) or n == len(run) - 1 else line + "\\" for n, line in enumerate(run)
            ]
            self.lines[left[-1]], self.front[piece.last] = run[0], run[1:]
        elif left and left[-1] != piece.last - 1 and _is_broken(self.lines[left[-1]]):
            self.lines[left[-1]] = self.lines[left[-1]].rstrip()[:-1]

    # -- adding

    def add(self, stays: dict[str, None]) -> None:
        for branch in list(self.new.values()):
            if branch.node.id in stays:
                continue
            above = branch.above
            if above is None:
                self.add_root(branch, stays)
            elif above.node.id in stays:
                self.add_below(branch, self.old[above.node.id], stays)

    def emitted(self, branch: Branch, level: int, stays: dict[str, None]) -> list[str]:
        """The lines of a new driver or aim with everything new below it."""
        lines: list[str] = []
        waiting = [(branch, level)]
        while waiting:
            one, level = waiting.pop()
            lines += [""] * bool(lines) + block_of(one, level)
            ideas = [i for i in one.ideas if i.node.id not in stays]
            for n, idea in enumerate(ideas):
                lines += ([""] if n == 0 else []) + block_of(idea)
            waiting += [(d, level + 1) for d in reversed(one.drivers) if d.node.id not in stays]
        return lines

    def add_root(self, branch: Branch, stays: dict[str, None]) -> None:
        unlinked = self.outline.unlinked
        end = len(self.lines)
        if branch.kind == "aim":
            where = end if unlinked is None else self.before_rule(unlinked.first)
            self.behind.setdefault(where, []).append(["spaced", *self.emitted(branch, 1, stays)])
            return
        lines = block_of(branch) if branch.kind == "change" else self.emitted(branch, 2, stays)
        if unlinked is not None:
            where = end if branch.kind == "driver" else unlinked.last
            self.behind.setdefault(where, []).append(["spaced", *lines])
            return
        blocks = self.behind.setdefault(end, [])
        if self.theory.aims and ["spaced", "---", "", f"> {UNLINKED}"] not in blocks:
            blocks.append(["spaced", "---", "", f"> {UNLINKED}"])
        elif not self.theory.aims and branch.kind == "change":
            first = next((p.first for p in self.outline.pieces if p.kind in ("heading", "item")), end)
            blocks = self.behind.setdefault(first, [])
        blocks.append(["spaced", *lines])

    def before_rule(self, number: int) -> int:
        """The line of the rule above the nodes that are linked to nothing."""
        rules = [p for p in self.outline.pieces if p.kind == "rule" and p.first < number]
        between = rules and not any(
            p for p in self.outline.pieces if rules[-1].first < p.first < number and p.kind != "comment"
        )
        return rules[-1].first if between else number

    def add_below(self, branch: Branch, above: Entry, stays: dict[str, None]) -> None:
        if branch.kind == "change":
            siblings = [
                e
                for e in self.outline.entries
                if e.head.kind == "item" and e.above is above and e.node.id is not None and not e.head.inside
            ]
            left = [e for e in siblings if e.node.id is not None and e.node.id.text in stays]
            if siblings:
                model = (left or siblings)[-1]
                lead = re.sub(r"\[[ xX]\][ \t]+\Z", "", model.head.lead)
                number = _NUMBERED.search(lead)
                if number:
                    count = sum(1 for b in self.behind.get(self.end_of(model), ()) if not b[0])
                    lead = lead.replace(number.group(), f"{int(number[1]) + 1 + count}{number[2]}")
                self.behind.setdefault(self.end_of(model), []).append(["", *block_of(branch, bullet=lead)])
            else:
                self.behind.setdefault(self.own_end(above), []).append(["spaced", *block_of(branch)])
                blocks = self.behind[self.own_end(above)]
                if len(blocks) > 1 and blocks[-2][1].startswith("- "):
                    blocks[-1][0] = ""
            return
        level = above.level + 1
        self.behind.setdefault(self.region_end(above), []).append(
            ["spaced", *self.emitted(branch, level, stays)]
        )

    def own_end(self, entry: Entry) -> int:
        """The line after what belongs to a node itself."""
        spans = [entry.head.last, *(p.last for p in entry.detail), *(f.piece.last for f in entry.facts)]
        return max(spans)

    def end_of(self, item: Entry) -> int:
        """The line after an item with everything inside it."""
        inside = [p.last for p in self.outline.pieces if item.head in p.inside]
        return max([self.own_end(item), *inside])

    def region_end(self, above: Entry) -> int:
        """The line after everything that stands below a heading."""
        nodes = self.outline.entries
        index = nodes.index(above)
        until = len(self.lines)
        for other in nodes[index + 1 :]:
            if other.level and other.level <= above.level and not self.within(other, above):
                until = other.head.first
                break
        unlinked = self.outline.unlinked
        if unlinked is not None and above.head.first < unlinked.first < until:
            until = self.before_rule(unlinked.first)
        kinds = ("heading", "item", "words", "quote", "code", "indented")
        ends = [
            p.last for p in self.outline.pieces if above.head.first <= p.first < until and p.kind in kinds
        ]
        return max(ends)

    @staticmethod
    def within(entry: Entry, above: Entry) -> bool:
        """Whether one hangs on the other, through others or not."""
        found: Entry | None = entry
        while found is not None and found is not above:
            found = found.above
        return found is above


def _is_broken(line: str) -> bool:
    line = line.rstrip()
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _width(item: Piece) -> int:
    """How far in the lines inside an item stand: below its words, or below the box before them."""
    return len(re.sub(r"\[[ xX]\][ \t]+\Z", "", item.lead).expandtabs(4))
