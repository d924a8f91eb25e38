"""``driverkit record``: a PDSA cycle, stage by stage."""

from __future__ import annotations

from typing import Any

import click

from driverkit.cli.editing import edit, editing
from driverkit.cli.support import examples, write
from driverkit.errors import UsageError
from driverkit.model import ChangeIdea, PdsaCycle, Theory

__all__ = ["record"]

# The option, the path of the field, and what it says.
_FIELDS = (
    ("--team", "team", "Who did it: the id of a team."),
    ("--site", "site", "Where."),
    ("--scale", "scale", "How many people, classes, records were in it."),
    ("--conditions", "conditions", "Under what conditions."),
    ("--follows", "follows", "The cycle that it follows in its ramp."),
    ("--adapted-from", "adapted_from", "The cycle, maybe of another file, that it adapts."),
    ("--plan", "plan.date", "The day of the plan; it dates the predictions."),
    ("--objective", "plan.objective", "What the cycle is to find out."),
    ("--do", "do.date", "The day it was done."),
    ("--observed", "do.observed", "What was seen."),
    ("--study", "study.date", "The day results were compared with predictions."),
    ("--learned", "study.learned", "What was learned."),
    ("--act", "act.date", "The day of the decision."),
    ("--decision", "act.decision", "adopt, adapt, expand or abandon."),
    ("--next", "act.next", "What comes next."),
)


def _with_fields(command: Any) -> Any:
    for option, path, words in reversed(_FIELDS):
        name = path.replace(".", "_")
        meta = (
            "DATE"
            if path.endswith("date")
            else "ID"
            if path in ("team", "follows", "adapted_from")
            else "TEXT"
        )
        command = click.option(option, name, metavar=meta, help=words)(command)
    return command


@click.command(
    epilog=examples(
        "driverkit record theory.yaml C1 --plan 2026-03-02 --scale 3 \\\n"
        '        --question "can people repeat it" --prediction "2 of 3"',
        "driverkit record theory.yaml T-x4kd --do 2026-03-04 --observed 'took four minutes' \\\n"
        "        --found '3 of 3' --result confirmed",
        "driverkit record theory.yaml T-x4kd --study 2026-03-05 --act 2026-03-05 --decision adapt",
    )
)
@click.argument("file")
@click.argument("id")
@_with_fields
@click.option(
    "--question",
    "questions",
    multiple=True,
    metavar="TEXT",
    help="What is to be found out; one a prediction.",
)
@click.option(
    "--prediction",
    "predictions",
    multiple=True,
    metavar="TEXT",
    help="What is expected, written before doing.",
)
@click.option(
    "--found",
    "found",
    multiple=True,
    metavar="TEXT",
    help="What was found, for each open prediction in turn.",
)
@click.option(
    "--result",
    "results",
    multiple=True,
    metavar="WORD",
    help="confirmed, mixed or refuted, in turn likewise.",
)
@click.option(
    "--predicted-on", metavar="DATE", help="The day of these predictions, where it is not that of the plan."
)
@click.option("--as-planned/--not-as-planned", default=None, help="Whether it went as planned.")
@click.option("--cycle-id", metavar="ID", help="The id of a new cycle; left out, one is made.")
@click.option("--number", is_flag=True, help="Take the next free number as the id of a new cycle.")
@editing
def record(file: str, id: str, from_: str | None, dry_run: bool, **given: Any) -> None:
    """Record a test of a change idea, or the next stage of a cycle.

    With the id of a change idea a new cycle begins, and its id goes to standard output; with that of
    a cycle the cycle goes on. Several --question and --prediction belong together in turn; --found
    and --result go to the predictions that have none yet, in turn.
    """
    made = id

    def change(theory: Theory) -> Theory:
        nonlocal made
        item = theory.node(id)
        if isinstance(item, ChangeIdea):
            new, made = _begun(theory, item, given)
            return new
        if not isinstance(item, PdsaCycle):
            raise UsageError(f"{id!r} is neither a change idea to test nor a cycle to go on with.")
        if given["cycle_id"] or given["number"]:
            raise UsageError("A cycle that is there has its id already.")
        return _continued(theory, item, given)

    edit(file, from_, dry_run, change)
    if made != id and not dry_run:
        write(None, made + "\n")


def _stages(given: dict[str, Any]) -> list[str]:
    """The fields that were given, as changes."""
    changes = []
    for _, path, _ in _FIELDS:
        value = given[path.replace(".", "_")]
        if value is not None:
            changes.append(f"{path}={value}")
    if given["as_planned"] is not None:
        changes.append(f"do.as_planned={'true' if given['as_planned'] else 'false'}")
    return changes


def _predictions(given: dict[str, Any], first: int) -> list[str]:
    """New predictions behind those that are there."""
    questions, predictions = given["questions"], given["predictions"]
    if len(questions) > len(predictions):
        raise UsageError("A question without a prediction: write what is expected, with --prediction.")
    changes = []
    for number, words in enumerate(predictions):
        at = f"predictions[{first + number}]"
        if number < len(questions):
            changes.append(f"{at}.question={questions[number]}")
        changes.append(f"{at}.prediction={words}")
        if given["predicted_on"]:
            changes.append(f"{at}.date={given['predicted_on']}")
    return changes


def _findings(given: dict[str, Any], open_: list[int]) -> list[str]:
    """What was found, for the predictions that have nothing yet."""
    changes = []
    for field, values in (("found", given["found"]), ("result", given["results"])):
        if len(values) > len(open_):
            raise UsageError(
                f"There are {len(open_)} open predictions and {len(values)} times --{field}. "
                "Correct one that has its result with 'driverkit set'."
            )
        changes += [f"predictions[{at}].{field}={value}" for at, value in zip(open_, values, strict=False)]
    return changes


def _begun(theory: Theory, idea: ChangeIdea, given: dict[str, Any]) -> tuple[Theory, str]:
    from driverkit.formats.edit import added

    if given["cycle_id"] and given["number"]:
        raise UsageError("Give an id, or take the next number, not both.")
    changes = _stages(given) + _predictions(given, 0)
    changes += _findings(given, list(range(len(given["predictions"]))))
    return added(theory, "cycle", to=[idea.id], id=given["cycle_id"], number=given["number"], changes=changes)


def _continued(theory: Theory, cycle: PdsaCycle, given: dict[str, Any]) -> Theory:
    from driverkit.formats.edit import assign

    if given["predictions"] and cycle.do is not None and not given["predicted_on"]:
        raise UsageError(
            f"{cycle.id} has been done already, and predictions are written before. If these are older, or are to "
            "be counted as late, say when they were written, with --predicted-on."
        )
    open_ = [at for at, p in enumerate(cycle.predictions) if p.found is None and p.result is None]
    new = list(range(len(cycle.predictions), len(cycle.predictions) + len(given["predictions"])))
    changes = _stages(given) + _predictions(given, len(cycle.predictions)) + _findings(given, open_ + new)
    if not changes:
        raise UsageError("Say what to record, such as --do 2026-03-04 --observed TEXT.")
    return assign(theory, cycle.id, changes)
