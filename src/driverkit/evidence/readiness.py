"""Is a network ready, and what is it: the readiness profile, and sharing or execution network.

The four characteristics of a networked improvement community, and the framework for its initiation. Each
item is answered from the files where they say it, and asked for where they do not; there is no score.

>>> from driverkit.model import Aim, Member, Network, Theory
>>> hub = Theory("Fewer falls", aims=[Aim("A1", "Halve falls", target=4, by="2027-06-30")])
>>> ours = Theory("Ward 6", aims=[Aim("A", "Halve falls on ward 6", adapts="A1")])
>>> profile = readiness(Network("Safe wards", hub, members=[Member("m01", "Ward 6", ours)]))
>>> print(profile["common-aim"])
A common aim: yes. 1 of 1 member has an aim that adapts one of the hub's; 1 of the hub's 1 aim has a number and a date.
>>> [item.name for item in profile.questions][:3]
['orderly-diffusion', 'culture-norms-identity', 'convening']
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import frozen

from driverkit.errors import UnknownId
from driverkit.evidence.network_facts import Word, facts_of
from driverkit.evidence.network_kind import NetworkKind, kind_of
from driverkit.evidence.readiness_items import GROUPS, READINESS_RULE, Computed, ReadinessItem, ReadinessRule
from driverkit.evidence.words import harmless
from driverkit.model import Answer, Network
from driverkit.model.values import did_you_mean, near

__all__ = ["Readiness", "ReadinessLine", "readiness"]


@frozen
class ReadinessLine:
    """One item with what the files say and what the hub says.

    Attributes:
        item: the item.
        computed: what the files say; None where they cannot say it at all.
        said: what the hub says, in the ``readiness`` of network.yaml; None where it does not.
    """

    item: ReadinessItem
    computed: Computed | None
    said: Answer | None

    @property
    def name(self) -> str:
        """The name of the item."""
        return self.item.name

    @property
    def answer(self) -> Word:
        """What the files say; where they cannot tell, what the hub says; else cannot tell."""
        if self.computed is not None and self.computed.answer != "cannot tell":
            return self.computed.answer
        said = self.said.answer if self.said is not None else None
        return said if said is not None else "cannot tell"  # type: ignore[return-value]  # one of yes, partly, no

    @property
    def by(self) -> str:
        """Who says so: the files, the hub, or nobody."""
        if self.computed is not None and self.computed.answer != "cannot tell":
            return "files"
        return "hub" if self.said is not None and self.said.answer is not None else "nobody"

    @property
    def differs(self) -> bool:
        """Whether the hub says something else than the files."""
        return (
            self.by == "files"
            and self.said is not None
            and self.said.answer is not None
            and self.said.answer != self.answer
        )

    @property
    def asked(self) -> bool:
        """Whether nobody says it, so that it is asked."""
        return self.by == "nobody"

    @property
    def reason(self) -> str:
        """What the answer rests on, in words; both sides where they differ."""
        parts = [self.computed.reason] if self.computed is not None else []
        if self.said is not None:
            day = f" ({self.said.date.isoformat()})" if self.said.date is not None else ""
            because = f": {self.said.because.rstrip('.')}" if self.said.because else ""
            lead = "The hub says otherwise, " if self.differs else "The hub says "
            parts.append(f"{lead}{self.said.answer or 'nothing'}{day}{because}.")
        return " ".join(parts) or "Files cannot say this."

    def __str__(self) -> str:
        return f"{self.item.title}: {self.answer}. {self.reason}"


@frozen
class Readiness:
    """The readiness profile of a network. There is no score: each item stands for itself.

    Attributes:
        title: what the network is called.
        lines: the items, in their order.
        rule: what decided.
        kind: sharing or execution network, with the reasons.
        unknown: what is wrong with the answers in network.yaml, a sentence each: answers about what is no item.
    """

    title: str
    lines: tuple[ReadinessLine, ...]
    rule: ReadinessRule
    kind: NetworkKind
    unknown: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> ReadinessLine:
        """The line of an item.

        Raises:
            UnknownId: there is no such item.
        """
        known = {line.name: line for line in self.lines}
        if name not in known:
            raise UnknownId(str(name), near(str(name), known), "item of the readiness profile")
        return known[name]

    @property
    def questions(self) -> tuple[ReadinessItem, ...]:
        """The items that neither the files nor the hub answer: what to ask."""
        return tuple(line.item for line in self.lines if line.asked)

    @property
    def contradictions(self) -> tuple[ReadinessLine, ...]:
        """The lines on which the hub says something else than the files."""
        return tuple(line for line in self.lines if line.differs)

    def rows(self) -> list[dict[str, Any]]:
        """The profile as plain rows."""
        return [
            {
                "item": line.name,
                "title": line.item.title,
                "group": line.item.group,
                "answer": line.answer,
                "by": line.by,
                "files_say": line.computed.answer if line.computed is not None else "",
                "hub_says": (line.said.answer or "") if line.said is not None else "",
                "differs": line.differs,
                "reason": line.reason,
                "counts": dict(line.computed.counts) if line.computed is not None else {},
                "rests_on": list(line.computed.rests_on) if line.computed is not None else [],
                "question": line.item.question if line.asked else "",
            }
            for line in self.lines
        ]

    def to_dict(self) -> dict[str, Any]:
        """The profile as plain data."""
        return {
            "title": self.title,
            "rule": self.rule.name,
            "items": self.rows(),
            "questions": {item.name: item.question for item in self.questions},
            "unknown": list(self.unknown),
            "kind": self.kind.to_dict(),
        }

    def text(self) -> str:
        """The profile to read."""
        lines = [f"Readiness of {harmless(self.title)}", ""]
        for group, title in GROUPS.items():
            mine = [line for line in self.lines if line.item.group == group]
            if mine:
                lines += [title, *(f"  {harmless(str(line))}" for line in mine), ""]
        rest = [line for line in self.lines if line.item.group not in GROUPS]
        lines += [*(f"  {harmless(str(line))}" for line in rest), *([""] if rest else [])]
        lines += [
            *(f"  {line.strip()}" if n else line for n, line in enumerate(str(self.kind).split("\n"))),
            "",
        ]
        if self.questions:
            lines += ["To ask (answers go into readiness: of network.yaml)"]
            lines += [f"  {item.name}: {item.question}" for item in self.questions] + [""]
        lines += [harmless(sentence) for sentence in self.unknown]
        lines.append(f"Rule {self.rule.name}: {self.rule.summary}")
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        return self.text().rstrip("\n")


def readiness(
    network: Network, *, rule: ReadinessRule = READINESS_RULE, today: dt.date | None = None
) -> Readiness:
    """The readiness profile of a network: what the files say, what the hub says, and what to ask.

    Args:
        network: the network.
        rule: the items, and how each is answered.
        today: the day: those who had joined and not left by then are counted, and the common theory should
            not be older than the rule allows. Left out, those who have not left are counted. Versions,
            revision notes and recommendations of later days are not counted; for cycles and members' theories as
            they were, ask of ``network.as_of(day)``.

    Raises:
        FormatError: files of members cannot be read.
    """
    facts = facts_of(network, today=today, most=rule.most, within=rule.within)
    names = {item.name: item for item in rule.items}
    said: dict[str, Answer] = {}
    unknown = []
    for answer in network.readiness:
        if answer.about not in names:
            unknown.append(
                f"An answer in network.yaml is about {answer.about!r}, which is no item of the profile."
                f"{did_you_mean(answer.about, names)}"
            )
            continue
        before = said.get(answer.about)
        if before is None or (answer.date or dt.date.min) >= (before.date or dt.date.min):
            said[answer.about] = answer
    lines = tuple(
        ReadinessLine(item, item.judge(facts) if item.judge is not None else None, said.get(item.name))
        for item in rule.items
    )
    return Readiness(network.title, lines, rule, kind_of(facts), tuple(unknown))
