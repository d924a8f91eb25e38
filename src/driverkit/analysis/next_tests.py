"""What to test next as a list that people read, and as a table."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from attrs import field, frozen

from driverkit.evidence.belief import BELIEF_RULE, BeliefRule
from driverkit.evidence.next_tests import NEXT_TESTS, STEPS, NextTest, NextTestRule
from driverkit.evidence.next_tests import next_tests as ranked
from driverkit.evidence.words import harmless
from driverkit.model import Theory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "NextTests", "next_tests"]

COLUMNS: Mapping[str, str] = {
    "rank": "its place on the list, from 1",
    "idea": "the id of the change idea",
    "text": "the words of the change idea",
    "step": "study (what was carried out), do (what is planned) or test (anew)",
    "cycle": "the id of the cycle to study, to carry out or to follow on from; empty for a first test",
    "scale": "the scale of the next test after Langley et al. 2009: very small, small, large or implement; several "
    "with ' or ' between them where the theory does not say enough for one answer",
    "why": "the name of the weightiest reason",
    "reason": "that reason as a sentence",
    "also": "the other reasons that apply, with a blank between them",
    "belief": "the word of the belief before the test",
    "sites": "sites that the theory's cycles name and that have not tried it, with '; ' between them",
}
"""What each column of the table says."""


@frozen
class NextTests(Sequence[NextTest]):
    """What to test next, the weightiest reason first: a list, a table, and text for people.

    Attributes:
        theory: the theory.
        tests: the list.
        rule: the rule that ranked it.
    """

    theory: Theory = field(repr=False)
    tests: tuple[NextTest, ...]
    rule: NextTestRule = field(repr=False)

    def __len__(self) -> int:
        return len(self.tests)

    @overload
    def __getitem__(self, place: int) -> NextTest: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[NextTest, ...]: ...
    def __getitem__(self, place: int | slice) -> NextTest | tuple[NextTest, ...]:
        return self.tests[place]

    def __iter__(self) -> Iterator[NextTest]:
        return iter(self.tests)

    def rows(self) -> list[dict[str, Any]]:
        """The table as a list of dicts, without pandas."""
        return [
            {
                "rank": test.rank,
                "idea": test.idea,
                "text": self.theory.node(test.idea).text,
                "step": test.step,
                "cycle": test.cycle or "",
                "scale": " or ".join(test.scales),
                "why": test.why,
                "reason": test.reason,
                "also": " ".join(test.also),
                "belief": test.belief,
                "sites": "; ".join(test.sites),
            }
            for test in self.tests
        ]

    @property
    def frame(self) -> pd.DataFrame:
        """The list as a table; ``.attrs["columns"]`` says what each column means."""
        import pandas as pd

        rows = self.rows()
        table = pd.DataFrame(
            {
                name: pd.array([row[name] for row in rows], dtype="int64" if name == "rank" else "string")
                for name in COLUMNS
            }
        )
        table.attrs["columns"] = dict(COLUMNS)
        return table

    def __str__(self) -> str:
        """One paragraph a test."""
        return "\n".join(
            f"{row['rank']}. {STEPS[row['step']]} {row['idea']} “{harmless(row['text'])}”"
            + (f" ({row['scale']} scale)" if row["step"] != "study" else "")
            + f"\n   {row['reason']}"
            + "".join(f"\n   Also: {sentence}" for sentence in test.also)
            for row, test in zip(self.rows(), self.tests, strict=True)
        )

    def _repr_html_(self) -> str:
        cells = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align: left'>{html.escape(harmless(str(text)))}</td>"
                for text in (
                    row["rank"],
                    f"{row['idea']}: {row['text']}",
                    STEPS[row["step"]] + (f" {row['cycle']}" if row["step"] != "test" else ""),
                    row["scale"] if row["step"] != "study" else "",
                    f"{row['reason']} {row['also']}",
                )
            )
            + "</tr>"
            for row in self.rows()
        )
        heads = "".join(
            f"<th style='text-align: left'>{h}</th>" for h in ("", "Idea", "Step", "Scale", "Why")
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"


def next_tests(
    theory: Theory,
    *,
    rule: NextTestRule = NEXT_TESTS,
    belief: BeliefRule = BELIEF_RULE,
    most: int | None = None,
) -> NextTests:
    """What to test next, at which scale, and why: a ranked list by a written rule.

    Args:
        theory: the theory.
        rule: how to rank: the record ``driverkit.evidence.next_tests.NEXT_TESTS``, which says in words what it
            does, or a record of your own.
        belief: the rule by which belief, and with it the scale of the next test, is judged.
        most: no more than that many; all, where left out.

    >>> from driverkit import examples
    >>> tests = next_tests(examples.load("leaving-hospital"), most=2)
    >>> print(tests)
    1. Carry out C8 “Ride vouchers for people who have no way to the clinic” (very small or small scale)
       Cycle T19 is planned: carry it out.
       Also: Nothing below the driver S10 has been studied yet, so nobody knows whether it can be moved.
    2. Test C4 “Teaching at six in the evening, when carers visit” (very small or small scale)
       Nothing below the driver S3 has been studied yet, so nobody knows whether it can be moved.
    """
    return NextTests(theory, ranked(theory, rule=rule, belief=belief, most=most), rule)
